import type { Config } from "../../model/config";
import { readDays } from "../status";
import { learnTimes } from "./learnTimes";
import { readProjectState } from "./plan";
import type { ScoreReport } from "./report";
import { scoreDates, type ScoreHooks } from "./score";

/**
 * Scores again exactly the days whose inputs, settings or model have changed since they were published. Days further back than
 * `scoring.maxDaysLate` are left as they are and named in the report.
 */
export async function scoreStale(config: Config, hooks: ScoreHooks = {}): Promise<ScoreReport> {
  const days = await readDays(await learnTimes(await readProjectState(config), hooks));
  const stale = days.filter(({ state }) => state === "stale");
  const report = await scoreDates(
    config,
    stale.filter(({ tooLate }) => !tooLate).map(({ date }) => date),
    hooks,
  );
  return { ...report, tooLate: stale.filter(({ tooLate }) => tooLate).map(({ date, reasons }) => ({ date, reasons })) };
}
