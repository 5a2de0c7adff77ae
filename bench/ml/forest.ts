import { cpus, loadavg } from "node:os";
import { RandomForestClassifier } from "ml-random-forest";
import { binRows } from "../../ml/forest/bins";
import { BitSlicedVoter } from "../../ml/forest/bitSliced";
import type { Forest } from "../../ml/forest/forest";
import { trainForest } from "../../ml/forest/train";
import { voterOf, type Voter } from "../../ml/forest/vote";
import { voteByWalking } from "../../ml/forest/walk";
import { meanNoise, noiseShares, scoringFeatures, sumNoise, LONG_TAIL } from "../../ml/noise";
import { EVENTS, paperSessions } from "./paperSessions";

/**
 * The forest on data of the paper's shape: training (250 trees, smallest leaf 1,000 of 333,333 rows, both leaf rules) and votes of the
 * three voters, one thread, beside ml-random-forest on as many rows as it can bear.
 *
 *     node dist/bench/ml/forest.js [--rows 333333] [--trees 250]
 *
 * It does not show quality: classes are a rule on the events. Votes of all voters must agree, which is checked. CPU seconds hold on a
 * busy machine, wall seconds do not.
 */
function main(argv: readonly string[]): void {
  const option = (name: string, usual: number) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? usual : Number(argv[at + 1]);
  };
  const rows = option("rows", 333_333);
  const trees = option("trees", 250);
  say({ machine: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version, rows, trees });
  const { features, classes } = labelledRows(rows);
  const binned = timed("bins", () => binRows(features, classes, FEATURES, CLASSES));
  for (const leafRule of ["nodesize", "childMinimum"] as const) {
    const minLeaf = Math.max(5, Math.round(rows / 333));
    const forest = timed(`train ${trees} trees, ${leafRule} ${minLeaf}`, () =>
      trainForest(binned, trees, 1, { leafRule, minLeaf }),
    );
    say({ leavesPerTree: forest.feature.filter((f) => f < 0).length / trees });
    compareVoters(forest, features, Math.min(rows, 131_072));
  }
  besideMlRandomForest(features, classes, 1000);
}

const SCORING = 12;
const FEATURES = SCORING + 1;
const CLASSES = 7;

const say = (facts: object) => process.stdout.write(`${JSON.stringify(facts)}\n`);

function timed<T>(step: string, work: () => T): T {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  const result = work();
  const used = process.cpuUsage(cpu);
  say({ step, wallSeconds: (performance.now() - wall) / 1000, cpuSeconds: (used.user + used.system) / 1e6 });
  return result;
}

/** Scoring weights and noise feature; class: noise where most weight is in the long tail, else by the heaviest scoring event. */
function labelledRows(count: number) {
  const bags = paperSessions(count, 7);
  const df = new Float64Array(EVENTS);
  bags.columns.forEach((event) => (df[event] = (df[event] as number) + 1));
  const idf = df.map((n) => Math.log(count / Math.max(1, n)));
  const role = Int32Array.from({ length: EVENTS }, (_, event) => (event < SCORING ? event : LONG_TAIL));
  const space = { idf, role, scoringCount: SCORING, weighting: "count" } as const;
  const shares = noiseShares(bags, space, 0, count);
  const all = Uint32Array.from(shares, (_, row) => row);
  const features = scoringFeatures(bags, space, all, shares, meanNoise(sumNoise(shares, () => true)));
  const classes = Array.from(shares, (share, row) => {
    const weights = features.subarray(row * FEATURES, row * FEATURES + SCORING);
    return !(share > 0.25) ? CLASSES - 1 : weights.indexOf(Math.max(...weights)) % (CLASSES - 1);
  });
  return { features, classes };
}

/** Blocks as scoring sees them. */
const BLOCK = 4096;

function compareVoters(forest: Forest, features: Float32Array, rows: number): void {
  const voters: [string, Voter, number][] = [
    ["WebAssembly, 128 rows a word", voterOf(forest), rows],
    ["plain, 32 rows a word", new BitSlicedVoter(forest), rows],
    ["walking", { vote: (block, count) => voteByWalking(forest, block, count) }, BLOCK],
  ];
  const first = voters.map(([name, voter, count]) => {
    const blocks = Array.from({ length: Math.ceil(count / BLOCK) }, (_, b) =>
      features.subarray(b * BLOCK * FEATURES, Math.min(count, (b + 1) * BLOCK) * FEATURES),
    );
    const votes = timed(`votes for ${count} rows: ${name}`, () =>
      blocks.map((block) => voter.vote(block, block.length / FEATURES)),
    );
    return JSON.stringify(votes[0]);
  });
  say({ allVotersAgree: first.every((votes) => votes === first[0]) });
}

function besideMlRandomForest(features: Float32Array, classes: readonly number[], rows: number): void {
  const few = { features: features.subarray(0, rows * FEATURES), classes: classes.slice(0, rows) };
  const table = few.classes.map((_, row) => Array.from(few.features.subarray(row * FEATURES, (row + 1) * FEATURES)));
  timed(`ours, 2 trees on ${rows} rows`, () =>
    trainForest(binRows(few.features, few.classes, FEATURES, CLASSES), 2, 1, { leafRule: "nodesize", minLeaf: 3 }),
  );
  timed(`ml-random-forest, 2 trees on ${rows} rows`, () =>
    new RandomForestClassifier({ seed: 1, nEstimators: 2, noOOB: true, useSampleBagging: true }).train(table, few.classes),
  );
}

main(process.argv);
