import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../../model/config";
import { parseConfig } from "../../model/config/load";

/**
 * Settings of a project in `dir`: the minimum for the logs that `writeLog` writes, with `more` YAML sections after it. Runs in process
 * (no threads) unless `runner` says otherwise, so that many small runs are quick.
 */
export function projectConfig(dir: string, more = "", runner = ""): Config {
  const text = [
    "project: test",
    "input:",
    "  paths: logs",
    "  user: user",
    "  time: ts",
    "  event: event",
    "  app: app",
    more,
    runner,
    "",
  ].join("\n");
  const config = parseConfig(text, { file: "sessionary.yaml", baseDir: dir });
  return runner === "" ? { ...config, runner: { ...config.runner, threads: 0 } } : config;
}

/** One row of a JSON-lines log. */
export interface LogRow {
  readonly user: string;
  readonly ts: number;
  readonly event: string;
  readonly app: string;
  readonly [more: string]: unknown;
}

/** Writes rows round robin into `files` JSON-lines files under `dir/logs`. */
export function writeLog(dir: string, rows: readonly LogRow[], files = 1): void {
  mkdirSync(join(dir, "logs"), { recursive: true });
  for (let f = 0; f < files; f++) {
    const lines = rows.filter((_, i) => i % files === f).map((row) => JSON.stringify(row));
    writeFileSync(join(dir, "logs", `part-${String(f).padStart(3, "0")}.jsonl`), lines.length > 0 ? `${lines.join("\n")}\n` : "");
  }
}
