import { execFile, spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hours, minutes, START_MS } from "../support/builders";
import { madeUpProject, writeLog, type LogLine } from "../pipelines/score/project";

export const MAIN = join(__dirname, "../../cli/main.js");

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line in `dir`, as a scheduler does. */
export function runCli(dir: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [MAIN, ...args],
      { cwd: dir, env: { ...process.env, NO_COLOR: "1", ...env } },
      (error, stdout, stderr) => resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr }),
    );
  });
}

/** The same without waiting for its end. */
export const startCli = (dir: string, args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [MAIN, ...args], { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });

/** Settings for the logs of `writeVisits`. */
export const SETTINGS = `
project: shop
zone: Europe/Berlin
input: { paths: "logs/**/*.jsonl", user: user, time: ms, event: name, app: { column: app } }
sessions: { gapSeconds: 1800, minEvents: 2 }
scoring: { minBatchSessions: 3, maxUnknownEventShare: 1 }
runner: { threads: 1 }
`;

/** A project with settings on disk, a made-up model and two visits on `days` days from 2016-07-01. */
export function scoredProject(dir: string, days = 1, settings = SETTINGS): void {
  madeUpProject(dir);
  writeFileSync(join(dir, "sessionary.yaml"), settings);
  for (let day = 0; day < days; day++) writeVisits(dir, day);
}

export function writeVisits(
  dir: string,
  day: number,
  users: readonly string[] = ["ana", "ben"],
  name = `day-${day}.jsonl`,
): void {
  const lines = users.flatMap((user) =>
    ["SEARCH", "CLICK", "NEVER_SEEN"].map((event, i): LogLine => ({
      user,
      app: "web",
      ms: START_MS + hours(24 * day + 9) + minutes(i),
      name: event,
    })),
  );
  writeLog(dir, name, lines);
}
