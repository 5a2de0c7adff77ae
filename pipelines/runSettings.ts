import { availableParallelism, tmpdir } from "node:os";
import type { RunSettings } from "../beam/types";
import type { Config } from "../model/config";
import { engineProbe } from "./engineProbe";

/** How to run a pipeline, from the project's settings: `auto` threads are one a core, the folder for temporary files the system's. */
export function runSettingsOf(config: Pick<Config, "runner" | "input" | "output">): RunSettings {
  const { runner } = config;
  return {
    kind: runner.kind,
    threads: runner.threads === "auto" ? availableParallelism() : runner.threads,
    spillBytes: Math.round(runner.spillMegabytes * 1024 * 1024),
    tempDir: runner.tempDir ?? tmpdir(),
    jobEndpoint: runner.jobEndpoint,
    workerPool: runner.workerPool,
    parallelism: runner.parallelism,
    deadlineSeconds: runner.deadlineSeconds,
    engineOptions: runner.engineOptions,
    ...(runner.kind !== "direct" && { probe: engineProbe(config) }),
  };
}
