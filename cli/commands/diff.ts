import type { Command } from "commander";
import { UserError } from "../../model/errors";
import { addProjectOptions, loadProject, runCommand, wholeNumber, type ProjectOptions } from "../command";
import { addDateOptions, datesOf, type DateOptions } from "../dates";
import { count, percent } from "../format";

interface DiffFlags extends ProjectOptions, DateOptions {
  readonly before?: number;
  readonly after?: number;
}

const MOVES_SHOWN = 15;

/** `sessionary diff`: two versions of the same days. */
export function addDiff(program: Command): void {
  const command = program
    .command("diff")
    .description("compare two versions of the session table on the same days: sessions, and moves between categories")
    .option("--before <version>", "older version (default: the one before the newest)", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option("--after <version>", "newer version (default: the newest)", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .addHelpText("after", "\nExample:\n  sessionary diff --from 2026-03-02 --to 2026-03-08 --before 6 --after 13");
  addDateOptions(command);
  addProjectOptions(command).action((flags: DiffFlags) =>
    runCommand(flags, async (screen) => {
      const dates = datesOf(flags);
      if (dates === null) throw new UserError("say which days: --date, or --from and --to");
      const { before, after } = flags;
      if ((before === undefined) !== (after === undefined)) throw new UserError("give both --before and --after, or neither");
      const config = await loadProject(flags);
      const { diffVersions } = await import("../../pipelines/diff.js");
      const versions = before === undefined || after === undefined ? null : ([before, after] as const);
      const report = await diffVersions(config, { ...dates, versions });
      screen.line(
        `version ${report.versions[0]} against ${report.versions[1]}: ${count(report.before)} and ${count(report.after)} sessions`,
      );
      screen.line(
        `  ${count(report.both)} in both, ${count(report.onlyBefore)} only before, ${count(report.onlyAfter)} only after, ` +
          `${count(report.otherContent)} with other content, ${percent(report.movedShare, 2)} in another category`,
      );
      screen.line();
      screen.table(
        ["day", "before", "after", "models"],
        report.dates.map((day) => [day.date, count(day.before), count(day.after), day.models]),
      );
      const moves = report.moves.filter(({ from, to }) => from !== to).sort((a, b) => b.sessions - a.sessions);
      screen.line();
      screen.table(
        ["from", "to", "sessions", "share of from"],
        moves.slice(0, MOVES_SHOWN).map(({ from, to, sessions, share }) => [from, to, count(sessions), percent(share)]),
      );
      return { report };
    }),
  );
}
