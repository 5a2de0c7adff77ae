import type { Config } from "../../model/config";
import { dateOfDay, dayNumber } from "../../model/localDays";
import { scoreDates } from "../../pipelines/score/score";
import { days, hours, minutes, START_MS } from "../support/builders";
import { madeUpProject, writeLog, type LogLine } from "./score/project";

/** Days of the long table, one commit each, and more commits than there are between two checkpoints. */
export const LONG_DAYS = 24;
/** Versions to read: from before the first checkpoint, from after it, and the newest, where a late file has restated the second day. */
export const LONG_VERSIONS = ["5", "22", "latest"] as const;

const visit = (day: number, user: string): LogLine[] =>
  ["SEARCH", "CLICK"].map((name, i) => ({
    user,
    app: "web",
    ms: START_MS + days(day) + hours(9) + minutes(i),
    name,
    ...(i === 0 && { revenue: 1.5 }),
  }));

/** A project whose session table has a log of 25 commits with a checkpoint in it. */
export async function longTable(dir: string): Promise<Config> {
  for (let day = 0; day < LONG_DAYS; day++) {
    writeLog(dir, `day-${String(day).padStart(2, "0")}.jsonl`, [...visit(day, "ana"), ...visit(day, `guest ${day}`)]);
  }
  const config = madeUpProject(dir);
  const first = dayNumber("2016-07-01");
  await scoreDates(
    config,
    Array.from({ length: LONG_DAYS }, (_, day) => dateOfDay(first + day)),
  );
  writeLog(dir, "late.jsonl", visit(1, "cleo"));
  await scoreDates(config, [dateOfDay(first + 1)]);
  return config;
}

/** Sessions by day that a version must show: two a day, and a third on the second day once the late file was scored. */
export function expectedDays(version: (typeof LONG_VERSIONS)[number]): Record<string, number> {
  const shown = version === "5" ? 6 : version === "22" ? 23 : LONG_DAYS;
  const first = dayNumber("2016-07-01");
  const entries = Array.from({ length: shown }, (_, day) => [dateOfDay(first + day), 2] as const);
  return { ...Object.fromEntries(entries), ...(version === "latest" && { "2016-07-02": 3 }) };
}
