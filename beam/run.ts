import "./sdkVersion";
import { join } from "node:path";
import { createRunner } from "apache-beam/runners/runner";
import { DataError, UserError } from "../model/errors";
import { PipelineError } from "./pipelineError";
import { reportProgress, type ProgressSnapshot } from "./progress";
import { quietConsole } from "./quietConsole";
import { runContext, type RunContext } from "./runContext";
import { SpillSpace } from "./spillSpace";
import "./stages";
import { withThreads } from "./tasks";
import type { BuildPipeline, RunReport, RunSettings, Submitter } from "./types";

export { PipelineError } from "./pipelineError";

/**
 * Builds a pipeline and runs it to its end, embedded (`direct`) or on an engine. Nothing comes back but what the stages wrote.
 *
 * @throws PipelineError naming stage and element for what a stage threw; `UserError` and `DataError` come through as they are
 */
export async function runPipeline(
  name: string,
  build: BuildPipeline,
  settings: RunSettings,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<RunReport> {
  quietConsole();
  if (settings.kind === "direct") {
    return runEmbedded(build, settings, onProgress);
  }
  // Loaded only for engines: it brings gRPC and all that.
  const submitter = require(join(__dirname, "submit")) as Submitter;
  return submitter.submitPipeline(name, build, settings, onProgress);
}

async function runEmbedded(
  build: BuildPipeline,
  settings: RunSettings,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<RunReport> {
  const startedAt = performance.now();
  const spill = new SpillSpace(settings.spillBytes, settings.tempDir);
  const run: RunContext = { counters: new Map(), spill, sides: new Map(), stage: null };
  const counters = () => Object.fromEntries(run.counters);
  const stopReporting = reportProgress(
    () => ({ stage: run.stage, counters: counters(), elapsedMs: performance.now() - startedAt }),
    onProgress,
  );
  try {
    await withThreads(settings.threads, () => runContext.run(run, () => createRunner({ runner: "direct" }).run(build)));
  } catch (error) {
    throw isMeantForPeople(error) ? error.cause : error;
  } finally {
    stopReporting();
    spill.close();
  }
  return {
    wallMs: performance.now() - startedAt,
    counters: counters(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function isMeantForPeople(error: unknown): error is PipelineError {
  return error instanceof PipelineError && (error.cause instanceof UserError || error.cause instanceof DataError);
}
