import type { Command } from "commander";
import { addProjectOptions, loadProject, runCommand, wholeNumber, type ProjectOptions } from "../command";
import { count, size } from "../format";

interface PruneFlags extends ProjectOptions {
  readonly keepDays: number;
  readonly remove?: boolean;
}

/** `sessionary prune`: files that only old versions show. */
export function addPrune(program: Command): void {
  const command = program
    .command("prune")
    .description("list files that only old versions of the tables show; --remove removes them")
    .option("--keep-days <n>", "versions of the last so many days stay readable, at least 30", wholeNumber(0, 36_500), 30)
    .option("--remove", "remove the files listed")
    .addHelpText("after", "\nExample:\n  sessionary prune --keep-days 90 --remove");
  addProjectOptions(command).action((flags: PruneFlags) =>
    runCommand(flags, async (screen) => {
      const config = await loadProject(flags);
      const { prune } = await import("../../pipelines/prune.js");
      const report = await prune(config, { keepDays: flags.keepDays, remove: flags.remove ?? false, nowMs: Date.now() });
      screen.table(
        ["table", "file", "size", "why"],
        report.files.map(({ table, path, bytes, why }) => [table, path, size(bytes), why]),
      );
      const what = `${count(report.files.length)} files, ${size(report.bytes)}`;
      screen.line(
        report.removed ? `removed: ${what}` : `${what} can go${report.files.length > 0 ? "; --remove removes them" : ""}`,
      );
      return { report };
    }),
  );
}
