import { randomUUID } from "node:crypto";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { BeamFnExternalWorkerPoolClient } from "apache-beam/proto/beam_fn_api.grpc-client";
import { DockerPayload, ExternalPayload, ProcessPayload } from "apache-beam/proto/beam_runner_api";
import { packageRoot, packageVersion } from "../../model/packageRoot";
import { startLoopback } from "../pool/loopback";
import { MODULES_VARIABLE } from "../pool/processBoot";
import { POOL_PARAMS, startWorkerPool, STOP_JOB_HEADER } from "../pool/pool";
import type { WorkerRecord } from "../pool/workerProcess";
import { CHANNEL_OPTIONS, INSECURE } from "../worker/channel";
import type { EngineSettings } from "./engineSettings";
import type { WorkerEnvironment } from "./jobProto";
import { registeredModules } from "./modules";

/** The workers of one job. */
export interface Workers {
  readonly environment: WorkerEnvironment;
  /** Pool that engines ask for workers; null where engines start them. */
  readonly poolAddress: string | null;
  /** What every StartWorker call carries. */
  readonly params: Readonly<Record<string, string>>;
  /** Workers started by a pool of this process. */
  readonly records: readonly WorkerRecord[];
  /** Kills the workers this process started. */
  stop(): Promise<void>;
}

/** Prepares workers for a job; the pool of this process starts here, others are only named. */
export async function prepareWorkers({
  environment,
  workerPool,
  workerHeapMegabytes,
  containerImage,
}: EngineSettings): Promise<Workers> {
  const job = randomUUID();
  const params = {
    [POOL_PARAMS.modules]: registeredModules().join(","),
    [POOL_PARAMS.version]: packageVersion(),
    [POOL_PARAMS.job]: job,
  };
  if (environment === "process") {
    return startedByEngine(processEnvironment(params[POOL_PARAMS.modules]), params);
  }
  if (environment === "container") {
    return startedByEngine(containerEnvironment(containerImage!), params);
  }
  if (environment === "external" && workerPool !== null) {
    return {
      environment: externalEnvironment(workerPool, params),
      poolAddress: workerPool,
      params,
      records: [],
      stop: () => stopWorkersOf(job, workerPool),
    };
  }
  const pool =
    environment === "loopback"
      ? await startLoopback()
      : await startWorkerPool({ heapMegabytes: workerHeapMegabytes, connectTimeoutMs: 120_000 });
  return {
    environment: externalEnvironment(pool.address, params),
    poolAddress: pool.address,
    params,
    records: pool.records,
    stop: () => pool.stop(),
  };
}

function startedByEngine(environment: WorkerEnvironment, params: Workers["params"]): Workers {
  return { environment, poolAddress: null, params, records: [], stop: async () => undefined };
}

/** Best effort: where the pool cannot be reached from here, workers leave when the engine lets them go. */
async function stopWorkersOf(job: string, poolAddress: string): Promise<void> {
  const client = new BeamFnExternalWorkerPoolClient(poolAddress, INSECURE, CHANNEL_OPTIONS, {});
  const metadata = new grpc.Metadata();
  metadata.add(STOP_JOB_HEADER, job);
  await new Promise<void>((resolve) =>
    client.stopWorker({ workerId: "" }, metadata, { deadline: Date.now() + 5000 }, () => resolve()),
  );
  client.close();
}

/** An image made from `deploy/dataflow/Dockerfile`. */
export function containerEnvironment(containerImage: string): WorkerEnvironment {
  return { urn: "beam:env:docker:v1", payload: DockerPayload.toBinary(DockerPayload.create({ containerImage })) };
}

function externalEnvironment(url: string, params: Record<string, string>): WorkerEnvironment {
  return {
    urn: "beam:env:external:v1",
    payload: ExternalPayload.toBinary(ExternalPayload.create({ endpoint: { url }, params })),
  };
}

/** The engine runs `resources/boot-worker.sh`, which must lie at the same path on all of its machines. */
function processEnvironment(modules: string): WorkerEnvironment {
  const env = {
    [MODULES_VARIABLE]: modules,
    SESSIONARY_NODE: process.execPath,
    SESSIONARY_WORKER_MAIN: join(__dirname, "..", "worker", "main.js"),
    TZ: "UTC",
  };
  const command = join(packageRoot(), "resources", "boot-worker.sh");
  return { urn: "beam:env:process:v1", payload: ProcessPayload.toBinary(ProcessPayload.create({ command, env })) };
}
