import { expect } from "chai";
import fc from "fast-check";
import { addOutcomes, countOutcomes, evaluate, noOutcomes } from "../../ml/evaluation";

describe("evaluation on held-out rows", () => {
  //                 0 right, 1 as 2, 1 right, 2 right
  const outcomes = countOutcomes([0, 1, 1, 2], [0, 2, 1, 2], [10, 6, 9, 10], 10, 4);

  it("gives the confusion table with row shares and each class's error", () => {
    const result = evaluate(outcomes, 10);
    expect(result).to.include({ rows: 4, totalError: 0.25 });
    expect(result.classRows).to.deep.equal([1, 2, 1, 0]);
    expect(result.classErrors).to.deep.equal([0, 0.5, 0, null]);
    expect(result.confusion).to.deep.equal([[1, 0, 0, 0], [0, 0.5, 0.5, 0], [0, 0, 1, 0], null]);
  });

  it("holds confidence against the share that was right", () => {
    const { calibration, calibrationError } = evaluate(outcomes, 10);
    expect(calibration).to.deep.equal([
      { from: 0.5, to: 0.6, rows: 1, meanConfidence: 0.6, shareRight: 0 },
      { from: 0.8, to: 0.9, rows: 1, meanConfidence: 0.9, shareRight: 1 },
      { from: 0.9, to: 1, rows: 2, meanConfidence: 1, shareRight: 1 },
    ]);
    expect(calibrationError).to.be.closeTo((0.6 + 0.1 + 0) / 4, 1e-12);
  });

  it("puts every vote share into the bin whose upper end it does not exceed", () => {
    for (let votes = 0; votes <= 250; votes++) {
      const { binRows } = countOutcomes([0], [0], [votes], 250, 1);
      const bin = binRows.indexOf(1);
      expect(votes / 250).to.be.at.most((bin + 1) / 10);
      if (votes > 0) expect(votes / 250).to.be.greaterThan(bin / 10);
    }
  });

  it("adds up: parts counted apart give the whole", () => {
    const row = fc.tuple(fc.nat(2), fc.nat(2), fc.integer({ min: 1, max: 10 }));
    const count = (rows: [number, number, number][]) =>
      countOutcomes(
        rows.map(([t]) => t),
        rows.map(([, l]) => l),
        rows.map(([, , v]) => v),
        10,
        3,
      );
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (a, b) => {
        expect(addOutcomes(count(a), count(b))).to.deep.equal(count([...b, ...a]));
      }),
    );
    expect(evaluate(noOutcomes(2), 10)).to.deep.include({
      rows: 0,
      totalError: 0,
      classErrors: [null, null],
      calibrationError: 0,
    });
    expect(() => addOutcomes(noOutcomes(2), noOutcomes(3))).to.throw(RangeError, "2 and of 3");
  });
});
