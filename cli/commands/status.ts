import type { Command } from "commander";
import type { DayStatus } from "../../pipelines/status";
import { changeLine } from "../../model/inputFacts/change";
import type { StaleReason } from "../../pipelines/score/dayState";
import { addProjectOptions, loadProject, runCommand, type ProjectOptions } from "../command";
import { count, size } from "../format";
import { addStatusMetrics } from "../metrics/scoreMetrics";

const REASONS_SHOWN = 2;

/** `sessionary status`: what is published, stale, missing. */
export function addStatus(program: Command): void {
  const command = program
    .command("status")
    .description("show which days are published, stale or missing, and why")
    .addHelpText("after", "\nExample:\n  sessionary status --json | jq '.days[] | select(.state == \"stale\")'");
  addProjectOptions(command).action((flags: ProjectOptions) =>
    runCommand(flags, async (screen) => {
      const config = await loadProject(flags);
      const { readStatus } = await import("../../pipelines/status.js");
      const report = await readStatus(config);
      screen.line(`model ${report.model}, output ${report.output}`);
      screen.line();
      screen.table(
        ["day", "state", "sessions", "model", "why"],
        report.days.map((day) => [
          day.date,
          stateOf(day),
          day.sessions === null ? "–" : count(day.sessions),
          day.model ?? "–",
          whyOf(day),
        ]),
      );
      const changes = report.days.flatMap(({ date, changes: found }) =>
        found.filter(({ since }) => since === date).map((change) => `changed: ${changeLine(change)}`),
      );
      if (changes.length > 0) screen.line();
      screen.lines([...new Set(changes)]);
      screen.line();
      screen.table(
        ["table", "version", "days", "size"],
        report.tables.map(({ name, version, dates, bytes }) => [name, String(version), count(dates), size(bytes)]),
      );
      if (report.unreadFiles.length > 0) {
        screen.line();
        screen.line(`${count(report.unreadFiles.length)} files were never read: they may hold rows of any day`);
      }
      const stale = report.days.filter(({ state, tooLate }) => state === "stale" && !tooLate).length;
      if (stale > 0) screen.line(`next: sessionary score --stale (${count(stale)} ${stale === 1 ? "day" : "days"})`);
      screen.about(config.project, report.model);
      return { report, metrics: (metrics) => addStatusMetrics(metrics, report) };
    }),
  );
}

const stateOf = ({ state, tooLate, failure }: DayStatus) =>
  failure ? `${state}, failed` : tooLate ? `${state}, too late` : state;

function whyOf({ reasons, failure }: DayStatus): string {
  if (failure) return failure.message;
  const shown = reasons.slice(0, REASONS_SHOWN).map(reasonInWords);
  return reasons.length > REASONS_SHOWN ? `${shown.join(", ")} and ${reasons.length - REASONS_SHOWN} more` : shown.join(", ");
}

/** Why a day would come out otherwise now. */
export const reasonInWords = (reason: StaleReason): string =>
  "path" in reason
    ? `${reason.what}: ${reason.path}`
    : reason.what === "incomplete"
      ? "a table lacks the day"
      : `other ${reason.what}`;
