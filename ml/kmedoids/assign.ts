import { openKernel, type OpenKernel } from "../kernels/kmedoidsKernel";
import { blocksOf, evenDimensions, MemoryPlan, writeBlocks } from "./pointMemory";
import type { Points } from "./points";

export interface Assignment {
  /** Index of the nearest medoid of each row, ties to the lowest. */
  readonly labels: Uint16Array;
  /** Distance of each row to its medoid. */
  readonly distances: Float32Array;
  /** Sum of `distances`, in row order. */
  readonly loss: number;
}

/**
 * Gives every row its nearest medoid. Each row depends on itself and the medoids only.
 * @throws RangeError when there is no medoid or dimensions differ
 */
export function assignNearest(points: Points, medoids: Points, open: OpenKernel = openKernel): Assignment {
  const labels = new Uint16Array(points.count);
  const distances = new Float32Array(points.count);
  let loss = 0;
  visitNearest(
    points,
    null,
    [medoids],
    (_, start, nearest, label) => {
      distances.set(nearest, start);
      labels.set(label, start);
      for (let i = 0; i < nearest.length; i++) {
        loss += nearest[i] as number;
      }
    },
    open,
  );
  return { labels, distances, loss };
}

/**
 * The loss of several sets of medoids over some rows, or all (null), each summed as `assignNearest` sums it, in one pass over the rows.
 * @throws RangeError as `assignNearest`
 */
export function lossesOf(points: Points, rows: Uint32Array | null, sets: readonly Points[]): number[] {
  const losses = sets.map(() => 0);
  visitNearest(points, rows, sets, (set, _, nearest) => {
    let loss = losses[set] as number;
    for (let i = 0; i < nearest.length; i++) {
      loss += nearest[i] as number;
    }
    losses[set] = loss;
  });
  return losses;
}

const CHUNK = 4096;

/** Visits rows by chunks, each with every set of medoids: distances to the nearest medoid, and which one. Arrays are reused. */
function visitNearest(
  points: Points,
  rows: Uint32Array | null,
  sets: readonly Points[],
  visit: (set: number, start: number, distances: Float32Array, labels: Int32Array) => void,
  open: OpenKernel = openKernel,
): void {
  const { dimensions } = points;
  for (const medoids of sets) {
    if (medoids.count === 0 || medoids.dimensions !== dimensions) {
      throw new RangeError(`${medoids.count} medoids of ${medoids.dimensions} dimensions for rows of ${dimensions}`);
    }
  }
  const total = rows === null ? points.count : rows.length;
  const size = Math.min(CHUNK, total);
  const dims = evenDimensions(dimensions);
  const plan = new MemoryPlan();
  const chunkAt = plan.take(blocksOf(size) * 16 * dims);
  const queriesAt = sets.map(({ count }) => plan.take(count * 4 * dims));
  const [rowAt, bestAt, labelsAt] = [0, 0, 0].map(() => plan.take(blocksOf(size) * 16)) as [number, number, number];
  const kernel = open(plan.bytes);
  const floats = new Float32Array(kernel.buffer, 0, plan.bytes >> 2);
  sets.forEach(({ count, values }, set) => {
    const at = (queriesAt[set] as number) >> 2;
    floats.fill(0, at, at + count * dims);
    for (let q = 0; q < count; q++) floats.set(values.subarray(q * dimensions, (q + 1) * dimensions), at + q * dims);
  });
  for (let start = 0; start < total; start += CHUNK) {
    const count = Math.min(CHUNK, total - start);
    const blocks = blocksOf(count);
    writeBlocks(floats, chunkAt >> 2, points, start, count, rows);
    const labels = new Int32Array(kernel.buffer, labelsAt, count);
    const best = floats.subarray(bestAt >> 2, (bestAt >> 2) + blocks * 4);
    sets.forEach((medoids, set) => {
      best.fill(Infinity);
      labels.fill(0);
      for (let q = 0; q < medoids.count; q++) {
        kernel.row(chunkAt, blocks, dims, (queriesAt[set] as number) + q * 4 * dims, 4, rowAt);
        kernel.keepNearest(rowAt, blocks, q, bestAt, labelsAt);
      }
      visit(set, start, best.subarray(0, count), labels);
    });
  }
  kernel.release();
}
