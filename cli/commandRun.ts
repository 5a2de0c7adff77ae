import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { packageVersion } from "../model/packageRoot";
import type { PresentedError } from "./errors";
import type { ExitCode } from "./exitCodes";
import type { LogFormat } from "./logs/logFormat";
import type { RunLog } from "./logs/runLog";
import type { RunMetrics } from "./metrics/runMetrics";
import { checkMetricsFile, metricBefore, writeMetricsFile } from "./metrics/textfile";
import { StageClock } from "./stageClock";

export interface CommandRunSettings {
  readonly command: string;
  /** Settings file that the command was given; null for commands without a project. */
  readonly config: string | null;
  /** Null: words for people instead of log lines. */
  readonly logFormat: LogFormat | null;
  readonly metricsFile: string | null;
  readonly quiet: boolean;
}

/** One run of a command, as schedulers see it: its log, its metrics file, its seconds by stage. */
export class CommandRun {
  readonly clock = new StageClock();
  private readonly startedMs = Date.now();

  private constructor(
    private readonly settings: CommandRunSettings,
    readonly log: RunLog | null,
    readonly metrics: RunMetrics | null,
  ) {}

  /** @throws UserError when the metrics file could not be written at the end */
  static async open(settings: CommandRunSettings): Promise<CommandRun> {
    const { logFormat, metricsFile, command, quiet } = settings;
    const config = settings.config === null ? "" : resolve(settings.config);
    if (metricsFile !== null) checkMetricsFile(metricsFile);
    // Most runs want neither: their libraries are loaded only where asked for.
    const metrics = metricsFile === null ? null : new (await import("./metrics/runMetrics.js")).RunMetrics({ command, config });
    const log = logFormat === null ? null : await openRunLog(logFormat, command, quiet);
    log?.info("run_started", { version: packageVersion(), pid: process.pid, ...(config !== "" && { config }) });
    return new CommandRun(settings, log, metrics);
  }

  /** A step of the job that others may see, e.g. `commit daily 2016-07-01`. */
  step(step: string): void {
    this.clock.step(step);
    const day = /\d{4}-\d\d-\d\d$/.exec(step)?.[0];
    this.log?.info("step", {
      step: day === undefined ? step : step.slice(0, -day.length - 1),
      ...(day !== undefined && { day }),
    });
  }

  /** What the run was for, for `sessionary_info`. */
  about(project: string, model: string): void {
    this.metrics?.set("sessionary_info", 1, { version: packageVersion(), project, model });
  }

  failed({ kind, message, hints, exitCode }: PresentedError): void {
    this.log?.error("run_failed", { kind, message, hints, exitCode });
  }

  /** Last words: the line in the log and the metrics file. A file that cannot be written does not change how the run ended. */
  async ended(exitCode: ExitCode): Promise<void> {
    const seconds = (Date.now() - this.startedMs) / 1_000;
    const peakRssBytes = process.resourceUsage().maxRSS * 1_024;
    const { metricsFile } = this.settings;
    if (this.metrics !== null && metricsFile !== null) {
      try {
        await this.writeMetrics(this.metrics, metricsFile, { exitCode, seconds, peakRssBytes });
      } catch (error) {
        const { message } = error as Error;
        if (this.log) this.log.warn("metrics_not_written", { file: metricsFile, message });
        else process.stderr.write(`metrics were not written: ${message}\n`);
      }
    }
    const stages = Object.fromEntries([...this.clock.seconds()].map(([stage, s]) => [`${stage}_seconds`, round(s)]));
    this.log?.info("run_ended", { exitCode, seconds: round(seconds), peakMemoryBytes: peakRssBytes, ...stages });
  }

  private async writeMetrics(
    metrics: RunMetrics,
    file: string,
    { exitCode, seconds, peakRssBytes }: { exitCode: ExitCode; seconds: number; peakRssBytes: number },
  ): Promise<void> {
    const { user, system } = process.cpuUsage();
    const endSeconds = Math.round(Date.now() / 1_000);
    metrics.set("sessionary_run_start_timestamp_seconds", Math.round(this.startedMs / 1_000));
    metrics.set("sessionary_run_end_timestamp_seconds", endSeconds);
    const success = exitCode === 0 ? endSeconds : await metricBefore(file, "sessionary_last_success_timestamp_seconds");
    if (success !== null) metrics.set("sessionary_last_success_timestamp_seconds", success);
    metrics.set("sessionary_run_exit_code", exitCode);
    metrics.set("sessionary_run_seconds", seconds);
    metrics.set("sessionary_run_cpu_seconds", (user + system) / 1e6);
    metrics.set("sessionary_run_peak_memory_bytes", peakRssBytes);
    for (const [stage, s] of this.clock.seconds()) metrics.set("sessionary_run_stage_seconds", s, { stage });
    await writeMetricsFile(file, await metrics.text());
  }
}

async function openRunLog(format: LogFormat, command: string, quiet: boolean): Promise<RunLog> {
  const { openLog } = await import("./logs/runLog.js");
  const run = `${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}-${randomBytes(3).toString("hex")}`;
  return openLog({ format, quiet, run, command }, (line) => void process.stderr.write(line));
}

const round = (seconds: number) => Math.round(seconds * 1_000) / 1_000;
