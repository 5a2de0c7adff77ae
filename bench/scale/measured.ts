import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** What a command took, by its own metrics file: wall and CPU seconds, largest resident set, rows. */
export interface Measured {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly rows: number;
  readonly sessions: number;
  readonly days: number;
}

const MAIN = join(__dirname, "..", "..", "cli", "main.js");

/** Runs the command line in a process of its own. @throws Error when it fails */
export function measured(config: string, args: readonly string[]): Measured {
  const file = `${config}.prom`;
  rmSync(file, { force: true });
  const { status } = spawnSync(process.execPath, [MAIN, ...args, "--config", config, "--metrics", file, "--quiet"], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (status !== 0) throw new Error(`sessionary ${args.join(" ")} ended with ${status}`);
  const text = readFileSync(file, "utf8");
  const value = (name: string, labels = "") =>
    Number(new RegExp(`^${name}\\{[^}]*${labels}[^}]*\\} (\\S+)$`, "m").exec(text)?.[1] ?? 0);
  return {
    wallSeconds: value("sessionary_run_seconds"),
    cpuSeconds: value("sessionary_run_cpu_seconds"),
    peakMegabytes: value("sessionary_run_peak_memory_bytes") / 1e6,
    rows: value("sessionary_rows_read"),
    sessions: value("sessionary_sessions"),
    days: value("sessionary_days", 'outcome="published"'),
  };
}
