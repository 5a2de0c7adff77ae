import { openKernel, type OpenKernel } from "../kernels/kmedoidsKernel";
import { blocksOf, evenDimensions, MemoryPlan, writeBlocks } from "./pointMemory";
import type { Points } from "./points";

/** Most points of a stored matrix: 10,000 take 400 MB. Above, use distances computed as needed, or CLARA. */
export const MAX_MATRIX_POINTS = 10_000;

/** All pairwise distances of a set of points, stored or computed as needed. */
export interface Distances {
  readonly count: number;
  /** Distances of point `index` to all points. Read-only; valid until the next call of this object. */
  row(index: number): Float32Array;
  /** Working memory for k medoids, filled with what was there. Only the newest one of a `Distances` may be used. */
  swapState(k: number): SwapState;
  /** Gives the memory back for reuse; optional. Neither this object nor anything it handed out may be used after. */
  release(): void;
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
export function storedDistances(points: Points, open: OpenKernel = openKernel): Distances {
  if (points.count > MAX_MATRIX_POINTS) {
    const megabytes = Math.round((points.count * points.count * 4) / 1e6);
    throw new RangeError(`a distance matrix of ${points.count} points would take ${megabytes} MB: sample them`);
  }
  return kernelDistances(points, true, open);
}

/** Distances computed at each use: 4·n·dimensions bytes, several times slower where rows are used again. */
export function computedDistances(points: Points, open: OpenKernel = openKernel): Distances {
  return kernelDistances(points, false, open);
}

/** Stored where the matrix is allowed, else computed. */
export function distancesOf(points: Points): Distances {
  return points.count <= MAX_MATRIX_POINTS ? storedDistances(points) : computedDistances(points);
}

/** Full matrix of Euclidean distances, row by row. @throws RangeError above `MAX_MATRIX_POINTS` */
export function distanceMatrix(points: Points): Float32Array {
  const { count } = points;
  const distances = storedDistances(points);
  const matrix = new Float32Array(count * count);
  for (let i = 0; i < count; i++) {
    matrix.set(distances.row(i), i * count);
  }
  distances.release();
  return matrix;
}

function kernelDistances(points: Points, stored: boolean, open: OpenKernel): Distances {
  const { count } = points;
  const blocks = blocksOf(count);
  const dims = evenDimensions(points.dimensions);
  const rowBytes = blocks * 16;
  const plan = new MemoryPlan();
  const pointsAt = plan.take(blocks * 16 * dims);
  const nearestAt = plan.take(blocks * 8);
  const firstAt = plan.take(rowBytes);
  const secondAt = plan.take(rowBytes);
  const lossesAt = plan.take(count * 8);
  // The matrix has whole blocks of four rows; a computed row has one place for all.
  const rowsAt = plan.take(stored ? blocks * 4 * rowBytes : rowBytes);
  const kernel = open(plan.bytes);
  const floats = new Float32Array(kernel.buffer, 0, plan.bytes >> 2);
  writeBlocks(floats, pointsAt >> 2, points, 0, count);
  for (let b = 0; stored && b < blocks; b++) {
    kernel.fourRows(pointsAt, blocks, dims, pointsAt + b * 16 * dims, rowsAt + b * 4 * rowBytes, rowBytes);
  }
  const place = (index: number) => {
    if (stored) return rowsAt + index * rowBytes;
    kernel.row(pointsAt, blocks, dims, pointsAt + (index >> 2) * 16 * dims + (index & 3) * 4, 16, rowsAt);
    return rowsAt;
  };
  return {
    count,
    row: (index) => {
      const at = place(index) >> 2;
      return floats.subarray(at, at + count);
    },
    swapState: (k) => {
      floats.fill(-1, (secondAt >> 2) + count, (secondAt >> 2) + blocks * 4);
      return {
        nearest: new Uint16Array(kernel.buffer, nearestAt, count),
        nearestDistance: floats.subarray(firstAt >> 2, (firstAt >> 2) + count),
        secondDistance: floats.subarray(secondAt >> 2, (secondAt >> 2) + count),
        losses: new Float64Array(kernel.buffer, lossesAt, k),
        evaluate: (candidate) => kernel.evaluate(place(candidate), blocks, nearestAt, firstAt, secondAt, lossesAt),
      };
    },
    release: () => kernel.release(),
  };
}
