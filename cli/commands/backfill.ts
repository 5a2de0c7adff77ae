import type { Command } from "commander";
import { UserError } from "../../model/errors";
import type { ScoredStep } from "../../pipelines/score/scoreStep";
import { addProjectOptions, loadLogs, runCommand, wholeNumber, withProgress, type ProjectOptions } from "../command";
import { addDateOptions, datesOf, type DateOptions } from "../dates";
import { EXIT } from "../exitCodes";
import { count } from "../format";
import { addStatusMetrics } from "../metrics/scoreMetrics";
import type { Screen } from "../screen";
import { logDay } from "./score";

interface BackfillFlags extends ProjectOptions, DateOptions {
  readonly model?: string;
  readonly jobs: number;
}

/** `sessionary backfill`: a range of days again, with another model or other settings. */
export function addBackfill(program: Command): void {
  const command = program
    .command("backfill")
    .description("score a range of days again with another model or other settings; goes on where it was stopped")
    .option("--model <folder>", "model to use (default: the one scoring uses)")
    .option("--jobs <n>", "processes that score at the same time", wholeNumber(1, 64), 1)
    .addHelpText("after", "\nExample:\n  sessionary backfill --from 2026-01-01 --to 2026-03-31 --jobs 2");
  addDateOptions(command);
  addProjectOptions(command).action((flags: BackfillFlags) =>
    runCommand(flags, async (screen) => {
      const dates = datesOf(flags);
      if (dates === null) throw new UserError("say which days: --from and --to");
      const config = await loadLogs(flags);
      const { backfill } = await import("../../pipelines/backfill.js");
      const report = await withProgress(screen.progress("backfill"), (onProgress) =>
        backfill(
          config,
          { ...dates, model: flags.model ?? null, jobs: flags.jobs },
          {
            onProgress,
            onStep: (step) => screen.step(step),
            onStepDone: (step, done, total) => tellStep(step, done, total, screen),
          },
        ),
      );
      const { published, unchanged, failed } = report;
      screen.line(`${count(published)} days published, ${count(unchanged)} unchanged, ${count(failed)} failed`);
      return {
        report,
        exitCode: failed > 0 ? EXIT.failed : EXIT.ok,
        metrics: async (metrics) => {
          const { readStatus } = await import("../../pipelines/status.js");
          metrics.set("sessionary_days", published, { outcome: "published" });
          metrics.set("sessionary_days", unchanged, { outcome: "unchanged" });
          metrics.set("sessionary_days", failed, { outcome: "failed" });
          addStatusMetrics(metrics, await readStatus(config));
        },
      };
    }),
  );
}

function tellStep({ dates, days, failure }: ScoredStep, done: number, total: number, screen: Screen): void {
  screen.line(`${dates[0]} … ${dates.at(-1)}: ${failure ?? "done"} (${done} of ${total})`);
  screen.event("step_done", { from: dates[0] ?? null, to: dates.at(-1) ?? null, failure, done, total });
  days.forEach((day) => logDay(day, screen));
}
