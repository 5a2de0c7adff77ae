import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { defineTask, runTask, withThreads, type TaskResult } from "../../beam/tasks";
import { addRows, createSums, extractCovariance } from "../../ml/covariance";
import { assignNearest } from "../../ml/kmedoids/assign";
import { fasterPamChain, fasterPamEach } from "../../ml/kmedoids/chain";
import { kMedoids } from "../../ml/kmedoids/clara";
import { computedDistances, distancesOf, storedDistances } from "../../ml/kmedoids/distances";
import { fasterPam } from "../../ml/kmedoids/fasterPam";
import { neighbourOrder } from "../../ml/kmedoids/neighbourOrder";
import { selectPoints, toPoints, type Points } from "../../ml/kmedoids/points";
import { labStart, randomStart } from "../../ml/kmedoids/start";
import { fitPca, project } from "../../ml/pca";
import { random, sampleWithoutReplacement } from "../../ml/random";
import { silhouette } from "../../ml/silhouette";
import { subsetStability, type Labelled, type SubsetStability } from "../../ml/stability";
import { median } from "../../ml/statistics";
import { unitTfidf } from "../../ml/tfidf";
import { runPython } from "../../tools/python/environment";
import { EVENTS, paperSessions } from "./paperSessions";

/**
 * Clustering on data of the paper's shape, ours (one thread, stability also on two) against Python's `kmedoids` and scikit-learn (one thread) on the same points
 * and the same starting medoids, in one run.
 *
 *     npm run bench -- kmedoids [--rows 500000] [--runs 5] [--peers] [--large]
 *
 * It does not show quality: both sides do the same swaps and must reach the same loss, which is checked. Peers are installed from PyPI
 * on first use. CPU seconds hold on a busy machine, wall seconds do not.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string, usual: number) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? usual : Number(argv[at + 1]);
  };
  const rows = option("rows", 500_000);
  const runs = option("runs", 5);
  say({ machine: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version, rows, runs });
  const points = features(rows);
  const lists: PeerCase[] = [];
  for (const n of [5000, 10_000]) {
    const sample = selectPoints(points, sampleWithoutReplacement(rows, n, random(11)).sort());
    const start = randomStart(n, K, random(1));
    const found = fasterPamSteps(sample, start, runs);
    if (argv.includes("--peers")) lists.push({ points: found.points, start, loss: found.loss });
  }
  const halves = await stability(selectPoints(points, sampleWithoutReplacement(rows, 5000, random(11)).sort()), runs);
  const clara = timed(`k-medoids of ${rows} rows: CLARA 5 × 5,000 + polish`, 1, () =>
    kMedoids(points, K, { sampleSize: 5000, runs: 5, seed: 1 }),
  );
  const rough = timed("the same without polish", 1, () =>
    kMedoids(points, K, { sampleSize: 5000, runs: 5, seed: 1, polishRounds: 0 }),
  );
  say({ meanDistancePolished: clara.loss / rows, meanDistanceUnpolished: rough.loss / rows });
  if (argv.includes("--large")) large(points, clara.loss / rows);
  for (const list of lists) await peers(list, runs);
  if (argv.includes("--peers")) for (const one of halves) await stabilityPeer(one);
}

const K = 13;

interface PeerCase {
  readonly points: Points;
  readonly start: Uint32Array;
  readonly loss: number;
}

const say = (facts: object) => process.stdout.write(`${JSON.stringify(facts)}\n`);

/** Runs a step several times; prints the median wall and CPU seconds. */
function timed<T>(step: string, runs: number, work: () => T): T {
  const wall: number[] = [];
  const cpu: number[] = [];
  let result: T | undefined;
  for (let i = 0; i < runs; i++) {
    const [t, c] = [performance.now(), process.cpuUsage()];
    result = work();
    const used = process.cpuUsage(c);
    wall.push((performance.now() - t) / 1000);
    cpu.push((used.user + used.system) / 1e6);
  }
  say({ step, wallSeconds: round(median(wall)), cpuSeconds: round(median(cpu)) });
  return result as T;
}

async function timedAsync(step: string, runs: number, work: () => Promise<unknown>): Promise<void> {
  const wall: number[] = [];
  for (let i = 0; i < runs; i++) {
    const started = performance.now();
    await work();
    wall.push((performance.now() - started) / 1000);
  }
  say({ step, wallSeconds: round(median(wall)) });
}

const round = (value: number) => Math.round(value * 1000) / 1000;

/** Sessions as points: TF-IDF, length 1, principal components of 80 % of the variance. */
function features(rows: number): Points {
  const bags = paperSessions(rows, 7);
  const df = new Float64Array(EVENTS);
  bags.columns.forEach((column) => (df[column] = (df[column] as number) + 1));
  const idf = df.map((count) => Math.log(rows / count));
  const { rows: unit, zeroRows } = timed("TF-IDF + L2", 1, () => unitTfidf(bags, idf));
  const sums = createSums(EVENTS);
  timed("covariance, exact sums", 1, () => addRows(sums, unit));
  const pca = timed("principal components", 1, () => fitPca(extractCovariance(sums), { minVariance: 0.8 }));
  const projected = timed("projection", 1, () => project(pca, unit));
  say({ events: bags.columns.length / rows, zeroRows: zeroRows.length, components: pca.componentCount });
  return toPoints(projected, pca.componentCount);
}

function fasterPamSteps(points: Points, start: Uint32Array, runs: number) {
  const n = points.count;
  timed(`distance matrix, n = ${n}`, runs, () => storedDistances(points).release());
  const both = timed(`distances + FasterPAM, n = ${n}, k = ${K}`, runs, () => {
    // Put in the order of neighbours, as `claraRun` does; the peer gets them in that order for nothing.
    const ordered = selectPoints(points, neighbourOrder(points, null, random(2)));
    const distances = distancesOf(ordered);
    const found = fasterPam(distances, start);
    distances.release();
    return { ...found, points: ordered };
  });
  const { mean } = timed(`distances + silhouette, n = ${n}`, runs, () => silhouette(both.points, both.labels, K));
  say({ loss: both.loss, swaps: both.swaps, passes: both.iterations, silhouette: mean });
  return both;
}

/** FasterPAM on 50,000 of the rows, without a matrix: no worse medoids for all rows than those of CLARA and polish? */
function large(points: Points, meanDistance: number): void {
  const draw = random(12);
  const rows = neighbourOrder(points, sampleWithoutReplacement(points.count, Math.min(50_000, points.count), draw).sort(), draw);
  const found = timed(`FasterPAM, n = ${rows.length}, computed distances`, 1, () => {
    const distances = computedDistances(selectPoints(points, rows));
    return fasterPam(distances, labStart(distances, K, draw));
  });
  const medoids = selectPoints(
    points,
    found.medoids.map((i) => rows[i] as number),
  );
  const onAll = assignNearest(points, medoids).loss / points.count;
  say({ check: "CLARA and polish are no worse", meanDistance, fasterPam50000: onAll, ok: meanDistance <= onAll });
  if (meanDistance > onAll) process.exitCode = 1;
}

interface StabilityCase {
  readonly points: Points;
  readonly clusterings: readonly Labelled[];
  readonly subsets: number;
}

interface HalfInput {
  readonly points: Points;
  readonly clusterings: readonly Labelled[];
  readonly subset: number;
}

/** Task: one half-subset; a start of its own for one k, a chain of k for many. */
export function halfTask({ points, clusterings, subset }: HalfInput): TaskResult<SubsetStability[]> {
  const sweep = clusterings.length === 1 ? fasterPamEach : fasterPamChain;
  return { value: subsetStability(points, clusterings, subset, 7, sweep) };
}

const HALF = defineTask<HalfInput, SubsetStability[]>(__filename, "halfTask");

/** One k with 50 half-subsets, as the paper has it; and the k of a whole report, which share each half's distances, with 10. */
async function stability(points: Points, runs: number): Promise<StabilityCase[]> {
  const cases = [[K], Array.from({ length: 19 }, (_, i) => i + 2)].map((ks) => ({
    points,
    clusterings: ks.map((k) => ({ k, labels: kMedoids(points, k, { sampleSize: points.count, runs: 1, seed: 1 }).labels })),
    subsets: ks.length === 1 ? 50 : 10,
  }));
  for (const { clusterings, subsets } of cases) {
    const name = `stability, ${subsets} half subsets of n = ${points.count}, ${clusterings.length} k`;
    const halves = Array.from({ length: subsets }, (_, subset) => ({ points, clusterings, subset }));
    const parts = timed(name, runs, () => halves.flatMap((half) => halfTask(half).value));
    await withThreads(2, async () => {
      const inThreads = () => Promise.all(halves.map((half) => runTask(HALF, half)));
      // Threads start, load and compile once a job.
      await inThreads();
      await timedAsync(`${name}, two threads`, runs, inThreads);
    });
    const means = clusterings.map(({ k }) => {
      const of = parts.filter((part) => part.k === k).map(({ jaccard }) => jaccard.reduce((sum, one) => sum + one, 0) / k);
      return [k, round(of.reduce((sum, mean) => sum + mean, 0) / of.length)] as const;
    });
    say({ meanJaccards: Object.fromEntries(means) });
  }
  return cases;
}

/** The same number of halves in Python; other halves, so that the means are only alike. */
async function stabilityPeer({ points, clusterings, subsets }: StabilityCase): Promise<void> {
  await inFolder(async (folder) => {
    const values = join(folder, "points.f32");
    await writeFile(values, points.values);
    const args = [values, String(points.dimensions), String(subsets)];
    for (const { k, labels } of clusterings) {
      const file = join(folder, `labels-${k}.u16`);
      await writeFile(file, Uint16Array.from(labels));
      args.push(String(k), file);
    }
    const { steps, ...rest } = await runPython<StabilityReport>("bench_stability.py", args, "bench-requirements.txt");
    steps.forEach(say);
    say(rest);
  });
}

interface StabilityReport {
  readonly meanJaccards: Readonly<Record<string, number>>;
  readonly steps: readonly object[];
}

interface PeerReport {
  readonly loss: number;
  readonly steps: readonly object[];
}

async function peers({ points, start, loss }: PeerCase, runs: number): Promise<void> {
  await inFolder(async (folder) => {
    const [values, medoids] = [join(folder, "points.f32"), join(folder, "start.u32")];
    await writeFile(values, points.values);
    await writeFile(medoids, start);
    const args = [values, medoids, String(points.dimensions), String(runs)];
    const report = await runPython<PeerReport>("bench_kmedoids.py", args, "bench-requirements.txt");
    report.steps.forEach(say);
    const apart = Math.abs(report.loss / loss - 1);
    say({ check: "the same loss", ours: loss, peer: report.loss, apart, ok: apart < 1e-4 });
    if (!(apart < 1e-4)) process.exitCode = 1;
  });
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "sessionary-bench-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === __filename) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
}
