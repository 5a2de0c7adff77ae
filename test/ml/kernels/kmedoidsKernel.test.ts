import { expect } from "chai";
import fc from "fast-check";
import { hasSimd, openWasmKernel, type DistanceKernel, type OpenKernel } from "../../../ml/kernels/kmedoidsKernel";
import { openPlainKernel } from "../../../ml/kernels/kmedoidsPlain";
import { blocksOf, evenDimensions, MemoryPlan, visitDistances, writeBlocks } from "../../../ml/kmedoids/pointMemory";
import { distance, toPoints, type Points } from "../../../ml/kmedoids/points";
import { random } from "../../../ml/random";

const anyPoints = fc
  .tuple(fc.integer({ min: 1, max: 17 }), fc.integer({ min: 1, max: 41 }), fc.nat())
  .map(([dimensions, count, seed]) => {
    const draw = random(seed);
    const values = Float32Array.from({ length: dimensions * count }, () => (draw() - 0.5) * 10 ** (6 * draw() - 3));
    return toPoints(values, dimensions);
  });

/** Runs `use` on a fresh kernel that holds the points, with room for `rows` rows of distances. */
function withPoints<T>(
  open: OpenKernel,
  points: Points,
  rows: number,
  use: (kernel: DistanceKernel, at: { points: number; out: number; stride: number }, blocks: number, dims: number) => T,
): T {
  const blocks = blocksOf(points.count);
  const dims = evenDimensions(points.dimensions);
  const plan = new MemoryPlan();
  const at = { points: plan.take(blocks * 16 * dims), out: plan.take(rows * blocks * 16), stride: blocks * 16 };
  const kernel = open(plan.bytes);
  writeBlocks(new Float32Array(kernel.buffer, 0, plan.bytes >> 2), 0, points, 0, points.count);
  const result = use(kernel, at, blocks, dims);
  kernel.release();
  return result;
}

const bits = (kernel: DistanceKernel, at: number, count: number) => Array.from(new Uint32Array(kernel.buffer, at, count));

describe("the k-medoids kernels", () => {
  it("run as WebAssembly on this machine: else the twins below would be compared with themselves", () => {
    expect(hasSimd()).to.equal(true);
  });

  it("give one row of distances with the same bits as the plain twin and as single distances", () => {
    fc.assert(
      fc.property(anyPoints, fc.nat(), (points, pick) => {
        const i = pick % points.count;
        const rowOf = (open: OpenKernel) =>
          withPoints(open, points, 1, (kernel, at, blocks, dims) => {
            kernel.row(at.points, blocks, dims, at.points + (i >> 2) * 16 * dims + (i & 3) * 4, 16, at.out);
            return bits(kernel, at.out, points.count);
          });
        const single = Float32Array.from({ length: points.count }, (_, j) => distance(points, i, points, j));
        expect(rowOf(openWasmKernel)).to.deep.equal(rowOf(openPlainKernel));
        expect(rowOf(openWasmKernel)).to.deep.equal(Array.from(new Uint32Array(single.buffer)));
      }),
    );
  });

  it("give four rows at once with the same bits", () => {
    fc.assert(
      fc.property(anyPoints, fc.nat(), (points, pick) => {
        const block = pick % blocksOf(points.count);
        const rowsOf = (open: OpenKernel) =>
          withPoints(open, points, 4, (kernel, at, blocks, dims) => {
            kernel.fourRows(at.points, blocks, dims, at.points + block * 16 * dims, at.out, at.stride);
            return bits(kernel, at.out, at.stride);
          });
        expect(rowsOf(openWasmKernel)).to.deep.equal(rowsOf(openPlainKernel));
      }),
    );
  });

  it("fill a whole matrix, both ways, with the same bits", () => {
    fc.assert(
      fc.property(anyPoints, (points) => {
        const matrixOf = (open: OpenKernel) =>
          withPoints(open, points, 4 * blocksOf(points.count), (kernel, at, blocks, dims) => {
            for (let b = 0; b < blocks; b++) kernel.mirroredRows(at.points, blocks, dims, b, at.out, at.stride);
            return Array.from({ length: points.count }, (_, i) => bits(kernel, at.out + i * at.stride, points.count));
          });
        const matrix = matrixOf(openWasmKernel);
        expect(matrix).to.deep.equal(matrixOf(openPlainKernel));
        matrix.forEach((row, i) => {
          const single = Float32Array.from(row, (_, j) => distance(points, i, points, j));
          expect(row).to.deep.equal(Array.from(new Uint32Array(single.buffer)));
        });
      }),
    );
  });

  it("keep the nearest of several queries and sum distances with the same bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 90 }), fc.nat(), (count, seed) => {
        const work = (open: OpenKernel) => {
          const blocks = blocksOf(count);
          const plan = new MemoryPlan();
          const [row, best, labels] = [0, 0, 0].map(() => plan.take(blocks * 16)) as [number, number, number];
          const kernel = open(plan.bytes);
          const draw = random(seed);
          new Float32Array(kernel.buffer, best, blocks * 4).fill(Infinity);
          new Int32Array(kernel.buffer, labels, blocks * 4).fill(0);
          const rows: number[][] = [];
          for (let label = 0; label < 4; label++) {
            // Few different values, so that ties are common.
            const values = Float32Array.from({ length: blocks * 4 }, () => Math.floor(6 * draw()) / 7);
            new Float32Array(kernel.buffer, row, blocks * 4).set(values);
            rows.push([...values]);
            kernel.keepNearest(row, blocks, label, best, labels);
          }
          const sums = [0, 1, 2, 3, 5].map((from) => kernel.sum(best + 4 * Math.min(from, count), Math.max(0, count - from)));
          const found = [...new Int32Array(kernel.buffer, labels, count)];
          const distances = bits(kernel, best, count);
          kernel.release();
          return { rows, found, distances, sums };
        };
        const { rows, found, sums, distances } = work(openWasmKernel);
        expect({ rows, found, sums, distances }).to.deep.equal(work(openPlainKernel));
        const all = found.map((_, i) => rows.map((row) => row[i]!));
        expect(found).to.deep.equal(all.map((of) => of.indexOf(Math.min(...of))));
        expect(sums[0]).to.be.closeTo(
          all.reduce((sum, of) => sum + Math.min(...of), 0),
          1e-9,
        );
      }),
    );
  });

  it("weigh a candidate with the same bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 9 }), fc.nat(), (count, k, seed) => {
        const weigh = (open: OpenKernel) => {
          const blocks = blocksOf(count);
          const plan = new MemoryPlan();
          const [distances, nearest, first, second, losses] = [16, 8, 16, 16]
            .map((size) => plan.take(blocks * size))
            .concat(plan.take(k * 16)) as [number, number, number, number, number];
          const kernel = open(plan.bytes);
          const draw = random(seed);
          const view = (at: number) => new Float32Array(kernel.buffer, at, blocks * 4);
          view(distances).fill(0);
          view(first).fill(-1);
          view(second).fill(-1);
          new Uint16Array(kernel.buffer, nearest, blocks * 4).fill(0);
          // Runs of one medoid, as neighbours have it, and points that are not affected at all.
          const run = 1 + Math.floor(draw() * 40);
          let slot = 0;
          for (let o = 0; o < count; o++) {
            if (o % run === 0) slot = Math.floor(draw() * k);
            view(distances)[o] = draw() + (o % 48 < 20 ? 2 : 0);
            view(first)[o] = draw();
            view(second)[o] = Math.max(draw(), view(first)[o]!);
            new Uint16Array(kernel.buffer, nearest)[o] = draw() < 0.1 ? Math.floor(draw() * k) : slot;
          }
          const bySlot = new Float64Array(kernel.buffer, losses, 2 * k);
          bySlot.forEach((_, slot) => (bySlot[slot] = draw()));
          const shared = kernel.evaluate(distances, blocks, nearest, first, second, losses);
          const result = [shared, ...bySlot];
          kernel.release();
          return result;
        };
        expect(weigh(openWasmKernel)).to.deep.equal(weigh(openPlainKernel));
      }),
    );
  });

  it("reuse freed memory without letting old contents show", () => {
    const before = openWasmKernel(1 << 20);
    new Uint8Array(before.buffer).fill(255);
    before.release();
    const points = toPoints(Float32Array.of(0, 0, 0, 3, 4, 0, 6, 8, 0), 3);
    const seen: number[][] = [];
    visitDistances(points, null, points, (_, __, distances) => seen.push(Array.from(distances)), openWasmKernel);
    expect(seen).to.deep.equal([
      [0, 5, 10],
      [5, 0, 5],
      [10, 5, 0],
    ]);
  });

  it("keep memories of users at the same time apart", () => {
    const [a, b] = [openWasmKernel(64), openWasmKernel(64)];
    new Uint8Array(a.buffer).fill(1);
    new Uint8Array(b.buffer).fill(2);
    expect(new Uint8Array(a.buffer)[63]).to.equal(1);
    a.release();
    a.release();
    const [c, d] = [openWasmKernel(64), openWasmKernel(64)];
    expect(c.buffer).not.to.equal(d.buffer);
    [b, c, d].forEach((kernel) => kernel.release());
  });
});

describe("visitDistances", () => {
  it("visits every row and query once, across chunks, for all rows or chosen ones", () => {
    const draw = random(4);
    const points = toPoints(Float32Array.from({ length: 9000 * 3 }, draw), 3);
    const queries = toPoints(Float32Array.from({ length: 6 }, draw), 3);
    for (const rows of [null, Uint32Array.from({ length: 5000 }, (_, i) => (i * 7919) % 9000)]) {
      const total = rows?.length ?? 9000;
      const got = [new Float32Array(total), new Float32Array(total)];
      visitDistances(points, rows, queries, (query, start, distances) => got[query]!.set(distances, start));
      for (let q = 0; q < 2; q++) {
        const wrong = got[q]!.findIndex((value, i) => value !== distance(points, rows?.[i] ?? i, queries, q));
        expect(wrong).to.equal(-1);
      }
    }
  });
});
