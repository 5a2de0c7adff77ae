import type { ProgressSnapshot } from "../../beam/progress";
import { runPipeline } from "../../beam/run";
import type { InputFile } from "../../io/inputs/inputFile";
import { mapBounded } from "../../io/places/bounded";
import { placeOf, type FileInfo } from "../../io/places/place";
import { lockDays, type DayLock } from "../../io/runs/dayLock";
import { writeColumns, writeManifest, writeUsers } from "../../io/runs/manifest";
import { thisProcess } from "../../io/runs/owner";
import { jobPath, manifestPath, removeAll, workFolder, writeJson } from "../../io/runs/runFolder";
import { sweepDeadJobs, type JobFile } from "../../io/runs/sweep";
import type { Config } from "../../model/config";
import { DataError, InterruptedError } from "../../model/errors";
import { dayNumber } from "../../model/localDays";
import { allTables } from "../../model/tables/tables";
import { readSettingsOf } from "../../transforms/events/readSettings";
import { USERS_KEY } from "../../transforms/events/usersByDay";
import { readFacts } from "../../transforms/output/writeFacts";
import type { WriteSettings } from "../../transforms/output/writeSettings";
import { runSettingsOf } from "../runSettings";
import { buildScore } from "./build";
import { checkJob, checkThresholds, type CheckedJob } from "./check";
import { dayStateOf } from "./dayState";
import { clearFailure, recordFailure } from "./failures";
import { rememberFiles } from "./fileTimes";
import { jobIdOf } from "./fingerprint";
import { usersByDay } from "./identityUses";
import { factsSettings } from "./factsSettings";
import { findInputChanges, NO_FINDINGS, type InputFindings } from "./inputChanges";
import { manifestOf } from "./manifestOf";
import { explainMissingColumns } from "./missingColumns";
import { assertInRange, noFiles, rangeOf } from "./noEvents";
import { planDay, readProjectState, shardsOf, type DayPlan, type ProjectState } from "./plan";
import { publishDay } from "./publishDay";
import type { DayReport, ScoreReport } from "./report";
import { restatedSessions } from "./restated";
import { writeRunRow } from "./runRow";

/** Days of one pipeline at most; longer ranges take several. */
const DAYS_PER_JOB = 31;

export interface ScoreHooks {
  readonly onProgress?: (progress: ProgressSnapshot) => void;
  /** Before each step that others may see, e.g. `commit daily 2016-07-01`: for logs, and for tests that stop the program there. */
  readonly onStep?: (step: string) => void;
}

/**
 * Scores days: plan → lock → sweep → run → check → publish. A day whose tables are up to date is left alone.
 *
 * Days next to each other are read once in one pipeline and published one by one; the bytes are those of a run a day.
 *
 * @param dates local days, any order
 * @throws UserError for what a person can change, DataError when a threshold stops the run; then nothing of the failing job is shown
 */
export async function scoreDates(config: Config, dates: readonly string[], hooks: ScoreHooks = {}): Promise<ScoreReport> {
  const startedMs = Date.now();
  const output = config.output.path;
  const wanted = [...new Set(dates)].sort();
  const lock = await lockDays(output, wanted, startedMs);
  try {
    const tables = allTables([]).map(({ name }) => name);
    const swept = await sweepDeadJobs(output, tables, wanted, startedMs);
    const state = await readProjectState(config);
    const days: DayReport[] = [];
    const todo: DayPlan[] = [];
    for (const date of wanted) {
      const plan = planDay(state, date);
      const dayState = await dayStateOf(state, plan);
      if (dayState.kind === "current") days.push({ date, kind: "unchanged", runId: dayState.runId });
      else todo.push(plan);
    }
    for (const job of contiguous(todo)) {
      days.push(...(await runJob(state, job, lock, hooks)));
    }
    return {
      output,
      model: state.modelId,
      days: days.sort((a, b) => (a.date < b.date ? -1 : 1)),
      tooLate: [],
      swept: { jobs: swept.jobs.length, files: swept.files },
      wallMs: Date.now() - startedMs,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await lock.release();
  }
}

/** Runs of days next to each other, each short enough for one pipeline. */
function contiguous(plans: readonly DayPlan[]): DayPlan[][] {
  const jobs: DayPlan[][] = [];
  for (const plan of plans) {
    const last = jobs.at(-1);
    const isNext = last && dayNumber(plan.date) === dayNumber(last.at(-1).date) + 1;
    if (isNext && last.length < DAYS_PER_JOB) last.push(plan);
    else jobs.push([plan]);
  }
  return jobs;
}

async function runJob(state: ProjectState, plans: readonly DayPlan[], lock: DayLock, hooks: ScoreHooks): Promise<DayReport[]> {
  const { config } = state;
  const output = config.output.path;
  const step = hooks.onStep ?? (() => undefined);
  const jobId = jobIdOf(plans.map(({ runId }) => runId));
  const folder = workFolder(output, jobId);
  const fingerprints = Object.fromEntries(plans.map(({ date, fingerprint }) => [date, fingerprint]));
  const job: JobFile = { jobId, days: fingerprints, ...thisProcess(Date.now()) };
  let findings = NO_FINDINGS;
  await writeJson(jobPath(output, jobId), job);
  try {
    step("run");
    const files = unionOfFiles(plans);
    if (files.length === 0) throw noFiles(state, plans);
    const checked = await runAndCheck(state, plans, files, folder, hooks);
    findings = await findInputChanges(state, plans, files, checked);
    step("check thresholds");
    assertInRange(plans, checked, findings);
    checkThresholds(config, checked, findings);
    const reports = await publishJob(state, plans, lock, jobId, checked, findings, step);
    step("clean up");
    await removeAll(folder);
    return reports;
  } catch (error) {
    await recordFailure(output, plans, error, findings);
    throw error;
  }
}

async function runAndCheck(
  state: ProjectState,
  plans: readonly DayPlan[],
  files: readonly InputFile[],
  folder: string,
  hooks: ScoreHooks,
): Promise<CheckedJob> {
  const { config } = state;
  const range = rangeOf(plans);
  const settings = plans.map((plan): WriteSettings => writeSettingsOf(state, plan, folder));
  const facts = `${folder}/facts`;
  await runPipeline(
    `sessionary-score-${plans[0]?.date}`,
    buildScore({
      config,
      files,
      read: {
        ...readSettingsOf(config, state, range, shardsOf(config, plans, files)),
        facts: factsSettings(config, files, plans.length),
        ...(state.identityHash !== null && { users: usersByDay(config, plans) }),
      },
      modelFolder: state.modelFolder,
      modelId: state.modelId,
      days: settings,
      facts,
      users: usersFolder(folder),
    }),
    runSettingsOf(config),
    hooks.onProgress,
  ).catch(async (error: unknown) => {
    if (error instanceof InterruptedError) throw error;
    throw (await explainMissingColumns(state, plans, files)) ?? error;
  });
  const checked = await checkJob(config, settings, facts);
  await assertUnchanged(files);
  await rememberFiles(config, files, checked.read.files);
  return checked;
}

async function publishJob(
  state: ProjectState,
  plans: readonly DayPlan[],
  lock: DayLock,
  jobId: string,
  checked: CheckedJob,
  findings: InputFindings,
  step: (step: string) => void,
): Promise<DayReport[]> {
  const output = state.config.output.path;
  const { fromMs, toMs } = rangeOf(plans);
  const span = { jobId, from: (plans[0] as DayPlan).date, to: (plans.at(-1) as DayPlan).date, fromMs, toMs };
  const users = state.identityHash === null ? null : await readFacts(usersFolder(workFolder(output, jobId)));
  const reports: DayReport[] = [];
  for (const plan of plans) {
    const nowMs = Date.now();
    const receipts = checked.receipts.get(plan.date) ?? [];
    const restated = await restatedSessions(state, plan, receipts);
    const ofDay = users?.get(USERS_KEY + plan.date) ?? NO_USERS;
    const identityUse = (await state.identityUse?.(ofDay, plan.range)) ?? null;
    const manifest = manifestOf(state, plan, checked, span, { findings, restated, identityUse }, nowMs);
    step(`manifest ${plan.date}`);
    if (identityUse !== null) await writeUsers(output, plan.runId, ofDay);
    const columns = findings.facts.get(plan.date);
    if (columns !== undefined) await writeColumns(output, plan.runId, columns);
    await writeManifest(output, manifest);
    const all = [...receipts, await writeRunRow(output, manifest)];
    await lock.assertHeld(plan.date);
    const outcome = await publishDay(state.config, plan, manifest, all, nowMs, (table) => step(`commit ${table} ${plan.date}`));
    await clearFailure(output, plan.date);
    reports.push({
      date: plan.date,
      kind: "published",
      version: outcome.version,
      manifest,
      manifestPath: manifestPath(output, plan.runId),
    });
  }
  return reports;
}

/** Files that grew while they were read would be published under the name of what they were. */
async function assertUnchanged(files: readonly FileInfo[]): Promise<void> {
  await mapBounded(files, async (file) => {
    const now = await placeOf(file.path).stat(file.path);
    if (now?.tag === file.tag && now.bytes === file.bytes) return;
    throw new DataError(`${file.path} ${now === null ? "went away" : "changed"} while it was read; nothing was published`, [
      "score again when the file is complete",
    ]);
  });
}

function writeSettingsOf({ config, modelId }: ProjectState, plan: DayPlan, folder: string): WriteSettings {
  return {
    root: config.output.path,
    date: plan.date,
    fingerprint: plan.fingerprint,
    runId: plan.runId,
    modelId,
    attributes: config.input.attributes,
    parts: plan.parts,
    salt: config.output.pseudonymize ? config.output.salt : null,
    receipts: `${folder}/receipts`,
  };
}

function unionOfFiles(plans: readonly DayPlan[]) {
  const byPath = new Map(plans.flatMap(({ files }) => files.map((file) => [file.path, file] as const)));
  return [...byPath.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
}

const usersFolder = (folder: string) => `${folder}/users`;
const NO_USERS = new Uint8Array(0);
