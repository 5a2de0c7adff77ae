import { openKernel, type OpenKernel } from "../kernels/kmedoidsKernel";
import { blocksOf, evenDimensions, MemoryPlan, writeBlocks } from "./pointMemory";
import type { Points } from "./points";

/** Most points of a stored matrix: 10,000 take 400 MB. */
export const MAX_MATRIX_POINTS = 10_000;

/** All pairwise distances of a set of points, stored or computed as needed. */
export interface Distances {
  readonly count: number;
  /** Distances of point `index` to all points. Read-only; valid until the next call of this object. */
  row(index: number): Float32Array;
  /** Sums of the distances of point `index` to points `starts[c] .. starts[c + 1]`, into `sums[c]`; how: `DistanceKernel.sum`. */
  rangeSums(index: number, starts: Uint32Array, sums: Float64Array): void;
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
  /**
   * Two numbers per medoid, whose sum is, before, the change of the loss when it is removed; after, that when `candidate` takes its
   * place, less the gain. The first one sums over even points, the second one over odd points, each in order.
   */
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

/**
 * Up to this many points (100 MB) a matrix is the faster way for FasterPAM. Above, touching so much fresh memory costs as much as
 * computing each distance the two or three times it is needed.
 */
const STORE_UP_TO = 5_000;

/** Stored where that is faster, else computed; the numbers are the same. */
export function distancesOf(points: Points): Distances {
  return points.count <= STORE_UP_TO ? storedDistances(points) : computedDistances(points);
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
  const lossesAt = plan.take(count * 16);
  // The matrix has whole blocks of four rows. Computed rows have places for one such block and for one row alone.
  const rowsAt = plan.take((stored ? blocks * 4 : 5) * rowBytes);
  const kernel = open(plan.bytes);
  const floats = new Float32Array(kernel.buffer, 0, plan.bytes >> 2);
  writeBlocks(floats, pointsAt >> 2, points, 0, count);
  for (let b = 0; stored && b < blocks; b++) {
    kernel.mirroredRows(pointsAt, blocks, dims, b, rowsAt, rowBytes);
  }
  let blockThere = -1;
  let previous = -1;
  const computed = (index: number) => {
    const block = index >> 2;
    // Read in order, rows are made by blocks of four, which reads the points once instead of four times.
    if (block !== blockThere && (index & 3) === 0 && index === previous + 1) {
      kernel.fourRows(pointsAt, blocks, dims, pointsAt + block * 16 * dims, rowsAt, rowBytes);
      blockThere = block;
    }
    previous = index;
    if (block === blockThere) return rowsAt + (index & 3) * rowBytes;
    const alone = rowsAt + 4 * rowBytes;
    kernel.row(pointsAt, blocks, dims, pointsAt + block * 16 * dims + (index & 3) * 4, 16, alone);
    return alone;
  };
  const place = stored ? (index: number) => rowsAt + index * rowBytes : computed;
  return {
    count,
    row: (index) => {
      const at = place(index) >> 2;
      return floats.subarray(at, at + count);
    },
    rangeSums: (index, starts, sums) => {
      const at = place(index);
      for (let c = 0; c + 1 < starts.length; c++) {
        const from = starts[c] as number;
        sums[c] = kernel.sum(at + from * 4, (starts[c + 1] as number) - from);
      }
    },
    swapState: (k) => {
      for (const at of [firstAt, secondAt]) floats.fill(-1, (at >> 2) + count, (at >> 2) + blocks * 4);
      new Uint16Array(kernel.buffer, nearestAt, blocks * 4).fill(0, count);
      return {
        nearest: new Uint16Array(kernel.buffer, nearestAt, count),
        nearestDistance: floats.subarray(firstAt >> 2, (firstAt >> 2) + count),
        secondDistance: floats.subarray(secondAt >> 2, (secondAt >> 2) + count),
        losses: new Float64Array(kernel.buffer, lossesAt, 2 * k),
        evaluate: (candidate) => kernel.evaluate(place(candidate), blocks, nearestAt, firstAt, secondAt, lossesAt),
      };
    },
    release: () => kernel.release(),
  };
}
