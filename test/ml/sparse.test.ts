import { expect } from "chai";
import fc from "fast-check";
import { concatRows, fromDense, normalizeRows, selectRows, toDense } from "../../ml/sparse";
import { denseRows } from "./samples";

describe("sparse rows", () => {
  it("hold what the dense rows held", () => {
    fc.assert(
      fc.property(denseRows(), (rows) => {
        expect(toDense(fromDense(rows))).to.deep.equal(rows);
      }),
    );
  });

  it("can be picked and joined like dense ones", () => {
    fc.assert(
      fc.property(denseRows(), fc.array(fc.nat(), { maxLength: 20 }), (rows, picks) => {
        const indices = picks.map((pick) => pick % rows.length);
        const sparse = fromDense(rows);
        expect(toDense(selectRows(sparse, indices))).to.deep.equal(indices.map((i) => rows[i]));
        expect(toDense(concatRows([sparse, selectRows(sparse, []), sparse]))).to.deep.equal([...rows, ...rows]);
      }),
    );
  });

  it("come to length 1, but for rows of zeros, which are named", () => {
    fc.assert(
      fc.property(denseRows(), (rows) => {
        const { rows: unit, zeroRows } = normalizeRows(fromDense(rows));
        const lengths = toDense(unit).map((row) => Math.hypot(...row));
        const zeros = rows.flatMap((row, i) => (row.every((value) => value === 0) ? [i] : []));
        expect(Array.from(zeroRows)).to.deep.equal(zeros);
        lengths.forEach((length, i) => expect(length).to.be.closeTo(zeros.includes(i) ? 0 : 1, 1e-15));
      }),
    );
  });

  it("refuse ragged rows and joins of different widths", () => {
    expect(() => fromDense([[1], [1, 2]])).to.throw(RangeError, "row 1 has 2 values, not 1");
    expect(() => concatRows([fromDense([[1]]), fromDense([[1, 2]])])).to.throw(RangeError, "one common column count");
    expect(() => concatRows([])).to.throw(RangeError, "one common column count");
  });
});
