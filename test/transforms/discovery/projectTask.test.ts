import { expect } from "chai";
import fc from "fast-check";
import { buildMatrixTask } from "../../../transforms/discovery/projectTask";
import { decodeMatrix, encodeMatrix } from "../../../transforms/discovery/sampleMatrix";
import { concatenate } from "../../../transforms/sessions/blockList";

interface Row {
  readonly high: number;
  readonly low: number;
  readonly x: number;
  readonly y: number;
  /** Weight of each of three events; 0 has no entry. */
  readonly weights: readonly number[];
}

const u32 = fc.nat({ max: 0xffffffff });
const rows: fc.Arbitrary<Row[]> = fc.uniqueArray(
  fc.record({
    // Few of the higher halves, so that the lower ones decide.
    high: fc.constantFrom(0, 7, 0x80000000, 0xffffffff),
    low: u32,
    x: fc.integer({ min: -9, max: 9 }),
    y: fc.integer({ min: -9, max: 9 }),
    weights: fc.array(fc.nat({ max: 2 }), { minLength: 3, maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 30, selector: ({ high, low }) => `${high} ${low}` },
);

function matrixOf(of: readonly Row[]) {
  const entries = of.map(({ weights }) => weights.flatMap((value, column) => (value > 0 ? [{ value, column }] : [])));
  const offsets = entries.reduce<number[]>((all, list) => [...all, all.at(-1) + list.length], [0]);
  return {
    hashHigh: Uint32Array.from(of, ({ high }) => high),
    hashLow: Uint32Array.from(of, ({ low }) => low),
    points: { count: of.length, dimensions: 2, values: Float32Array.from(of.flatMap(({ x, y }) => [x, y])) },
    weights: {
      rowCount: of.length,
      columnCount: 3,
      offsets: Uint32Array.from(offsets),
      columns: Uint32Array.from(entries.flat(), ({ column }) => column),
      values: Float64Array.from(entries.flat(), ({ value }) => value),
    },
    idf: Float64Array.of(1, 2, 3),
    weighting: "log" as const,
  };
}

describe("the matrix of a sample", () => {
  it("has all rows in order of their hashes, however they came in parts, and the weights of the first", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.nat({ max: 4 }), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (all, share, kept) => {
          const parts = [0, 1, 2, 3, 4].map((part) => all.filter((_, i) => share[i] === part)).filter((part) => part.length > 0);
          const blocks = concatenate(parts.map((part) => encodeMatrix(matrixOf(part))));
          const built = decodeMatrix(buildMatrixTask({ ...blocks, weightRows: kept }).value);
          const sorted = [...all].sort((a, b) => a.high - b.high || a.low - b.low);
          expect(built).to.deep.equal({ ...matrixOf(sorted), weights: matrixOf(sorted.slice(0, kept)).weights });
        },
      ),
    );
  });
});
