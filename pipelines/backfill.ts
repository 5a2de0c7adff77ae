import type { Config } from "../model/config";
import { datesOf } from "./score/plan";
import type { DayReport } from "./score/report";
import { scoreInProcesses } from "./score/processes";
import type { ScoreHooks } from "./score/score";
import { scoreStep, type ScoredStep } from "./score/scoreStep";

export interface BackfillOptions {
  readonly from: string;
  readonly to: string;
  /** Folder of the model to use; null = the one scoring uses. */
  readonly model: string | null;
  /** Processes that score at the same time. */
  readonly jobs: number;
}

export interface BackfillReport {
  readonly steps: readonly ScoredStep[];
  readonly published: number;
  readonly unchanged: number;
  readonly failed: number;
}

export interface BackfillHooks extends ScoreHooks {
  readonly onStepDone?: (step: ScoredStep, done: number, total: number) => void;
}

/** Days of a step: long enough that reading over their edges costs little, short enough that little is lost with one. */
const DAYS_PER_STEP = 7;

/**
 * Scores a range of days again, with another model or other settings. Days that are up to date are left alone, so a backfill that was
 * stopped goes on where it was. A step that fails does not stop the others.
 */
export async function backfill(config: Config, options: BackfillOptions, hooks: BackfillHooks = {}): Promise<BackfillReport> {
  const dates = datesOf(options.from, options.to);
  const effective = options.model === null ? config : { ...config, scoring: { ...config.scoring, model: options.model } };
  const chunks = Array.from({ length: Math.ceil(dates.length / DAYS_PER_STEP) }, (_, i) =>
    dates.slice(i * DAYS_PER_STEP, (i + 1) * DAYS_PER_STEP),
  );
  const steps: ScoredStep[] = [];
  const done = (step: ScoredStep) => {
    steps.push(step);
    hooks.onStepDone?.(step, steps.length, chunks.length);
  };
  if (options.jobs > 1) {
    await scoreInProcesses(effective, chunks, options.jobs, done);
  } else {
    for (const chunk of chunks) done(await scoreStep(effective, chunk, hooks));
  }
  const days = steps.flatMap((step) => step.days);
  const count = (kind: DayReport["kind"]) => days.filter((day) => day.kind === kind).length;
  return {
    steps: steps.sort((a, b) => ((a.dates[0] ?? "") < (b.dates[0] ?? "") ? -1 : 1)),
    published: count("published"),
    unchanged: count("unchanged"),
    failed: steps.filter(({ failure }) => failure !== null).reduce((sum, step) => sum + step.dates.length, 0),
  };
}
