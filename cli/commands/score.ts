import type { Command } from "commander";
import { UserError } from "../../model/errors";
import type { DayReport } from "../../pipelines/score/report";
import { addProjectOptions, loadLogs, runCommand, withProgress, type ProjectOptions } from "../command";
import { addDateOptions, datesBetween, datesOf, type DateOptions } from "../dates";
import { reasonInWords } from "./status";
import { bar, count, duration, percent, size } from "../format";
import { inputLines, tooLateLines } from "../inputLines";
import { addScoreMetrics, addStatusMetrics } from "../metrics/scoreMetrics";
import type { Screen } from "../screen";

interface ScoreFlags extends ProjectOptions, DateOptions {
  readonly stale?: boolean;
}

/** `sessionary score`: every session of a day with its category. */
export function addScore(program: Command): void {
  const command = program
    .command("score")
    .description("label every session of a day, or of several; publishes whole days or nothing")
    .option("--stale", "score again exactly the days whose logs, settings or model have changed since")
    .addHelpText(
      "after",
      "\nExamples:\n  sessionary score --date 2026-03-02\n  sessionary score --from 2026-03-02 --to 2026-03-15\n  sessionary score --stale",
    );
  addDateOptions(command);
  addProjectOptions(command).action((flags: ScoreFlags) =>
    runCommand(flags, async (screen) => {
      const dates = datesOf(flags);
      if ((dates === null) !== (flags.stale === true)) throw new UserError("say which days: --date, --from and --to, or --stale");
      const config = await loadLogs(flags);
      const report = await withProgress(screen.progress("score"), async (onProgress) => {
        const hooks = { onProgress, onStep: (step: string) => screen.step(step) };
        if (dates === null) {
          const { scoreStale } = await import("../../pipelines/score/stale.js");
          return scoreStale(config, hooks);
        }
        const { scoreDates } = await import("../../pipelines/score/score.js");
        return scoreDates(config, datesBetween(dates), hooks);
      });
      if (flags.stale && report.days.length === 0) screen.line("no day is stale");
      report.tooLate.forEach(({ date, reasons }) =>
        screen.line(`${date}: stale, but too late (${reasons.map(reasonInWords).join(", ")})`),
      );
      screen.lines(tooLateLines(report, config.scoring.maxDaysLate));
      report.days.forEach((day) => printDay(day, screen, report.days.length === 1));
      printEquations(report.days, screen);
      screen.lines(inputLines(report.days));
      screen.line(`${duration(report.wallMs)}, ${size(report.peakRssBytes)} of memory; tables in ${report.output}`);
      screen.about(config.project, report.model);
      report.days.forEach((day) => logDay(day, screen));
      return {
        report,
        metrics: async (metrics) => {
          const { readStatus } = await import("../../pipelines/status.js");
          addScoreMetrics(metrics, report);
          addStatusMetrics(metrics, await readStatus(config));
        },
      };
    }),
  );
}

/** A line a day, and one an app of it. */
export function logDay(day: DayReport, screen: Screen): void {
  if (day.kind === "unchanged") {
    screen.event("day_unchanged", { day: day.date, runId: day.runId });
    return;
  }
  const { manifest, version } = day;
  const { runId, model, restated } = manifest;
  const { sessions, events, duplicates, unknownEvents, noise } = manifest.day;
  const bad = { setAside: Object.values(manifest.job.rows.setAside).reduce((sum, n) => sum + n, 0) };
  const facts = { sessions, events, duplicates, unknownEvents, rowsRead: manifest.job.rows.rowsRead, ...bad };
  screen.event("day_published", { day: day.date, runId, model, version, ...facts, restated: restated !== null });
  for (const [app, { sessions: scored, mean, used }] of Object.entries(noise)) {
    screen.event("app_scored", { day: day.date, runId, app, sessions: scored, meanNoise: mean, meanUsed: used });
  }
}

function printDay(day: DayReport, screen: Screen, inDetail: boolean): void {
  if (day.kind === "unchanged") {
    screen.line(`${day.date}: unchanged, nothing to do`);
    return;
  }
  const { manifest, version } = day;
  const { sessions, events, duplicates, unknownEvents, categories } = manifest.day;
  const restated = manifest.restated;
  const facts = [
    `${day.date}: ${count(sessions)} sessions of ${count(events)} events`,
    duplicates > 0 ? `${count(duplicates)} duplicates dropped` : "",
    unknownEvents > 0 ? `${count(unknownEvents)} events the model does not know` : "",
    restated
      ? `restated: ${count(restated.same)} as before, ${count(restated.changed)} changed, ${count(restated.added)} new, ${count(restated.removed)} gone`
      : "",
    `version ${version}`,
  ];
  screen.line(facts.filter((fact) => fact !== "").join(" · "));
  if (!inDetail) return;
  const shareOf = (n: number) => n / Math.max(1, sessions);
  screen.table(
    ["  category", "sessions", "share", ""],
    Object.entries(categories)
      .sort(([, a], [, b]) => b - a)
      .map(([category, n]) => [`  ${category}`, count(n), percent(shareOf(n)), bar(shareOf(n), 24)]),
  );
}

/** Where every row of each job went: nothing vanishes. */
function printEquations(days: readonly DayReport[], screen: Screen): void {
  const jobs = new Map(
    days.flatMap((day) => (day.kind === "published" ? [[day.manifest.jobId, day.manifest.job.rows] as const] : [])),
  );
  for (const { rowsRead, eventsInSessions, duplicates, eventsOutside, setAside } of jobs.values()) {
    const aside = Object.values(setAside).reduce((sum, n) => sum + n, 0);
    screen.line(
      `rows: ${count(rowsRead)} read = ${count(eventsInSessions)} in sessions + ${count(duplicates)} duplicates` +
        ` + ${count(eventsOutside)} of other days + ${count(aside)} set aside`,
    );
  }
}
