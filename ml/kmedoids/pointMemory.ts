import { openKernel, type DistanceKernel, type OpenKernel } from "../kernels/kmedoidsKernel";
import type { Points } from "./points";

/** Hands out positions in a kernel's memory, each on a 16-byte boundary. Lay everything out first, then open the kernel. */
export class MemoryPlan {
  bytes = 0;

  take(size: number): number {
    const at = this.bytes;
    this.bytes += (size + 15) & ~15;
    return at;
  }
}

/** Blocks of four points that hold `count` points. */
export const blocksOf = (count: number) => (count + 3) >> 2;

/** Dimensions as kernels want them: even, the last one filled with zeros if need be. */
export const evenDimensions = (dimensions: number) => (dimensions + 1) & ~1;

/**
 * Writes points into blocks of four. Missing points of the last block are zeros.
 * @param floats the kernel's memory; `at` and the layout count in 4-byte steps
 * @param rowOf row of the i-th point to write, or null for rows `start ..`
 */
export function writeBlocks(
  floats: Float32Array,
  at: number,
  points: Points,
  start: number,
  count: number,
  rowOf: ArrayLike<number> | null = null,
): void {
  const { dimensions, values } = points;
  const dims = evenDimensions(dimensions);
  if (dims !== dimensions || (count & 3) !== 0) {
    floats.fill(0, at, at + blocksOf(count) * 4 * dims);
  }
  // By blocks, so that writes are in order: they cost more than reads.
  const placeOf = (i: number) => (rowOf === null ? start + i : (rowOf[start + i] as number)) * dimensions;
  const whole = count & ~3;
  for (let i = 0; i < whole; i += 4) {
    const [a, b, c, e] = [placeOf(i), placeOf(i + 1), placeOf(i + 2), placeOf(i + 3)];
    let to = at + i * dims;
    for (let d = 0; d < dimensions; d++, to += 4) {
      floats[to] = values[a + d] as number;
      floats[to + 1] = values[b + d] as number;
      floats[to + 2] = values[c + d] as number;
      floats[to + 3] = values[e + d] as number;
    }
  }
  for (let i = whole; i < count; i++) {
    const to = at + whole * dims + (i & 3);
    for (let d = 0; d < dimensions; d++) floats[to + 4 * d] = values[placeOf(i) + d] as number;
  }
}

const CHUNK = 4096;

/**
 * Distances of rows to a few queries, chunk by chunk in constant memory.
 * @param rows rows to visit, in that order; null visits all
 * @param visit gets, for each chunk and each query, the distances of the chunk's rows, which are the `start`-th row visited and on.
 * The array is reused: read it at once. The queries of one chunk come in order.
 */
export function visitDistances(
  points: Points,
  rows: ArrayLike<number> | null,
  queries: Points,
  visit: (query: number, start: number, distances: Float32Array) => void,
  open: OpenKernel = openKernel,
): void {
  const total = rows === null ? points.count : rows.length;
  const size = Math.min(CHUNK, total);
  const dims = evenDimensions(points.dimensions);
  const plan = new MemoryPlan();
  const chunkAt = plan.take(blocksOf(size) * 16 * dims);
  const queriesAt = plan.take(queries.count * 4 * dims);
  const outAt = plan.take(blocksOf(size) * 16);
  const kernel: DistanceKernel = open(plan.bytes);
  const floats = new Float32Array(kernel.buffer, 0, plan.bytes >> 2);
  floats.fill(0, queriesAt >> 2, outAt >> 2);
  for (let q = 0; q < queries.count; q++) {
    const from = q * queries.dimensions;
    floats.set(queries.values.subarray(from, from + queries.dimensions), (queriesAt >> 2) + q * dims);
  }
  for (let start = 0; start < total; start += CHUNK) {
    const count = Math.min(CHUNK, total - start);
    writeBlocks(floats, chunkAt >> 2, points, start, count, rows);
    const distances = floats.subarray(outAt >> 2, (outAt >> 2) + count);
    for (let q = 0; q < queries.count; q++) {
      kernel.row(chunkAt, blocksOf(count), dims, queriesAt + q * 4 * dims, 4, outAt);
      visit(q, start, distances);
    }
  }
  kernel.release();
}
