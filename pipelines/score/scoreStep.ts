import type { Config } from "../../model/config";
import type { DayReport } from "./report";
import { scoreDates, type ScoreHooks } from "./score";

/** Days next to each other that are read together and succeed or fail together. */
export interface ScoredStep {
  readonly dates: readonly string[];
  readonly days: readonly DayReport[];
  /** Why the step failed; null when it did not. */
  readonly failure: string | null;
}

/** Scores days; a failure is part of the result. */
export async function scoreStep(config: Config, dates: readonly string[], hooks: ScoreHooks): Promise<ScoredStep> {
  try {
    return { dates, days: (await scoreDates(config, dates, hooks)).days, failure: null };
  } catch (error) {
    return { dates, days: [], failure: error instanceof Error ? error.message : String(error) };
  }
}
