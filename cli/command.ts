import { type Command, InvalidArgumentError, Option } from "commander";
import type { ProgressSnapshot } from "../beam/progress";
import type { Config, RunnerConfig } from "../model/config";
import { loadConfig } from "../model/config/load";
import { CommandRun } from "./commandRun";
import { presentError, printError } from "./errors";
import { count } from "./format";
import { EXIT, type ExitCode } from "./exitCodes";
import { LOG_FORMATS, type LogFormat } from "./logs/logFormat";
import type { RunMetrics } from "./metrics/runMetrics";
import type { ProgressView } from "./progressLines";
import { printJson, Screen } from "./screen";
import { untilInterrupted } from "./signals";

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly logFormat?: LogFormat;
  readonly metrics?: string;
}

/** Options of every command that runs on a project's settings. */
export interface ProjectOptions extends CommonOptions {
  readonly config: string;
  readonly runner?: RunnerConfig["kind"];
  readonly jobEndpoint?: string;
  readonly workers?: string;
  readonly parallelism?: number;
  readonly threads?: number;
}

/** What came of a command. */
export interface Outcome {
  /** Printed as one JSON object with `--json`. */
  readonly report: unknown;
  readonly exitCode?: ExitCode;
  /** Adds what the command did to the metrics file; called only where one was asked for. */
  readonly metrics?: (metrics: RunMetrics) => void | Promise<void>;
}

export const RUNNERS = ["direct", "flink", "spark", "prism", "portable", "dataflow"] as const;

export function addCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON object and nothing else on standard output")
    .option("--quiet", "print nothing but errors")
    .addOption(
      new Option("--log-format <format>", "log lines on standard error, one an event, instead of words for people")
        .choices(LOG_FORMATS)
        .env("SESSIONARY_LOG_FORMAT"),
    )
    .addOption(new Option("--metrics <file>", "write what the run did for Prometheus, as a textfile").env("SESSIONARY_METRICS"));
}

export function addProjectOptions(command: Command): Command {
  return addCommonOptions(
    command
      .option("-c, --config <file>", "settings of the project", "sessionary.yaml")
      .addOption(new Option("--runner <kind>", "where pipelines run").choices(RUNNERS))
      .option("--job-endpoint <host:port>", "the engine's Beam job service")
      .option("--workers <host:port>", "worker pool, as the engine reaches it")
      .option("--parallelism <n>", "parallel tasks on an engine", wholeNumber(1, 10_000))
      .option("--threads <n>", "threads of a run in this process", wholeNumber(1, 1_024)),
  );
}

/** Parses a whole number within bounds; commander shows the message. */
export const wholeNumber = (min: number, max: number) => (text: string) => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < min || value > max) {
    throw new InvalidArgumentError(`A whole number from ${min} to ${max}, please.`);
  }
  return value;
};

/** The project's settings, with what the command line says on top. */
export function loadProject(options: ProjectOptions): Promise<Config> {
  const runner: Partial<RunnerConfig> = {
    ...(options.runner && { kind: options.runner }),
    ...(options.jobEndpoint && { jobEndpoint: options.jobEndpoint }),
    ...(options.workers && { workerPool: options.workers }),
    ...(options.parallelism && { parallelism: options.parallelism }),
    ...(options.threads && { threads: options.threads }),
  };
  return loadConfig(options.config, { runner });
}

/** The project's settings, for commands that read its logs: the columns they name must be there. */
export async function loadLogs(options: ProjectOptions): Promise<Config> {
  const config = await loadProject(options);
  const { checkLogs } = await import("../pipelines/checkLogs.js");
  await checkLogs(config);
  return config;
}

/** Name of the command that runs, told by `program.ts` before its action. */
let commandName = "";
export const nameCommand = (name: string): void => void (commandName = name);

/**
 * Runs the body of a command, prints its report where JSON was asked for, and sets the exit code. Every error of a body ends here: on
 * standard error, in the log, as the one JSON object, in the metrics file.
 */
export async function runCommand(
  options: CommonOptions & { readonly config?: string },
  body: (screen: Screen) => Promise<Outcome>,
): Promise<void> {
  const { json = false, quiet = false, logFormat = null, metrics = null, config = null } = options;
  const settings = { json, quiet, command: commandName };
  let run: CommandRun | null = null;
  try {
    run = await CommandRun.open({ command: commandName, config, logFormat, metricsFile: metrics, quiet });
    const screen = new Screen(settings, run);
    const { report, exitCode = EXIT.ok, metrics: addMetrics } = await untilInterrupted(() => body(screen));
    if (run.metrics !== null) await addMetrics?.(run.metrics);
    screen.json(report);
    process.exitCode = exitCode;
    await run.ended(exitCode);
  } catch (error) {
    const presented = presentError(error);
    if (run?.log) run.failed(presented);
    else printError(presented);
    if (json) printJson({ error: presented }, commandName);
    process.exitCode = presented.exitCode;
    await run?.ended(presented.exitCode);
    if (presented.exitCode === EXIT.interrupted) await leaveAtOnce();
  }
}

/** After an interrupt the job's threads may still work: nobody waits for them. */
async function leaveAtOnce(): Promise<never> {
  const { releaseHeldLocks } = await import("../pipelines/interrupted.js");
  await releaseHeldLocks().catch(() => undefined);
  process.exit(EXIT.interrupted);
}

/** Counters that are shown in their own way, or too technical to be shown. */
const READING = ["rows read", "events", "splits", "splits read"];

/** How many of a counter a run will make, where it knows. */
const planned = (counter: string) => `${counter} planned`;

/** Turns the snapshots of a run into what `view` shows. */
export function progressListener(view: ProgressView): (snapshot: ProgressSnapshot) => void {
  let before: Readonly<Record<string, number>> = {};
  let moving = "";
  let movingSinceMs = 0;
  return ({ stage, counters, elapsedMs }) => {
    const isShown = (name: string) => !READING.includes(name) && !name.endsWith(planned(""));
    const moved = Object.keys(counters).filter((name) => isShown(name) && counters[name] !== before[name]);
    if (moved.length > 0 && moved.at(-1) !== moving) {
      moving = moved.at(-1)!;
      movingSinceMs = elapsedMs;
    }
    before = counters;
    const splits = counters["splits"] ?? null;
    const splitsRead = counters["splits read"] ?? null;
    // Once all is read, the rate of reading says nothing any more.
    const isReading = splits === null || splitsRead === null || splitsRead < splits;
    const total = counters[planned(moving)];
    const soFar = count(counters[moving] ?? 0);
    view.update({
      stage: stage === null ? null : (stage.split("/").at(-1) ?? stage),
      rows: counters["rows read"] ?? 0,
      isReading,
      elapsedMs,
      ...(isReading || total === undefined
        ? { done: splitsRead, total: splits }
        : { done: counters[moving]!, total, doneMs: elapsedMs - movingSinceMs }),
      detail:
        moving === "" ? "" : `${moving.replaceAll("_", " ")}: ${total === undefined ? soFar : `${soFar} of ${count(total)}`}`,
    });
  };
}

/** Runs a job while `view` shows how far it is; takes the view off the screen however the job ends. */
export async function withProgress<T>(
  view: ProgressView,
  job: (onProgress: (snapshot: ProgressSnapshot) => void) => Promise<T>,
): Promise<T> {
  try {
    return await job(progressListener(view));
  } finally {
    view.stop();
  }
}
