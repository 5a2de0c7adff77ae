import { expect } from "chai";
import fc from "fast-check";
import { fromDense, toDense } from "../../ml/sparse";
import { NO_COLUMN, termFrequency, tfidf, unitTfidf, type EventBags, type TermWeighting } from "../../ml/tfidf";
import { denseRows } from "./samples";

/** Bags of a dense table of counts. */
function bagsOf(counts: readonly (readonly number[])[]): EventBags {
  const { rowCount, offsets, columns, values } = fromDense(counts);
  return { rowCount, offsets, columns, counts: Uint32Array.from(values) };
}

describe("TF-IDF", () => {
  const weightings: TermWeighting[] = ["count", "log", "binary"];
  const frequency = { count: (c: number) => c, log: (c: number) => 1 + Math.log(c), binary: () => 1 };

  for (const weighting of weightings) {
    it(`is tf · idf, cell by cell, with ${weighting} weighting`, () => {
      fc.assert(
        fc.property(denseRows(), (counts) => {
          const idf = Float64Array.from(counts[0] as number[], (_, column) => (column % 3 === 2 ? 0 : Math.log(2 + column)));
          const expected = counts.map((row) => row.map((c, j) => (c === 0 ? 0 : frequency[weighting](c) * (idf[j] as number))));
          expect(toDense(tfidf(bagsOf(counts), idf, weighting))).to.deep.equal(expected);
        }),
      );
    });
  }

  it("gives the worked example of two sessions", () => {
    // N = 2: "a" is in both, "b" in one.
    const { rows, zeroRows } = unitTfidf(
      bagsOf([
        [3, 2],
        [5, 0],
      ]),
      Float64Array.of(0, Math.log(2)),
    );
    expect(toDense(rows)).to.deep.equal([
      [0, 1],
      [0, 0],
    ]);
    expect(Array.from(zeroRows)).to.deep.equal([1]);
  });

  it("gives events outside the vocabulary no weight", () => {
    const bags = {
      rowCount: 1,
      offsets: Uint32Array.of(0, 2),
      columns: Uint32Array.of(NO_COLUMN, 0),
      counts: Uint32Array.of(7, 1),
    };
    expect(toDense(tfidf(bags, Float64Array.of(1.5)))).to.deep.equal([[1.5]]);
  });

  it("does not depend on how long a session is once rows have length 1", () => {
    const idf = Float64Array.of(0.5, 1, 2);
    const once = toDense(unitTfidf(bagsOf([[1, 2, 3]]), idf).rows)[0] as number[];
    const tenTimes = toDense(unitTfidf(bagsOf([[10, 20, 30]]), idf).rows)[0] as number[];
    once.forEach((value, j) => expect(tenTimes[j]).to.be.closeTo(value, 1e-15));
  });

  it("refuses the idf of an event never seen", () => {
    for (const wrong of [Infinity, NaN, -1]) {
      expect(() => tfidf(bagsOf([[1]]), Float64Array.of(wrong))).to.throw(RangeError, `idf of column 0 is ${wrong}`);
    }
  });

  it("has log weighting grow from 1", () => {
    expect(termFrequency(1, "log")).to.equal(1);
    expect(termFrequency(10, "log")).to.be.closeTo(3.302585092994046, 1e-15);
  });
});
