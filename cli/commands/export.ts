import { type Command, Option } from "commander";
import type { ExportFormat } from "../../pipelines/export";
import { addProjectOptions, loadProject, runCommand, wholeNumber, type ProjectOptions } from "../command";
import { addDateOptions, datesOf, type DateOptions } from "../dates";
import { count, size } from "../format";

interface ExportFlags extends ProjectOptions, DateOptions {
  readonly out: string;
  readonly format: ExportFormat;
  readonly table: string;
  readonly tableVersion?: number;
  readonly columns?: string[];
}

/** `sessionary export`: a table, or days of it, as one plain file. */
export function addExport(program: Command): void {
  const command = program
    .command("export")
    .description("write a table, or days of it, as one CSV, JSON lines or Parquet file")
    .requiredOption("-o, --out <file>", "file or URL to write")
    .addOption(new Option("--format <format>", "of the file").choices(["csv", "jsonl", "parquet"]).default("csv"))
    .option("--table <name>", "which table", "sessions")
    .option("--table-version <n>", "a version of the table (default: the newest)", wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option("--columns <names...>", "columns in this order, or SQL expressions (default: all)")
    .addHelpText("after", "\nExample:\n  sessionary export --date 2026-03-02 --out day.csv --columns session_id user category");
  addDateOptions(command);
  addProjectOptions(command).action((flags: ExportFlags) =>
    runCommand(flags, async (screen) => {
      const config = await loadProject(flags);
      const { exportTable } = await import("../../pipelines/export.js");
      const report = await exportTable(config, {
        table: flags.table,
        format: flags.format,
        to: flags.out,
        dates: datesOf(flags),
        version: flags.tableVersion ?? null,
        columns: flags.columns ?? null,
      });
      screen.line(
        `${report.to}: ${count(report.rows)} rows of ${count(report.days)} days, ${size(report.bytes)}, version ${report.version}`,
      );
      return { report };
    }),
  );
}
