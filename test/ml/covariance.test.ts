import { expect } from "chai";
import fc from "fast-check";
import {
  addRows,
  createSums,
  decodeSums,
  encodeSums,
  extractCovariance,
  MAX_ROWS,
  mergeSums,
  type CovarianceSums,
} from "../../ml/covariance";
import { fromDense, normalizeRows, selectRows, toDense, type SparseRows } from "../../ml/sparse";
import { describeEstimator } from "./contract";
import { denseRows, plantedSessions, reordered } from "./samples";

function sumsOf(rows: SparseRows): CovarianceSums {
  const sums = createSums(rows.columnCount);
  addRows(sums, rows);
  return sums;
}

/** Two passes in textbook form. */
function textbook(rows: readonly (readonly number[])[]): number[][] {
  const n = rows.length;
  const columns = rows[0]!.map((_, j) => j);
  const mean = columns.map((j) => rows.reduce((sum, row) => sum + row[j]!, 0) / n);
  return columns.map((i) =>
    columns.map((j) => (n < 2 ? 0 : rows.reduce((sum, row) => sum + (row[i]! - mean[i]!) * (row[j]! - mean[j]!), 0) / (n - 1))),
  );
}

const unitRows = denseRows(14, 5).map((rows) => normalizeRows(fromDense(rows)).rows);

describe("covariance sums", () => {
  it("give the textbook covariance", () => {
    fc.assert(
      fc.property(unitRows, (rows) => {
        const { covariance, mean } = extractCovariance(sumsOf(rows));
        const dense = toDense(rows);
        textbook(dense)
          .flat()
          .forEach((value, cell) => expect(covariance[cell]).to.be.closeTo(value, 5e-15));
        mean.forEach((value, j) =>
          expect(value).to.be.closeTo(dense.reduce((sum, row) => sum + row[j]!, 0) / dense.length, 1e-15),
        );
      }),
    );
  });

  it("are the same bits for any split of the rows and any order of merging", () => {
    const { rows } = normalizeRows(plantedSessions(400, 4).rows);
    const whole = encodeSums(sumsOf(rows));
    fc.assert(
      fc.property(fc.array(fc.nat(7), { minLength: 400, maxLength: 400 }), fc.nat(), (owner, seed) => {
        const parts = Array.from({ length: 8 }, (_, worker) => owner.flatMap((o, row) => (o === worker ? [row] : [])));
        const merged = createSums(rows.columnCount);
        for (const part of reordered(parts, seed)) {
          mergeSums(merged, decodeSums(encodeSums(sumsOf(selectRows(rows, reordered(part, seed))))));
        }
        expect(encodeSums(merged)).to.deep.equal(whole);
      }),
      { numRuns: 20 },
    );
  });

  it("would not be the same with plain doubles, so the test above can fail", () => {
    const { values } = normalizeRows(plantedSessions(400, 4).rows).rows;
    const forwards = values.reduce((sum, value) => sum + value * value * 0.1, 0);
    const backwards = values.reduceRight((sum, value) => sum + value * value * 0.1, 0);
    expect(forwards).not.to.equal(backwards);
  });

  it("hold products exactly as whole numbers of 2⁻⁵⁰", () => {
    const values = [0.6, 0.8, Math.SQRT1_2, 1 / 3];
    const sums = sumsOf(fromDense(values.map((value) => [value])));
    const units = BigInt(sums.productHigh[0]!) * 2n ** 25n + BigInt(sums.productLow[0]!);
    const expected = values.reduce((sum, value) => sum + BigInt(Math.round(value * value * 2 ** 50)), 0n);
    expect(units).to.equal(expected);
  });

  it("accept negative entries", () => {
    const { covariance } = extractCovariance(
      sumsOf(
        fromDense([
          [-0.6, 0.8],
          [0.6, -0.8],
          [0.6, 0.8],
        ]),
      ),
    );
    textbook([
      [-0.6, 0.8],
      [0.6, -0.8],
      [0.6, 0.8],
    ])
      .flat()
      .forEach((value, cell) => {
        expect(covariance[cell]).to.be.closeTo(value, 1e-15);
      });
  });

  it("refuse rows that are not of unit size, other widths, too many rows and foreign bytes", () => {
    expect(() => sumsOf(fromDense([[1.5]]))).to.throw(RangeError, "outside [-1, 1]");
    expect(() => sumsOf(fromDense([[NaN]]))).to.throw(RangeError, "outside [-1, 1]");
    expect(() => addRows(createSums(2), fromDense([[1]]))).to.throw(RangeError, "rows of 1 columns do not fit sums of 2");
    const full = createSums(1);
    full.rowCount = MAX_ROWS;
    expect(() => addRows(full, fromDense([[1]]))).to.throw(RangeError, "draw a sample");
    expect(() => decodeSums(new Uint8Array(24))).to.throw(RangeError, "not covariance sums");
    expect(() => decodeSums(new Uint8Array(3))).to.throw(RangeError, "not covariance sums");
  });
});

describeEstimator({
  name: "covariance",
  fit: (rows: SparseRows) => extractCovariance(sumsOf(rows)),
  usual: () => normalizeRows(plantedSessions(50, 3).rows).rows,
  edges: {
    "no rows": {
      input: fromDense([], 2),
      gives: (result) => expect(result).to.deep.include({ rowCount: 0, covariance: new Float64Array(4) }),
    },
    "one row": {
      input: fromDense([[0.6, 0.8]]),
      gives: (result) => expect(result).to.deep.include({ rowCount: 1, covariance: new Float64Array(4) }),
    },
    "one feature": {
      input: fromDense([[1], [1], [1]]),
      gives: (result) => expect(result).to.deep.include({ covariance: new Float64Array(1) }),
    },
  },
});
