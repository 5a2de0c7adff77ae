import { type Command, InvalidArgumentError, Option } from "commander";
import type { ProgressSnapshot } from "../beam/progress";
import type { Config, RunnerConfig } from "../model/config";
import { loadConfig } from "../model/config/load";
import { count } from "./format";
import { EXIT, type ExitCode } from "./exitCodes";
import type { ProgressView } from "./progressLines";
import { Screen } from "./screen";

/** Options of every command. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
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
}

export const RUNNERS = ["direct", "flink", "spark", "prism", "portable", "dataflow"] as const;

export function addCommonOptions(command: Command): Command {
  return command
    .option("--json", "print one JSON object and nothing else on standard output")
    .option("--quiet", "print nothing but errors");
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

/** Runs the body of a command, prints its report where JSON was asked for, and sets the exit code. */
export async function runCommand(options: CommonOptions, body: (screen: Screen) => Promise<Outcome>): Promise<void> {
  const screen = new Screen({ json: options.json ?? false, quiet: options.quiet ?? false });
  const { report, exitCode = EXIT.ok } = await body(screen);
  screen.json(report);
  process.exitCode = exitCode;
}

/** Counters that are shown in their own way, or too technical to be shown. */
const READING = ["rows read", "events", "splits", "splits read"];

/** Turns the snapshots of a run into what `view` shows. */
export function progressListener(view: ProgressView): (snapshot: ProgressSnapshot) => void {
  let before: Readonly<Record<string, number>> = {};
  let moving = "";
  return ({ stage, counters, elapsedMs }) => {
    const moved = Object.keys(counters).filter((name) => !READING.includes(name) && counters[name] !== before[name]);
    moving = moved.at(-1) ?? moving;
    before = counters;
    const done = counters["splits read"] ?? null;
    const total = counters["splits"] ?? null;
    // Once all is read, the rate of reading says nothing any more.
    const isReading = done === null || total === null || done < total;
    view.update({
      stage: stage === null ? null : (stage.split("/").at(-1) ?? stage),
      rows: counters["rows read"] ?? 0,
      isReading,
      done,
      total,
      elapsedMs,
      detail: moving === "" ? "" : `${moving.replaceAll("_", " ")}: ${count(counters[moving] ?? 0)}`,
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
