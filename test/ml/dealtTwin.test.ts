import { expect } from "chai";
import fc from "fast-check";
import { dealtTwin } from "../../ml/dealtTwin";
import { fromDense, toDense } from "../../ml/sparse";

const idf = Float64Array.of(0.5, 1.5, 2);
const bags = fc.array(fc.array(fc.nat({ max: 4 }), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 20 });
const weigh = (rows: readonly (readonly number[])[]) => fromDense(rows.map((row) => row.map((count, j) => count * idf[j]!)));

/** Counts of a unit row of `total` occurrences: weights in proportion to count · idf. */
function countsOf(unit: readonly number[], total: number): number[] {
  const raw = unit.map((weight, j) => weight / idf[j]!);
  const sum = raw.reduce((a, b) => a + b, 0);
  return raw.map((part) => (sum > 0 ? Math.round((part / sum) * total) : 0));
}

describe("a twin with its events dealt anew", () => {
  it("keeps the length of every session and the number of every event", () => {
    fc.assert(
      fc.property(bags, fc.nat({ max: 9 }), (rows, run) => {
        const twin = toDense(dealtTwin(weigh(rows), idf, "count", 1, run));
        const lengths = rows.map((row) => row.reduce((a, b) => a + b, 0));
        const counts = twin.map((unit, i) => countsOf(unit, lengths[i]!));
        expect(counts.map((row) => row.reduce((a, b) => a + b, 0))).to.deep.equal(lengths);
        const perEvent = (of: readonly (readonly number[])[]) => [0, 1, 2].map((j) => of.reduce((sum, row) => sum + row[j]!, 0));
        expect(perEvent(counts)).to.deep.equal(perEvent(rows));
      }),
    );
  });

  it("is the same for the same seed and run, and another for others", () => {
    const rows = weigh(Array.from({ length: 30 }, (_, i) => [i % 3, (i + 1) % 3, (i + 2) % 3]));
    expect(dealtTwin(rows, idf, "count", 1, 2)).to.deep.equal(dealtTwin(rows, idf, "count", 1, 2));
    expect(dealtTwin(rows, idf, "count", 1, 2)).not.to.deep.equal(dealtTwin(rows, idf, "count", 1, 3));
    expect(dealtTwin(rows, idf, "count", 1, 2)).not.to.deep.equal(dealtTwin(rows, idf, "count", 2, 2));
  });

  it("undoes each weighting before it deals", () => {
    const log = fromDense([[(1 + Math.log(3)) * 0.5, 0, 0]]);
    expect(toDense(dealtTwin(log, idf, "log", 1, 0))).to.deep.equal([[1, 0, 0]]);
    expect(toDense(dealtTwin(fromDense([[0.5, 0, 2]]), idf, "binary", 1, 0))[0]!.filter((weight) => weight > 0)).to.have.length(
      2,
    );
  });
});
