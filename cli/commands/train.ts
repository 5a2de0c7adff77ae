import type { Command } from "commander";
import type { AppTraining, ErrorRow } from "../../model/trainReport";
import { addProjectOptions, loadProject, runCommand, withProgress, type ProjectOptions } from "../command";
import { bar, count, percent } from "../format";
import type { Screen } from "../screen";

interface TrainFlags extends ProjectOptions {
  readonly discovery?: string;
  readonly categories?: string;
}

/** Warnings listed in the terminal, worst first. */
const WARNINGS_SHOWN = 8;

/** `sessionary train`: categories become a frozen model. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .description("train the model that labels sessions: errors on users it has not seen, model card, PMML")
    .option("--discovery <folder>", "discovery to learn from (default: the only one under the output)")
    .option("--categories <file>", "edited categories (default: categories.yaml of the discovery)")
    .addHelpText("after", "\nExample:\n  sessionary train --discovery output/discovery/2026-03-02-0a1b2c3d");
  addProjectOptions(command).action((flags: TrainFlags) =>
    runCommand(flags, async (screen) => {
      const config = await loadProject(flags);
      const { train } = await import("../../pipelines/train/train.js");
      const { report, folder, run } = await withProgress(screen.progress("train"), (onProgress) =>
        train(config, { discoveryFolder: flags.discovery ?? null, categoriesPath: flags.categories ?? null }, onProgress),
      );
      report.apps.forEach((app) => printApp(app, screen));
      screen.line();
      report.warnings.slice(0, WARNINGS_SHOWN).forEach((warning) => screen.line(`! ${warning}`));
      const more = report.warnings.length - WARNINGS_SHOWN;
      if (more > 0) screen.line(`! … and ${count(more)} more in the model card`);
      screen.line(`model ${report.model}: ${folder}`);
      screen.line("next: sessionary score --date …");
      return { report: { ...report, folder, wallMs: run.wallMs } };
    }),
  );
}

function printApp(app: AppTraining, screen: Screen): void {
  const { classes, evaluation, comparison } = app;
  screen.line();
  screen.line(
    `${app.app}: ${count(app.trainingRows)} sessions to learn from, ${count(app.heldOutRows)} held out; ` +
      `${app.trees} trees, ${app.leafRule} ${app.minLeaf}`,
  );
  screen.line(`  scoring events (${app.scoringHow}): ${app.scoringEvents.join(", ")}`);
  const letters = classes.map((_, i) => letterOf(i));
  classes.forEach(({ name }, i) => screen.line(`  ${letters[i]}  ${name}: ${count(evaluation.classRows[i] ?? 0)} held out`));
  const rows: [string, ErrorRow][] = [
    ["scoring events only", comparison.scoringOnly],
    ["+ noise feature", comparison.withNoiseFeature],
    ["all events", comparison.allEvents],
  ];
  screen.line();
  screen.table(
    ["  error in %", "total", ...letters],
    rows.map(([name, { totalError, classErrors }]) => [
      `  ${name}`,
      hundredths(totalError),
      ...classErrors.map((error) => (error === null ? "–" : hundredths(error))),
    ]),
  );
  screen.line();
  screen.table(
    ["  true, in % given", ...letters],
    letters.map((letter, i) => [
      `  ${letter}`,
      ...letters.map((_, j) => {
        const share = evaluation.confusion[i]?.[j];
        return share === undefined ? "–" : share === 0 ? "" : hundredths(share);
      }),
    ]),
  );
  screen.line();
  screen.table(
    ["  feature", "importance", ""],
    app.importance.slice(0, 8).map(({ feature, share }) => [`  ${feature}`, percent(share), bar(share, 20)]),
  );
}

/** A, B, … Z, A1, B1, …: short heads for wide tables. */
const letterOf = (i: number) => `${String.fromCharCode(65 + (i % 26))}${i < 26 ? "" : Math.floor(i / 26)}`;

const hundredths = (share: number) => (share * 100).toFixed(1);
