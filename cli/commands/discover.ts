import type { Command } from "commander";
import type { AppDiscovery, ClusterCard, KRow } from "../../model/discoveryReport";
import { addProjectOptions, loadLogs, runCommand, withProgress, type ProjectOptions } from "../command";
import { addDateOptions, datesOf, type DateOptions } from "../dates";
import { EXIT } from "../exitCodes";
import { bar, count, percent } from "../format";
import type { Screen } from "../screen";

interface DiscoverFlags extends ProjectOptions, DateOptions {
  readonly force?: boolean;
}

/** `sessionary discover`: which kinds of sessions there are. */
export function addDiscover(program: Command): void {
  const command = program
    .command("discover")
    .description("find kinds of sessions: clusters for a range of k, cluster cards, categories.yaml to edit")
    .option("--force", "end with code 0 even where the data show no structure")
    .addHelpText("after", "\nExample:\n  sessionary discover --from 2026-03-02 --to 2026-03-08");
  addDateOptions(command);
  addProjectOptions(command).action((flags: DiscoverFlags) =>
    runCommand(flags, async (screen) => {
      const config = await loadLogs(flags);
      const { discover, hasStructure } = await import("../../pipelines/discover/discover.js");
      const { report, folder, categoriesPath, run } = await withProgress(screen.progress("discover"), (onProgress) =>
        discover(config, { dates: datesOf(flags) }, onProgress),
      );
      screen.line(`${count(report.rowsRead)} rows read, ${count(report.sessions)} sessions`);
      report.apps.forEach((app) => printApp(app, screen));
      const found = hasStructure(report.apps);
      screen.line();
      screen.line(
        found ? `Edit ${categoriesPath}, then: sessionary train` : "No structure found: the groups above are not to be trusted.",
      );
      return {
        report: { ...report, folder, categoriesPath, wallMs: run.wallMs },
        exitCode: found || flags.force ? EXIT.ok : EXIT.noStructure,
      };
    }),
  );
}

function printApp(app: AppDiscovery, screen: Screen): void {
  screen.line();
  screen.line(
    `${app.app}: ${count(app.sampledSessions)} sessions sampled, ${app.vocabulary.length} of ${count(app.eventNames)} event names counted`,
  );
  if (app.tooLittle !== null) {
    screen.line(`  ${app.tooLittle}`);
    return;
  }
  if (app.verdict) screen.line(`  structure: ${app.verdict.structure}. ${app.verdict.reason}`);
  if (app.proposal) {
    const { k, reason, nearTies } = app.proposal;
    const ties = nearTies.length > 0 ? ` (nearly as good: ${nearTies.join(", ")})` : "";
    screen.line(`  proposed k = ${k}${ties}: ${reason}`);
    if (app.chosenByPerson) screen.line(`  k = ${app.k}, chosen in the settings`);
  }
  screen.table(
    ["  k", "silhouette", "stability", "in clusters ≥ 0.7", "noise"],
    app.candidates.map((row) => candidateRow(row, app.k)),
  );
  screen.line();
  screen.table(["  cluster", "sessions", "", "stability", "suggested name", "strongest events"], app.cards.map(cardRow));
}

const candidateRow = ({ k, silhouette, stability, noiseShare }: KRow, chosen: number | null) => [
  `${k === chosen ? "→" : " "} ${k}`,
  silhouette.toFixed(3),
  stability ? stability.mean.toFixed(2) : "–",
  stability ? percent(stability.shareAtLeast70, 0) : "–",
  percent(noiseShare, 0),
];

const cardRow = (card: ClusterCard) => [
  `  ${card.cluster}${card.noiseLike ? " (noise)" : ""}`,
  percent(card.share.estimate),
  bar(card.share.estimate, 16),
  card.stability === null ? "–" : card.stability.toFixed(2),
  card.suggestedName,
  card.topWeighted
    .slice(0, 3)
    .map(({ event }) => event)
    .join(", "),
];
