import { random, sampleWithoutReplacement, seedFrom } from "../random";
import { assignNearest, lossesOf } from "./assign";
import { fasterPamChain, fasterPamEach, type Sweep } from "./chain";
import { distancesOf } from "./distances";
import type { KMedoidsResult } from "./fasterPam";
import { neighbourOrder } from "./neighbourOrder";
import { polishMedoids } from "./polish";
import { evenlySpread, selectPoints, type Points } from "./points";

export interface ClaraOptions {
  /** Rows of a subsample; up to this many rows are clustered whole. */
  readonly sampleSize: number;
  /** Subsamples tried. */
  readonly runs: number;
  readonly seed: number;
  /** Rounds of the final polish over all rows, at most; 0 leaves it out. */
  readonly polishRounds?: number;
}

/** On 500,000 rows two rounds win all but a ten-thousandth of what more would. */
export const DEFAULT_POLISH_ROUNDS = 2;

/** Runs are compared on at most so many rows, evenly spread. */
const JUDGED_ROWS = 100_000;

/** Medoids found on one subsample, judged on all rows (`JUDGED_ROWS`). */
export interface ClaraRun {
  readonly run: number;
  readonly k: number;
  /** Rows of the whole set, ascending. */
  readonly medoids: Uint32Array;
  /** Over the rows judged. */
  readonly loss: number;
  readonly iterations: number;
  readonly swaps: number;
}

/** Subsamples worth clustering: one where it holds all rows. */
export const runsFor = (count: number, { sampleSize, runs }: Pick<ClaraOptions, "sampleSize" | "runs">) =>
  count <= sampleSize ? 1 : runs;

/**
 * One subsample of CLARA (Kaufman & Rousseeuw 1990, ch. 3), clustered by FasterPAM for every k on the same distances. The result for a
 * k depends on the seed, the run's number and k only, so that runs may be spread over workers.
 * @returns in the order of `ks`
 * @throws RangeError when a k is not in 1..rows of the subsample
 */
export function claraRun(
  points: Points,
  ks: readonly number[],
  run: number,
  options: Pick<ClaraOptions, "sampleSize" | "seed">,
  sweep: Sweep = fasterPamChain,
): ClaraRun[] {
  const seed = seedFrom(options.seed, "clara", run);
  const draw = random(seed);
  const size = Math.min(points.count, options.sampleSize);
  for (const k of ks) {
    if (!(Number.isInteger(k) && k >= 1 && k <= size)) {
      throw new RangeError(`k is ${k}; expected a whole number of 1..${size} rows`);
    }
  }
  const rows = neighbourOrder(points, sampleWithoutReplacement(points.count, size, draw).sort(), draw);
  const distances = distancesOf(selectPoints(points, rows));
  const found = sweep(distances, ks, seed);
  distances.release();
  const medoids = found.map((one) => one.medoids.map((i) => rows[i] as number).sort());
  const sets = medoids.map((of) => selectPoints(points, of));
  const losses = lossesOf(points, evenlySpread(points.count, JUDGED_ROWS), sets);
  return found.map(({ iterations, swaps }, i) => ({
    run,
    k: ks[i] as number,
    medoids: medoids[i] as Uint32Array,
    loss: losses[i] as number,
    iterations,
    swaps,
  }));
}

/** The run with the smallest loss; ties to the lowest run. @throws RangeError when there is none */
export function bestRun(runs: Iterable<ClaraRun>): ClaraRun {
  let best: ClaraRun | undefined;
  for (const run of runs) {
    if (best === undefined || run.loss < best.loss || (run.loss === best.loss && run.run < best.run)) best = run;
  }
  if (best === undefined) {
    throw new RangeError("no CLARA run to choose from");
  }
  return best;
}

/** Labels all rows by the best run's medoids, polished over all rows where they come from a subsample. */
export function finishClara(
  points: Points,
  best: ClaraRun,
  { sampleSize, polishRounds = DEFAULT_POLISH_ROUNDS }: Pick<ClaraOptions, "sampleSize" | "polishRounds">,
): KMedoidsResult {
  const { iterations, swaps } = best;
  if (points.count <= sampleSize) {
    const { labels, loss } = assignNearest(points, selectPoints(points, best.medoids));
    return { medoids: best.medoids, labels, loss, iterations, swaps };
  }
  const { medoids, assignment } = polishMedoids(points, best.medoids, polishRounds);
  return { medoids, labels: assignment.labels, loss: assignment.loss, iterations, swaps };
}

/**
 * k-medoids of any number of rows: exact local optimum by FasterPAM when they fit a subsample, else the best of several subsamples,
 * then a polish over all rows.
 * @throws RangeError when k is not in 1..count
 */
export function kMedoids(points: Points, k: number, options: ClaraOptions): KMedoidsResult {
  const runs = Array.from({ length: runsFor(points.count, options) }, (_, run) =>
    claraRun(points, [k], run, options, fasterPamEach),
  ).flat();
  return finishClara(points, bestRun(runs), options);
}
