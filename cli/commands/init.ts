import type { Command } from "commander";
import { addCommonOptions, runCommand, type CommonOptions } from "../command";
import { count, size } from "../format";

interface InitFlags extends CommonOptions {
  readonly config: string;
  readonly project?: string;
  readonly force?: boolean;
}

/** `sessionary init LOGS…`: settings from a glance at the logs. */
export function addInit(program: Command): void {
  const command = program
    .command("init")
    .description("look at logs and write sessionary.yaml and catalog.yaml; says what it guessed and why")
    .argument("<logs...>", "files, folders, globs or URLs")
    .option("-c, --config <file>", "settings to write", "sessionary.yaml")
    .option("--project <name>", "name of the project (default: name of the folder)")
    .option("--force", "update files that are there: guesses are written anew, other settings and comments stay")
    .addHelpText("after", "\nExample:\n  sessionary init logs/ --project shop");
  addCommonOptions(command).action((logs: string[], flags: InitFlags) =>
    runCommand(flags, async (screen) => {
      const { init } = await import("../../pipelines/init/init.js");
      const { config, project, force } = flags;
      const report = await init({ logs, configPath: config, force: force ?? false, ...(project !== undefined && { project }) });
      screen.line(
        `${count(report.files)} ${report.files === 1 ? "file" : "files"}, ${size(report.bytes)}; ${count(report.rowsSeen)} rows looked at${rangeOf(report)}`,
      );
      screen.line();
      screen.table(
        ["guessed", "value", "why"],
        report.guesses
          .filter(({ path }) => path[0] !== "project" && path[0] !== "catalog")
          .map(({ path, value, why }) => [path.join("."), typeof value === "string" ? value : JSON.stringify(value), why]),
      );
      screen.line();
      report.remarks.forEach((remark) => screen.line(`! ${remark}`));
      screen.line(`written: ${report.configPath}`);
      screen.line(`         ${report.catalogPath} (${count(report.eventNames)} event names)`);
      screen.line("next:    read both, then: sessionary profile");
      return { report };
    }),
  );
}

function rangeOf({ firstMs, lastMs }: { firstMs: number | null; lastMs: number | null }): string {
  if (firstMs === null || lastMs === null) return "";
  const minute = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  return `, from ${minute(firstMs)} to ${minute(lastMs)}`;
}
