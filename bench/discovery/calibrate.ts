import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { toPoints } from "../../ml/kmedoids/points";
import { project } from "../../ml/pca";
import { normalizeRows } from "../../ml/sparse";
import { parseConfig } from "../../model/config/load";
import { decodeLabelledBlock, parseSampleFileName, splitBlocks, type LabelledBlock } from "../../model/labelledSample";
import { stringAt } from "../../model/sessionBlock";
import { PIECES } from "../../pipelines/discover/build";
import { discover } from "../../pipelines/discover/discover";
import { simulate } from "../../simulate/generate";
import { decodeSpace } from "../../transforms/discovery/discoverySpace";
import { weightedRows } from "../../transforms/discovery/weightedRows";
import { valuePath } from "../../transforms/output/writeValues";
import { scenarioWith, type ScenarioOverrides } from "../../simulate/scenario";
import { paperLike } from "./paperLike";
import { merged, nearestTrueMeans, randIndex, rounded, toldTruth, type Bag } from "./scores";

/**
 * Does discovery find structure where there is none, and the right number of groups where there is some?
 *
 *     npm run bench -- calibrate [--nulls 40] [--humans 1500] [--difficulties 0.2,0.5,0.6,0.8] [--runs 1] [--weighting count]
 *                                [--assign-to mean] [--paper 2]
 *
 * Nulls: logs with all events at random, each with its own seed; counted is how often the verdict is not "none". Then planted logs by
 * difficulty: k proposed and near-ties against the number of behaviours planted, and adjusted Rand indices, of the clusters against
 * behaviours, and of clusters merged as people do (each into the category most of its sessions have) against categories. Beside them what
 * others reach who know the truth: every session with the nearest of the behaviours' true means in the space that discovery clusters in, and
 * naive Bayes over all events, told the truth of the other half of the sessions. One app each, no flaws but those of the scenario.
 *
 * Last the same for sessions of another making, nearer to the paper's in every number that it gives (`paperLike.ts`).
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string, usual: string) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? usual : (argv[at + 1] ?? usual);
  };
  const humans = Number(option("humans", "1500"));
  const nulls = Number(option("nulls", "40"));
  const [weighting, assignTo] = [option("weighting", "count"), option("assign-to", "mean")];
  const verdicts: Record<string, number> = { none: 0, weak: 0, clear: 0, tooLittle: 0 };
  for (let seed = 1; seed <= nulls; seed++) {
    const { app } = await run({ structureless: true }, { humans, seed, kMin: 5, kMax: 7, subsets: 6, weighting, assignTo });
    const verdict = app.tooLittle !== null ? "tooLittle" : (app.verdict?.structure ?? "none");
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    say({ null: seed, verdict, reason: app.verdict?.reason ?? app.tooLittle });
  }
  if (nulls > 0) say({ nulls, ...verdicts, falseAlarmShare: ((verdicts["weak"] ?? 0) + (verdicts["clear"] ?? 0)) / nulls });
  for (const difficulty of option("difficulties", "0.2,0.5,0.6,0.8").split(",").filter(Boolean).map(Number)) {
    for (let seed = 1; seed <= Number(option("runs", "1")); seed++) {
      const found = await run({ difficulty }, { humans: 2 * humans, seed, kMin: 4, kMax: 18, subsets: 30, weighting, assignTo });
      const { proposal, verdict } = found.app;
      say({
        difficulty,
        seed,
        sessions: found.app.clusteredSessions,
        structure: verdict?.structure,
        planted: found.planted,
        k: proposal?.k,
        nearTies: proposal?.nearTies,
        ...found.scores,
        at13: found.app.candidates
          .filter(({ k }) => k === 13)
          .map(({ silhouette, stability, noiseShare }) => ({ silhouette, stability: stability?.mean, noiseShare })),
      });
    }
  }
  for (let seed = 1; seed <= Number(option("paper", "2")); seed++) {
    for (const count of [3000, 10_000]) say({ paperLike: true, ...paperLike(count, seed) });
  }
}

interface RunSettings {
  readonly humans: number;
  readonly seed: number;
  readonly kMin: number;
  readonly kMax: number;
  readonly subsets: number;
  readonly weighting: string;
  readonly assignTo: string;
}

async function run(overrides: ScenarioOverrides, { humans, seed, kMin, kMax, subsets, weighting, assignTo }: RunSettings) {
  const dir = await mkdtemp(join(tmpdir(), "sessionary-calibrate-"));
  try {
    const scenario = scenarioWith({
      ...overrides,
      clients: { iphone: null, android: null },
      experiments: [],
      loggingChanges: [],
    });
    const settings = { outDir: dir, humans, days: 2, firstDate: "2026-03-02", seed, gzip: false, scenario } as const;
    const { truthDir, planted } = await simulate({ ...settings, format: "jsonl", order: "time" });
    const text = [
      "project: calibration",
      "input: { paths: logs, format: jsonl, user: user, time: { column: ts, format: iso }, event: event, app: app, userAgent: agent }",
      "catalog: catalog.yaml",
      `discovery: { kMin: ${kMin}, kMax: ${kMax}, stabilitySubsets: ${subsets}, weighting: ${weighting}, assignTo: ${assignTo}, seed: ${seed} }`,
    ].join("\n");
    const config = parseConfig(text, { file: "sessionary.yaml", baseDir: dir });
    const { report, folder } = await discover(config, { dates: null, previous: null });
    const app = report.apps[0]!;
    const noise = new Set(planted.categories.filter((one) => one.noise).map(({ id }) => id));
    return { app, ...scoresOf(await labelledRows(folder, app.app, await trueKinds(truthDir)), noise) };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

interface Kind {
  readonly behaviour: string;
  readonly category: string;
}

/** A clustered session: what it truly is, its cluster, where it lies, and its events. */
interface LabelledRow extends Kind {
  readonly cluster: number;
  readonly at: Float32Array;
  readonly bag: Bag;
}

function scoresOf(rows: readonly LabelledRow[], noise: ReadonlySet<string>) {
  const [behaviours, categories, clusters] = [
    rows.map(({ behaviour }) => behaviour),
    rows.map(({ category }) => category),
    rows.map(({ cluster }) => cluster),
  ] as const;
  const purposeful = rows.filter(({ category }) => !noise.has(category));
  const points = toPoints(Float32Array.from(rows.flatMap(({ at }) => [...at])), rows[0]!.at.length);
  const told = toldTruth(
    rows.map(({ bag }) => bag),
    behaviours,
  );
  const categoryOf = new Map(rows.map(({ behaviour, category }) => [behaviour, category]));
  const inCategories = (of: readonly string[]) => of.map((behaviour) => categoryOf.get(behaviour));
  const nearest = nearestTrueMeans(points, behaviours);
  const scores = {
    behaviours: randIndex(behaviours, clusters),
    behavioursWithoutNoise: randIndex(
      purposeful.map(({ behaviour }) => behaviour),
      purposeful.map(({ cluster }) => cluster),
    ),
    behavioursByTrueMeans: randIndex(behaviours, nearest),
    behavioursTold: randIndex(behaviours, told),
    categories: randIndex(categories, merged(clusters, categories)),
    categoriesByTrueMeans: randIndex(categories, inCategories(nearest)),
    categoriesTold: randIndex(categories, inCategories(told)),
  };
  return {
    planted: categoryOf.size,
    scores: Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, rounded(value)])),
  };
}

/** Truth by `user start`. */
async function trueKinds(truthDir: string): Promise<Map<string, Kind>> {
  const kinds = new Map<string, Kind>();
  const folder = join(truthDir, "sessions");
  for (const file of await readdir(folder)) {
    const [, ...rows] = (await readFile(join(folder, file), "utf8")).trim().split("\n");
    for (const row of rows) {
      const [user, , , startMs, , , behaviour, category, traffic] = row.split(",");
      if (traffic === "human") kinds.set(`${user} ${startMs}`, { behaviour: behaviour!, category: category! });
    }
  }
  return kinds;
}

/** The sampled sessions that are in a cluster and in the truth. */
async function labelledRows(folder: string, app: string, kinds: ReadonlyMap<string, Kind>): Promise<LabelledRow[]> {
  const space = decodeSpace(await readFile(valuePath(folder, app, PIECES.space, ".json")));
  const files = (await readdir(folder)).filter((name) => parseSampleFileName(name) !== null).sort();
  const blocks = (await Promise.all(files.map((file) => readFile(join(folder, file))))).flatMap((bytes) =>
    splitBlocks(bytes).map(decodeLabelledBlock),
  );
  return blocks.flatMap((block) => {
    const { rows, weights } = weightedRows(block, space);
    const dimensions = space.pca!.componentCount;
    const values = project(space.pca!, normalizeRows(weights).rows);
    return Array.from(rows).flatMap((row, i): LabelledRow[] => {
      const kind = kinds.get(`${stringAt(block.users, row)} ${block.startMs[row]}`);
      const at = values.subarray(i * dimensions, (i + 1) * dimensions);
      return kind === undefined ? [] : [{ ...kind, cluster: block.cluster[row]!, at, bag: bagOf(block, row) }];
    });
  });
}

function bagOf(block: LabelledBlock, row: number): Bag {
  const [from, to] = [block.bagOffsets[row]!, block.bagOffsets[row + 1]!];
  return Array.from(
    block.bagEvents.subarray(from, to),
    (name, i) => [stringAt(block.strings, name), block.bagCounts[from + i]!] as const,
  );
}

const say = (line: object) =>
  console.log(JSON.stringify({ ...line, cpuSeconds: Math.round(process.cpuUsage().user / 1e6), load: loadavg()[0] }));

void main(process.argv.slice(2));
