import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runPipeline } from "../../../beam/run";
import type { BuildPipeline, RunReport, RunSettings } from "../../../beam/types";
import { runningEngine, startEngine, stopEngine } from "../../../tools/engine/engineProcess";
import { ENGINE_KINDS, JOB_PORTS, lightPlanOf, type EngineName } from "../../../tools/engine/engines";
import { tmpdir } from "node:os";

/** Engines to test: those named in `SESSIONARY_ENGINES`, by default the three every change must pass. */
export const ENGINES = (process.env["SESSIONARY_ENGINES"] ?? "prism,flink,spark").split(",") as EngineName[];

const EMBEDDED: RunSettings = { kind: "direct", threads: 0, spillBytes: 1 << 28, tempDir: tmpdir() };

const started = new Set<EngineName>();

/**
 * Has an engine run during the surrounding `describe`. Started once for all files and stopped after the last test, unless it ran already;
 * clusters, of several JVMs each, are stopped with the `describe`.
 */
export function useEngine(name: EngineName): void {
  before(async () => {
    if (runningEngine(name) === null) {
      started.add(name);
      await startEngine(name, lightPlanOf(name));
    }
  });
  if (name.endsWith("-cluster")) {
    after(() => stopStarted(name));
  }
}

async function stopStarted(name: EngineName): Promise<void> {
  if (started.delete(name)) {
    await stopEngine(name);
  }
}

// This file is loaded by test files at their top: the hook is one of the whole run.
after(async () => {
  for (const name of [...started]) {
    await stopStarted(name);
  }
});

export function settingsFor(
  name: EngineName,
  parallelism: number,
  engineOptions: RunSettings["engineOptions"] = {},
): RunSettings {
  const jobEndpoint = `localhost:${JOB_PORTS[name]}`;
  return { ...EMBEDDED, kind: ENGINE_KINDS[name], jobEndpoint, parallelism, deadlineSeconds: 400, engineOptions };
}

export function runEmbedded(build: BuildPipeline, threads = 0): Promise<RunReport> {
  return runPipeline("embedded", build, { ...EMBEDDED, threads });
}

/** Every file below a folder with its content, by path, but for hidden ones; two runs are equal when this is. */
export function contentOf(dir: string): Map<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && !entry.name.startsWith("."),
  );
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  return new Map(paths.map((path) => [path.slice(dir.length), readFileSync(path).toString("base64")]));
}
