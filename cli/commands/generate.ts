import { type Command, Option } from "commander";
import { addCommonOptions, runCommand, wholeNumber, type CommonOptions } from "../command";
import { isoDate } from "../dates";
import { count } from "../format";

interface GenerateFlags extends CommonOptions {
  readonly out: string;
  readonly events?: number;
  readonly users?: number;
  readonly days: number;
  readonly firstDate: string;
  readonly seed: number;
  readonly format: "jsonl" | "csv" | "parquet";
  readonly gzip?: boolean;
  readonly order: "time" | "shuffled";
  readonly scenario?: string;
}

/** `sessionary generate`: logs of a fictitious product with known truth. */
export function addGenerate(program: Command): void {
  const command = program
    .command("generate")
    .description("write logs of a fictitious product, with the truth beside them")
    .option("-o, --out <folder>", "gets logs/, truth/, identity.csv and catalog.yaml", "generated")
    .option("--events <n>", "about how many events (default 1,000,000)", wholeNumber(1, 1e11))
    .option("--users <n>", "how many people, instead of events", wholeNumber(1, 2e9))
    .option("--days <n>", "days of logs", wholeNumber(1, 3_650), 14)
    .option("--first-date <date>", "first UTC day", isoDate, "2026-03-02")
    .option("--seed <n>", "same seed, same bytes", wholeNumber(0, 0xffffffff), 1)
    .addOption(new Option("--format <format>", "of the logs").choices(["jsonl", "csv", "parquet"]).default("jsonl"))
    .option("--gzip", "compress the logs")
    .addOption(new Option("--order <order>", "of the lines").choices(["time", "shuffled"]).default("time"))
    .option("--scenario <file>", "YAML laid over the built-in scenario")
    .addHelpText("after", "\nExample:\n  sessionary generate --events 200000 --days 3 --out shop");
  addCommonOptions(command).action((flags: GenerateFlags) =>
    runCommand(flags, async (screen) => {
      const { generate } = await import("../../pipelines/generate.js");
      const view = screen.progress("generate");
      const started = performance.now();
      const { out, scenario, gzip, json: _json, quiet: _quiet, ...options } = flags;
      const report = await generate(
        { ...options, outDir: out, gzip: gzip ?? false, ...(scenario !== undefined && { scenarioFile: scenario }) },
        ({ day, days, lines }) =>
          view.update({
            stage: `day ${day} of ${days}`,
            rows: lines,
            done: day,
            total: days,
            elapsedMs: performance.now() - started,
          }),
      ).finally(() => view.stop());
      screen.line(`${report.outDir}: logs of ${count(report.users)} people over ${flags.days} days, truth in ${report.truthDir}`);
      screen.line(`${report.seconds.toFixed(1)} s, ${count(report.eventsPerSecond)} events/s`);
      return { report };
    }),
  );
}
