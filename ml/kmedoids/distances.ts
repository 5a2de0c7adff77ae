import { distance, type Points } from "./points";

/** Most points of a stored matrix: 10,000 take 400 MB. Above, use distances computed as needed, or CLARA. */
export const MAX_MATRIX_POINTS = 10_000;

/** All pairwise distances of a set of points, stored or computed as needed. */
export interface Distances {
  readonly count: number;
  /** Distances of point `index` to all points. Read-only; valid until the next call. */
  row(index: number): Float32Array;
  /** Fresh working memory for k medoids. Only the newest one of a `Distances` may be used. */
  swapState(k: number): SwapState;
}

/** What FasterPAM knows of each point, and the inner loop that weighs a candidate. */
export interface SwapState {
  /** Slot of the nearest medoid. */
  readonly nearest: Uint16Array;
  readonly nearestDistance: Float32Array;
  readonly secondDistance: Float32Array;
  /** One number per medoid: in, the change of the loss when it is removed; out, that when `candidate` takes its place, less the gain. */
  readonly losses: Float64Array;
  /** Adds what point `candidate` as a medoid changes to `losses`; returns the gain all removals share (≤ 0). */
  evaluate(candidate: number): number;
}

/** Distances kept as a full matrix: fastest, 4·n² bytes. @throws RangeError above `MAX_MATRIX_POINTS` */
export function storedDistances(points: Points): Distances {
  return matrixDistances(distanceMatrix(points), points.count);
}

/** Distances computed at each use: no memory to speak of, several times slower. */
export function computedDistances(points: Points): Distances {
  const { count } = points;
  const buffer = new Float32Array(count);
  const row = (index: number) => {
    for (let j = 0; j < count; j++) {
      buffer[j] = distance(points, index, points, j);
    }
    return buffer;
  };
  return { count, row, swapState: (k) => plainSwapState(count, k, row) };
}

/** Stored where the matrix is allowed, else computed. */
export function distancesOf(points: Points): Distances {
  return points.count <= MAX_MATRIX_POINTS ? storedDistances(points) : computedDistances(points);
}

/** Distances of any kind from a symmetric matrix of count × count, row by row. */
export function matrixDistances(matrix: Float32Array, count: number): Distances {
  if (matrix.length !== count * count) {
    throw new RangeError(`a matrix of ${matrix.length} numbers is not ${count} × ${count}`);
  }
  const row = (index: number) => matrix.subarray(index * count, (index + 1) * count);
  return { count, row, swapState: (k) => plainSwapState(count, k, row) };
}

/** Full matrix of Euclidean distances, row by row. @throws RangeError above `MAX_MATRIX_POINTS` */
export function distanceMatrix(points: Points): Float32Array {
  const { count } = points;
  if (count > MAX_MATRIX_POINTS) {
    throw new RangeError(
      `a distance matrix of ${count} points would take ${Math.round((count * count * 4) / 1e6)} MB: sample them`,
    );
  }
  const matrix = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) {
      matrix[i * count + j] = distance(points, i, points, j);
    }
  }
  // Mirrored in tiles: a column walk over the whole matrix would miss the cache at every step.
  const tile = 64;
  for (let top = 0; top < count; top += tile) {
    for (let left = top; left < count; left += tile) {
      for (let i = top; i < Math.min(count, top + tile); i++) {
        for (let j = Math.max(i + 1, left); j < Math.min(count, left + tile); j++) {
          matrix[j * count + i] = matrix[i * count + j] as number;
        }
      }
    }
  }
  return matrix;
}

function plainSwapState(count: number, k: number, row: (index: number) => Float32Array): SwapState {
  const nearest = new Uint16Array(count);
  const nearestDistance = new Float32Array(count);
  const secondDistance = new Float32Array(count);
  const losses = new Float64Array(k);
  const evaluate = (candidate: number) => {
    const toCandidate = row(candidate);
    let shared = 0;
    for (let o = 0; o < count; o++) {
      const d = toCandidate[o] as number;
      const second = secondDistance[o] as number;
      if (d < second) {
        const first = nearestDistance[o] as number;
        const slot = nearest[o] as number;
        if (d < first) {
          shared += d - first;
          losses[slot] = (losses[slot] as number) + (first - second);
        } else {
          losses[slot] = (losses[slot] as number) + (d - second);
        }
      }
    }
    return shared;
  };
  return { nearest, nearestDistance, secondDistance, losses, evaluate };
}
