import { type Command, InvalidArgumentError } from "commander";
import type { AppDiscovery, ClusterCard, DiscoveryReport, KRow } from "../../model/discoveryReport";
import type { Config } from "../../model/config";
import { addProjectOptions, loadLogs, runCommand, withProgress, type ProjectOptions } from "../command";
import { addDateOptions, datesOf, type DateOptions } from "../dates";
import { EXIT } from "../exitCodes";
import { bar, count, percent } from "../format";
import type { Screen } from "../screen";

interface DiscoverFlags extends ProjectOptions, DateOptions {
  readonly force?: boolean;
  readonly resume?: boolean;
  /** Id, true for the newest, or false for none. */
  readonly previous?: string | boolean;
  readonly k?: Readonly<Record<string, number>>;
}

/** `8` for every app, or `web=8`; may be given several times. */
function chosenK(text: string, before: Readonly<Record<string, number>> = {}): Record<string, number> {
  const at = text.lastIndexOf("=");
  const k = Number(text.slice(at + 1));
  if (!Number.isInteger(k) || k < 2 || k > 1000 || at === 0) {
    throw new InvalidArgumentError("A number of clusters such as 8, or web=8 for one app, please.");
  }
  return { ...before, [at < 0 ? "default" : text.slice(0, at)]: k };
}

/** Settings with the k of the command line; one for all apps wins over those of the settings. */
function withK(config: Config, k: DiscoverFlags["k"]): Config {
  if (k === undefined) return config;
  const { discovery } = config;
  return { ...config, discovery: { ...discovery, k: k["default"] === undefined ? { ...discovery.k, ...k } : k } };
}

/** `sessionary discover`: which kinds of sessions there are. */
export function addDiscover(program: Command): void {
  const command = program
    .command("discover")
    .description("find kinds of sessions: clusters for a range of k, cluster cards, categories.yaml to edit")
    .option("--k <number>", "number of clusters to take: 8, or web=8 for one app (repeatable)", chosenK)
    .option("--resume", "reuse what earlier discoveries of the same sessions evaluated, k by k")
    .option("--previous <id>", "discovery whose categories are carried over (default: the newest other one)")
    .option("--no-previous", "compare with no earlier discovery, and propose all categories anew")
    .option("--force", "end with code 0 even where the data show no structure")
    .addHelpText(
      "after",
      "\nExample:\n  sessionary discover --from 2026-03-02 --to 2026-03-08\n  sessionary discover --date 2026-03-02 --k web=8 --resume",
    );
  addDateOptions(command);
  addProjectOptions(command).action((flags: DiscoverFlags) =>
    runCommand(flags, async (screen) => {
      const config = withK(await loadLogs(flags), flags.k);
      const { discover, hasStructure } = await import("../../pipelines/discover/discover.js");
      const { previous } = flags;
      const options = {
        dates: datesOf(flags),
        resume: flags.resume ?? false,
        ...(typeof previous === "string" ? { previous } : previous === false ? { previous: null } : {}),
      };
      const result = await withProgress(screen.progress("discover"), (onProgress) => discover(config, options, onProgress));
      const { report, folder, categoriesPath, pagePath, run } = result;
      const unknown = Object.keys(flags.k ?? {}).filter(
        (app) => app !== "default" && !report.apps.some((one) => one.app === app),
      );
      screen.line(`${count(report.rowsRead)} rows read, ${count(report.sessions)} sessions`);
      if (report.reusedEvaluations > 0) screen.line(`${count(report.reusedEvaluations)} evaluations reused`);
      unknown.forEach((app) => screen.line(`! --k ${app}: there is no such app`));
      report.apps.forEach((app) => printApp(app, screen));
      printMatches(report.matches ?? [], screen);
      if (report.previous) printHistory(report.previous, screen);
      screen.line();
      const found = hasStructure(report.apps);
      if (found) screen.line(`Edit ${categoriesPath}, or: sessionary review; then: sessionary train`);
      else screen.lines(nothingToTrust(report.apps, flags.force ?? false));
      screen.line(`page: ${pagePath}`);
      return {
        report: { ...report, folder, categoriesPath, pagePath, wallMs: run.wallMs },
        exitCode: found || flags.force ? EXIT.ok : EXIT.noStructure,
      };
    }),
  );
}

/** What became of clusters; those that stayed the same are only counted. */
function printHistory({ id, changes }: NonNullable<DiscoveryReport["previous"]>, screen: Screen): void {
  screen.line();
  const same = changes.filter(({ kind }) => kind === "same").length;
  screen.line(`Since discovery ${id}: ${count(same)} clusters are the same; their categories keep id and name.`);
  screen.table(
    ["  app", "", "before", "now", "Jaccard", "sessions"],
    changes
      .filter(({ kind }) => kind !== "same")
      .map(({ app, kind, old, now, jaccard, sessions }) => [
        `  ${app}`,
        kind,
        old.join(", ") || "–",
        now.join(", ") || "–",
        old.length > 0 && now.length > 0 ? jaccard.toFixed(2) : "–",
        count(sessions),
      ]),
  );
}

/** Clusters that look the same in two apps, the most alike; the page lists more. */
function printMatches(matches: NonNullable<DiscoveryReport["matches"]>, screen: Screen): void {
  if (matches.length === 0) return;
  const inWords = ({ clusters: [a, b], likeness }: (typeof matches)[number]) =>
    `${a.app} ${a.cluster} and ${b.app} ${b.cluster} (${likeness.toFixed(2)})`;
  const more = matches.length > MATCHES_SHOWN ? ` and ${count(matches.length - MATCHES_SHOWN)} more pairs` : "";
  screen.line();
  screen.line(
    `The same profile in two apps, proposed as one category: ${matches.slice(0, MATCHES_SHOWN).map(inWords).join(", ")}${more}.`,
  );
}

const MATCHES_SHOWN = 5;

/** Said where no app has groups worth naming. */
function nothingToTrust(apps: readonly AppDiscovery[], forced: boolean): string[] {
  const tooLittle = apps.every((app) => app.tooLittle !== null);
  const verdict = tooLittle
    ? "TOO LITTLE TO CATEGORIZE: see above what to change."
    : "NO STRUCTURE FOUND: shuffled data cluster as well. The groups above are what the method made, not what people do.";
  return [verdict, ...(forced ? [] : [`Ends with code ${EXIT.noStructure}; --force ends with 0.`])];
}

function printApp(app: AppDiscovery, screen: Screen): void {
  screen.line();
  screen.line(
    `${app.app}: ${count(app.sampledSessions)} sessions sampled, ${app.vocabulary.length} of ${count(app.eventNames)} event names counted`,
  );
  if (app.tooLittle !== null) {
    screen.line(`  TOO LITTLE TO CATEGORIZE: ${app.tooLittle}`);
    app.remarks.forEach((remark) => screen.line(`  ! ${remark}`));
    return;
  }
  if (app.verdict) screen.line(`  ${app.verdict.reason.replace(/^No structure found/, (opening) => opening.toUpperCase())}`);
  app.remarks.forEach((remark) => screen.line(`  ! ${remark}`));
  if (app.proposal) {
    const { k, reason, nearTies } = app.proposal;
    const ties = nearTies.length > 0 ? ` (nearly as good: ${nearTies.join(", ")})` : "";
    screen.line(`  proposed k = ${k}${ties}: ${reason}`);
    if (app.chosenByPerson) screen.line(`  k = ${app.k} was chosen by a person`);
    if (app.broader) {
      const { k: fewer, stability, silhouette } = app.broader;
      screen.line(
        `  for broader kinds: k = ${fewer} holds as well (stability ${stability.toFixed(2)}, silhouette ${silhouette.toFixed(2)}): --resume --k ${app.app}=${fewer}`,
      );
    }
  }
  screen.table(
    ["  k", "noise", "stability", "in clusters ≥ 0.7", "≥ 0.75", "silhouette", "medoid silhouette", "mean distance"],
    app.candidates.map((row) => candidateRow(row, app.k)),
  );
  screen.line();
  screen.table(["  cluster", "sessions", "", "stability", "suggested name", "strongest events"], app.cards.map(cardRow));
}

const candidateRow = ({ k, silhouette, medoidSilhouette, meanDistance, stability, noiseShare }: KRow, chosen: number | null) => [
  `${k === chosen ? "→" : " "} ${k}`,
  percent(noiseShare, 0),
  stability ? stability.mean.toFixed(2) : "–",
  stability ? percent(stability.shareAtLeast70, 0) : "–",
  stability ? percent(stability.shareAtLeast75, 0) : "–",
  silhouette.toFixed(3),
  medoidSilhouette.toFixed(3),
  meanDistance.toFixed(3),
];

const cardRow = (card: ClusterCard) => [
  `  ${card.cluster}${card.noiseLike ? " (noise-like)" : ""}`,
  percent(card.share.estimate),
  bar(card.share.estimate, 16),
  card.stability === null ? "–" : card.stability.toFixed(2),
  card.suggestedName,
  card.topWeighted
    .slice(0, 3)
    .map(({ event }) => event)
    .join(", "),
];
