import { expect } from "chai";
import fc from "fast-check";
import { sortedRows } from "../../../transforms/output/rowOrder";

describe("sortedRows", () => {
  it("is the stable sort of the rows", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), (values) => {
        const expected = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
        expect([...sortedRows(values.length, (a, b) => values[a]! - values[b]!)]).to.deep.equal(expected);
      }),
    );
  });

  it("compares sorted rows once each", () => {
    let comparisons = 0;
    sortedRows(1000, (a, b) => {
      comparisons++;
      return a - b;
    });
    expect(comparisons).to.equal(999);
  });
});
