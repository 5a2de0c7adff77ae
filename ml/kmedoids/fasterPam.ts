import type { Distances } from "./distances";

/** A clustering around k of its points. */
export interface KMedoidsResult {
  /** Row of each medoid, ascending. */
  readonly medoids: Uint32Array;
  /** Cluster of each row: index of its nearest medoid, ties to the lowest. */
  readonly labels: Uint16Array;
  /** Sum of the distances of all rows to their medoid. */
  readonly loss: number;
  /** Passes over the candidates. */
  readonly iterations: number;
  readonly swaps: number;
}

/** The clustering that FasterPAM ends with. */
export interface FasterPamResult extends KMedoidsResult {
  /** The row that would lower the loss most as one medoid more, ties to the lowest: where to begin for k + 1. -1 when k is 1 or count. */
  readonly next: number;
}

/** Most clusters: labels are 16-bit. */
export const MAX_CLUSTERS = 65_535;

/** A swap must win more than this share of the loss, so that rounding cannot make the search run in circles. */
const LEAST_GAIN = 1e-9;

/**
 * FasterPAM: k-medoids by eager swaps, each candidate weighed against all medoids in one pass over the points (Schubert & Rousseeuw
 * 2021, "Fast and eager k-medoids clustering", doi:10.1016/j.is.2021.101804). Candidates are tried in row order; the result is a local
 * optimum: no single swap lowers the loss (but for `maxIterations`). Duplicated points may leave a cluster without rows.
 * @param start rows to begin from, k of them, all different
 * @throws RangeError when `start` is empty, repeats a row or names none, or k > `MAX_CLUSTERS`
 */
export function fasterPam(distances: Distances, start: ArrayLike<number>, maxIterations = 100): FasterPamResult {
  const n = distances.count;
  const k = start.length;
  checkStart(start, n);
  if (k === 1) {
    return { ...summarize(distances, [centralRow(distances)]), iterations: 1, swaps: 0, next: -1 };
  }
  const medoids = Uint32Array.from(start);
  const isMedoid = new Uint8Array(n);
  // Distances of each medoid to all points, k rows of n: kept, so that updates need no column of a matrix.
  const toMedoids = new Float32Array(k * n);
  medoids.forEach((medoid, slot) => {
    isMedoid[medoid] = 1;
    toMedoids.set(distances.row(medoid), slot * n);
  });
  const state = distances.swapState(k);
  const { nearest, nearestDistance, secondDistance, losses } = state;
  const second = new Uint16Array(n);
  const removal = new Float64Array(2 * k);
  const lossOf = (slot: number) => (losses[2 * slot] as number) + (losses[2 * slot + 1] as number);

  const setSecond = (o: number) => {
    let best = Infinity;
    let slotOfBest = 0;
    for (let slot = 0; slot < k; slot++) {
      const d = toMedoids[slot * n + o] as number;
      if (slot !== nearest[o] && d < best) {
        best = d;
        slotOfBest = slot;
      }
    }
    second[o] = slotOfBest;
    secondDistance[o] = best;
  };
  const sumUp = () => {
    removal.fill(0);
    let loss = 0;
    for (let o = 0; o < n; o++) {
      const slot = nearest[o] as number;
      const d = nearestDistance[o] as number;
      removal[2 * slot] = (removal[2 * slot] as number) + ((secondDistance[o] as number) - d);
      loss += d;
    }
    return loss;
  };
  for (let o = 0; o < n; o++) {
    let slotOfBest = 0;
    for (let slot = 1; slot < k; slot++) {
      if ((toMedoids[slot * n + o] as number) < (toMedoids[slotOfBest * n + o] as number)) slotOfBest = slot;
    }
    nearest[o] = slotOfBest;
    nearestDistance[o] = toMedoids[slotOfBest * n + o] as number;
    setSecond(o);
  }
  const swap = (slot: number, candidate: number) => {
    isMedoid[medoids[slot] as number] = 0;
    isMedoid[candidate] = 1;
    medoids[slot] = candidate;
    toMedoids.set(distances.row(candidate), slot * n);
    for (let o = 0; o < n; o++) {
      const d = toMedoids[slot * n + o] as number;
      if (nearest[o] === slot) {
        if (d < (secondDistance[o] as number)) {
          nearestDistance[o] = d;
        } else {
          nearest[o] = second[o] as number;
          nearestDistance[o] = secondDistance[o] as number;
          setSecond(o);
        }
      } else if (d < (nearestDistance[o] as number)) {
        second[o] = nearest[o] as number;
        secondDistance[o] = nearestDistance[o] as number;
        nearest[o] = slot;
        nearestDistance[o] = d;
      } else if (d < (secondDistance[o] as number)) {
        second[o] = slot;
        secondDistance[o] = d;
      } else if (second[o] === slot) {
        setSecond(o);
      }
    }
  };

  // What each row would gain as a medoid more, in the state it was last weighed in; at the end that is the final one for all.
  const gains = new Float64Array(n);
  let loss = sumUp();
  let swaps = 0;
  let iterations = 0;
  let lastSwap = -1;
  search: while (iterations < maxIterations) {
    iterations += 1;
    const swapsBefore = swaps;
    for (let candidate = 0; candidate < n; candidate++) {
      if (candidate === lastSwap) break search;
      if (isMedoid[candidate] === 1) continue;
      losses.set(removal);
      const shared = state.evaluate(candidate);
      gains[candidate] = shared;
      let best = 0;
      let least = lossOf(0);
      for (let slot = 1; slot < k; slot++) {
        if (lossOf(slot) < least) {
          best = slot;
          least = lossOf(slot);
        }
      }
      if (least + shared < -LEAST_GAIN * loss) {
        swap(best, candidate);
        loss = sumUp();
        swaps += 1;
        lastSwap = candidate;
      }
    }
    if (swaps === swapsBefore) break;
  }
  return { ...summarize(distances, medoids), iterations, swaps, next: bestGain(gains, isMedoid) };
}

function bestGain(gains: Float64Array, isMedoid: Uint8Array): number {
  let best = -1;
  for (let row = 0; row < gains.length; row++) {
    if (isMedoid[row] === 0 && (best < 0 || (gains[row] as number) < (gains[best] as number))) best = row;
  }
  return best;
}

function checkStart(start: ArrayLike<number>, n: number): void {
  const rows = new Set(Array.from(start));
  if (start.length === 0 || start.length > MAX_CLUSTERS) {
    throw new RangeError(`${start.length} clusters; expected 1..${MAX_CLUSTERS}`);
  }
  if (rows.size !== start.length || [...rows].some((row) => !(Number.isInteger(row) && row >= 0 && row < n))) {
    throw new RangeError(`starting medoids must be ${start.length} different rows of 0..${n - 1}`);
  }
}

/** The row with the smallest sum of distances; ties to the lowest. */
function centralRow(distances: Distances): number {
  let best = 0;
  let bestSum = Infinity;
  for (let i = 0; i < distances.count; i++) {
    const sum = distances.row(i).reduce((total, d) => total + d, 0);
    if (sum < bestSum) {
      bestSum = sum;
      best = i;
    }
  }
  return best;
}

/** Labels and loss around given medoids, put in ascending order. */
function summarize(distances: Distances, rows: ArrayLike<number>) {
  const n = distances.count;
  const medoids = Uint32Array.from(rows).sort();
  const labels = new Uint16Array(n);
  const best = new Float32Array(n).fill(Infinity);
  medoids.forEach((medoid, slot) => {
    const row = distances.row(medoid);
    for (let o = 0; o < n; o++) {
      if ((row[o] as number) < (best[o] as number)) {
        best[o] = row[o] as number;
        labels[o] = slot;
      }
    }
  });
  return { medoids, labels, loss: best.reduce((total, d) => total + d, 0) };
}
