import { EngineError } from "../../model/errors";
import { PrepareJobRequest } from "apache-beam/proto/beam_job_api";
import type { BuildPipeline, EngineProbe, ProgressSnapshot, RunReport, RunSettings } from "../types";
import { reportProgress } from "../progress";
import { MODULES_OPTION } from "../pool/processBoot";
import { POOL_PARAMS } from "../pool/pool";
import type { WorkerRecord } from "../pool/workerProcess";
import { countersOf, latestStage } from "./counters";
import { dataflowDryRun } from "./dataflow";
import { engineSettings, type EngineSettings } from "./engineSettings";
import { prepareWorkers, type Workers } from "./environment";
import { firstCause } from "./firstCause";
import { cancelThroughFlink } from "./flinkRest";
import { listenForInterrupt, type Interrupt } from "./interrupt";
import { jobOptions, jobProto } from "./jobProto";
import { JobService, JobState } from "./jobService";
import { checkEngine, checkPool } from "./preflight";
import { stageNothing } from "./staging";
import { watchJob } from "./watch";

/**
 * Beam's Java runners drop a job's workers as soon as no stage of it is open: Spark then starts new ones for every stage (19 processes for
 * one `score`). Kept for a while, the next stage takes them over.
 */
const WORKERS_KEPT_MS = 20_000;

/**
 * Runs a pipeline on an engine through Beam's job service, to its end: checks, submits, watches, and on Ctrl-C or past the deadline stops
 * it for good (workers killed, job cancelled, on Flink through its own REST service too).
 *
 * @throws UserError for what a person can change; PipelineError naming stage and element for what a stage threw; EngineError with the
 * engine's innermost cause; InterruptedError. After any of them nothing of the job runs on in this process.
 */
export async function submitPipeline(
  name: string,
  build: BuildPipeline,
  settings: RunSettings,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<RunReport> {
  const startedAt = performance.now();
  if (settings.kind === "dataflow" && !settings.jobEndpoint) {
    throw dataflowDryRun(name, build, settings);
  }
  const engine = engineSettings(settings);
  const service = new JobService(engine.jobEndpoint);
  const interrupt = listenForInterrupt(engine.deadlineSeconds);
  let workers: Workers | null = null;
  try {
    await checkEngine(service, settings.kind);
    workers = await prepareWorkers(engine);
    await checkPool(workers);
    const run: EngineRun = { service, engine, workers, interrupt };
    if (engine.probe && settings.probe !== undefined) {
      await ask(settings.probe, run);
    }
    const job = await start(name, build, run);
    const progress = followProgress(service, job, startedAt, onProgress);
    await finish(job, run).finally(() => progress.stop());
    return {
      wallMs: performance.now() - startedAt,
      counters: countersOf(await service.metrics(job.id).catch(() => undefined)),
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    interrupt.close();
    await workers?.stop();
    service.close();
  }
}

/** Workers that ended before anyone told them to, with what they said last. */
function lostWorkers(records: readonly WorkerRecord[]): string[] {
  return records
    .filter(({ endedMs, exit }) => endedMs !== null && exit !== 0)
    .map(({ id, exit, lastWords }) => `worker ${id} ended by itself (${exit}) ${lastWords}`.trim());
}

interface Job {
  readonly id: string;
  readonly name: string;
  /** Full stage names by transform id, in the order of the pipeline. */
  readonly stageNames: ReadonlyMap<string, string>;
}

/** What the jobs of one run share: a probe comes before the job itself. */
interface EngineRun {
  readonly service: JobService;
  readonly engine: EngineSettings;
  readonly workers: Workers;
  readonly interrupt: Interrupt;
}

const asked = new Set<string>();

/** Once a process for each engine and pool: a command of several jobs need not ask again. */
async function ask(probe: EngineProbe, run: EngineRun): Promise<void> {
  const { jobEndpoint, workerPool, environment } = run.engine;
  const key = [jobEndpoint, workerPool, environment].join(" ");
  if (!asked.has(key)) {
    await finish(await start("sessionary-probe", probe.build, run), run);
    await probe.verify();
    asked.add(key);
  }
}

/** Watches a job to its end. @throws what made it fail; then it is cancelled and its workers are gone */
async function finish(job: Job, { service, engine, workers, interrupt }: EngineRun): Promise<void> {
  try {
    const { state, errors } = await watchJob(service, job.id, () => interrupt.reason());
    if (state !== JobState.DONE) {
      throw state === JobState.CANCELLED
        ? new EngineError("the job was cancelled on the engine")
        : firstCause(errors, workers.poolAddress, lostWorkers(workers.records));
    }
  } catch (error) {
    await cancel(service, job, engine, workers);
    throw error;
  }
}

async function start(name: string, build: BuildPipeline, { service, engine, workers }: EngineRun): Promise<Job> {
  // Flink's REST service knows jobs by name only: make it this job's own.
  const jobName = `${name}-${Date.now().toString(36)}-${process.pid}`;
  const pipeline = jobProto(build, workers.environment);
  const pipelineOptions = jobOptions({
    jobName,
    parallelism: engine.parallelism,
    sdkWorkerParallelism: engine.workers,
    environmentCacheMillis: WORKERS_KEPT_MS,
    // One process a core, as the SDK asks Dataflow for.
    ...(engine.environment === "container" && { experiments: ["use_sibling_sdk_workers"] }),
    [MODULES_OPTION]: workers.params[POOL_PARAMS.modules] ?? "",
    ...engine.options,
  });
  // What cannot be encoded fails here, clearly; inside the call it would hang.
  PrepareJobRequest.toBinary({ pipeline, jobName, pipelineOptions });
  const prepared = await service.prepare(pipeline, jobName, pipelineOptions);
  if (prepared.artifactStagingEndpoint !== undefined) {
    await stageNothing(prepared.artifactStagingEndpoint.url, prepared.stagingSessionToken);
  }
  const id = await service.run(prepared.preparationId);
  const transforms = Object.entries(pipeline.components!.transforms);
  return { id, name: jobName, stageNames: new Map(transforms.map(([key, { uniqueName }]) => [key, uniqueName])) };
}

function followProgress(
  service: JobService,
  job: Job,
  startedAt: number,
  onProgress: ((progress: ProgressSnapshot) => void) | undefined,
): { stop(): void } {
  let latest: Omit<ProgressSnapshot, "elapsedMs"> = { stage: null, counters: {} };
  let asking = false;
  const ask = async (): Promise<void> => {
    if (!asking) {
      asking = true;
      const metrics = await service.metrics(job.id).catch(() => undefined);
      latest = { stage: latestStage(metrics, job.stageNames) ?? latest.stage, counters: countersOf(metrics) };
      asking = false;
    }
  };
  const timer = onProgress === undefined ? undefined : setInterval(() => void ask(), 1000);
  const stopReporting = reportProgress(() => ({ ...latest, elapsedMs: performance.now() - startedAt }), onProgress, 1000);
  return {
    stop: () => {
      clearInterval(timer);
      stopReporting();
    },
  };
}

/** Best effort, in the order of what surely works: no worker can go on, then the engine is told in every way it understands. */
async function cancel(service: JobService, job: Job, engine: EngineSettings, workers: Workers): Promise<void> {
  await service.cancel(job.id).catch(() => undefined);
  if (engine.flinkRest !== null) {
    await cancelThroughFlink(engine.flinkRest, job.name).catch(() => undefined);
  }
  await workers.stop();
}
