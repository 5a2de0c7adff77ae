import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { adjustedRandIndex, contingency } from "../../ml/clusterMatching";
import { parseConfig } from "../../model/config/load";
import { decodeLabelledBlock, NO_CLUSTER, parseSampleFileName, splitBlocks } from "../../model/labelledSample";
import { stringAt } from "../../model/sessionBlock";
import { discover } from "../../pipelines/discover/discover";
import { simulate } from "../../simulate/generate";
import { scenarioWith, type ScenarioOverrides } from "../../simulate/scenario";

/**
 * Does discovery find structure where there is none, and the right number of groups where there is some?
 *
 *     node dist/bench/discovery/calibrate.js [--nulls 40] [--humans 1500] [--difficulties 0.2,0.5,0.8] [--runs 1] [--weighting count]
 *
 * Nulls: logs with all events at random, each with its own seed; counted is how often the verdict is not "none". Then planted logs by
 * difficulty: k proposed and near-ties against the number of behaviours planted, adjusted Rand index of the clusters against the
 * behaviours. One app each, no flaws but those of the scenario.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string, usual: string) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? usual : (argv[at + 1] ?? usual);
  };
  const humans = Number(option("humans", "1500"));
  const nulls = Number(option("nulls", "40"));
  const weighting = option("weighting", "count");
  const verdicts: Record<string, number> = { none: 0, weak: 0, clear: 0, tooLittle: 0 };
  for (let seed = 1; seed <= nulls; seed++) {
    const { app } = await run({ structureless: true }, { humans, seed, kMin: 5, kMax: 7, subsets: 6, weighting });
    const verdict = app.tooLittle !== null ? "tooLittle" : (app.verdict?.structure ?? "none");
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    say({ null: seed, verdict, reason: app.verdict?.reason ?? app.tooLittle });
  }
  if (nulls > 0) say({ nulls, ...verdicts, falseAlarmShare: ((verdicts["weak"] ?? 0) + (verdicts["clear"] ?? 0)) / nulls });
  for (const difficulty of option("difficulties", "0.2,0.5,0.8").split(",").filter(Boolean).map(Number)) {
    for (let seed = 1; seed <= Number(option("runs", "1")); seed++) {
      const found = await run({ difficulty }, { humans: 2 * humans, seed, kMin: 4, kMax: 18, subsets: 30, weighting });
      const { proposal, verdict } = found.app;
      say({
        difficulty,
        seed,
        sessions: found.app.clusteredSessions,
        structure: verdict?.structure,
        planted: found.planted,
        k: proposal?.k,
        nearTies: proposal?.nearTies,
        adjustedRand: Number(found.adjustedRand.toFixed(3)),
        withoutNoise: Number(found.withoutNoise.toFixed(3)),
        silhouette: verdict?.observed.silhouette,
        stability: verdict?.observed.stability,
      });
    }
  }
}

interface RunSettings {
  readonly humans: number;
  readonly seed: number;
  readonly kMin: number;
  readonly kMax: number;
  readonly subsets: number;
  readonly weighting: string;
}

async function run(overrides: ScenarioOverrides, { humans, seed, kMin, kMax, subsets, weighting }: RunSettings) {
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
      `discovery: { kMin: ${kMin}, kMax: ${kMax}, stabilitySubsets: ${subsets}, clusterSampleSessions: 2000, claraRuns: 2, weighting: ${weighting}, seed: ${seed} }`,
    ].join("\n");
    const config = parseConfig(text, { file: "sessionary.yaml", baseDir: dir });
    const { report, folder } = await discover(config, { dates: null, previous: null });
    const app = report.apps[0]!;
    const behaviours = await trueBehaviours(truthDir);
    const pairs = (await labels(folder)).flatMap(([session, cluster]) => {
      const behaviour = behaviours.get(session);
      return behaviour === undefined || cluster === NO_CLUSTER ? [] : [[behaviour, cluster] as const];
    });
    const noise = new Set(
      planted.behaviours
        .filter(({ category }) => planted.categories.some(({ id, noise }) => noise && id === category))
        .map(({ id }) => id),
    );
    return {
      app,
      planted: new Set(pairs.map(([behaviour]) => behaviour)).size,
      adjustedRand: randIndex(pairs),
      withoutNoise: randIndex(pairs.filter(([behaviour]) => !noise.has(behaviour))),
    };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

function randIndex(pairs: readonly (readonly [behaviour: string, cluster: number])[]): number {
  const names = [...new Set(pairs.map(([behaviour]) => behaviour))];
  const old = pairs.map(([behaviour]) => names.indexOf(behaviour));
  const clusters = pairs.map(([, cluster]) => cluster);
  return pairs.length === 0 ? NaN : adjustedRandIndex(contingency(old, clusters, names.length, Math.max(...clusters) + 1));
}

/** Behaviour by `user start`. */
async function trueBehaviours(truthDir: string): Promise<Map<string, string>> {
  const behaviours = new Map<string, string>();
  const folder = join(truthDir, "sessions");
  for (const file of await readdir(folder)) {
    const [, ...rows] = (await readFile(join(folder, file), "utf8")).trim().split("\n");
    for (const row of rows) {
      const [user, , , startMs, , , behaviour, , traffic] = row.split(",");
      if (traffic === "human") behaviours.set(`${user} ${startMs}`, behaviour!);
    }
  }
  return behaviours;
}

/** Cluster of each sampled session, by `user start`. */
async function labels(folder: string): Promise<[string, number][]> {
  const files = (await readdir(folder)).filter((name) => parseSampleFileName(name) !== null).sort();
  const blocks = await Promise.all(files.map((file) => readFile(join(folder, file))));
  return blocks
    .flatMap((bytes) => splitBlocks(bytes).map(decodeLabelledBlock))
    .flatMap((block) =>
      Array.from(block.cluster, (cluster, i): [string, number] => [`${stringAt(block.users, i)} ${block.startMs[i]}`, cluster]),
    );
}

const say = (line: object) =>
  console.log(JSON.stringify({ ...line, cpuSeconds: Math.round(process.cpuUsage().user / 1e6), load: loadavg()[0] }));

void main(process.argv.slice(2));
