import { random, sampleWithoutReplacement, seedFrom } from "../random";
import { assignNearest, type Assignment } from "./assign";
import { distancesOf } from "./distances";
import { fasterPam, type KMedoidsResult } from "./fasterPam";
import { polishMedoids } from "./polish";
import { selectPoints, type Points } from "./points";
import { labStart } from "./start";

export interface ClaraOptions {
  /** Rows of a subsample; up to this many rows are clustered whole. */
  readonly sampleSize: number;
  /** Subsamples tried. */
  readonly runs: number;
  readonly seed: number;
  /** Rounds of the final polish over all rows, at most; 0 leaves it out. */
  readonly polishRounds?: number;
}

export const DEFAULT_POLISH_ROUNDS = 6;

/** Medoids found on one subsample, judged on all rows. */
export interface ClaraRun {
  readonly run: number;
  /** Rows of the whole set, ascending. */
  readonly medoids: Uint32Array;
  /** Over all rows. */
  readonly loss: number;
  readonly iterations: number;
  readonly swaps: number;
}

/**
 * One subsample of CLARA (Kaufman & Rousseeuw 1990, ch. 3), clustered by FasterPAM. Depends on the seed and the run's number only, so
 * that runs may be spread over workers.
 */
export function claraRun(points: Points, k: number, run: number, options: Omit<ClaraOptions, "runs">): ClaraRun {
  const draw = random(seedFrom(options.seed, "clara", k, run));
  const size = Math.min(points.count, options.sampleSize);
  const rows = sampleWithoutReplacement(points.count, size, draw).sort();
  const distances = distancesOf(selectPoints(points, rows));
  const found = fasterPam(distances, labStart(distances, k, draw));
  distances.release();
  const medoids = found.medoids.map((i) => rows[i] as number);
  const { loss } = assignNearest(points, selectPoints(points, medoids));
  return { run, medoids, loss, iterations: found.iterations, swaps: found.swaps };
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

/** Polishes the best run's medoids over all rows and labels them. */
export function finishClara(points: Points, best: ClaraRun, polishRounds = DEFAULT_POLISH_ROUNDS): KMedoidsResult {
  const { medoids, assignment } = polishMedoids(points, best.medoids, polishRounds);
  return toResult(medoids, assignment, best);
}

/**
 * k-medoids of any number of rows: exact local optimum by FasterPAM when they fit a subsample, else the best of several subsamples,
 * then a polish over all rows.
 * @throws RangeError when k is not in 1..count
 */
export function kMedoids(points: Points, k: number, options: ClaraOptions): KMedoidsResult {
  if (!(Number.isInteger(k) && k >= 1 && k <= points.count)) {
    throw new RangeError(`k is ${k}; expected a whole number of 1..${points.count} rows`);
  }
  if (points.count <= options.sampleSize) {
    const distances = distancesOf(points);
    const found = fasterPam(distances, labStart(distances, k, random(seedFrom(options.seed, "clara", k, 0))));
    distances.release();
    return found;
  }
  const runs = Array.from({ length: options.runs }, (_, run) => claraRun(points, k, run, options));
  return finishClara(points, bestRun(runs), options.polishRounds);
}

function toResult(medoids: Uint32Array, assignment: Assignment, run: ClaraRun): KMedoidsResult {
  return { medoids, labels: assignment.labels, loss: assignment.loss, iterations: run.iterations, swaps: run.swaps };
}
