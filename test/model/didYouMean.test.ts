import { expect } from "chai";
import fc from "fast-check";
import { editDistance, nearestName } from "../../model/didYouMean";

describe("editDistance", () => {
  it("counts inserts, removals, changes and swaps of neighbours", () => {
    expect(editDistance("", "abc")).to.equal(3);
    expect(editDistance("kitten", "sitting")).to.equal(3);
    expect(editDistance("formta", "format")).to.equal(1);
  });

  it("is symmetric, 0 only for equal words, and never above the longer word", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).to.equal(editDistance(b, a));
        expect(distance === 0).to.equal(a === b);
        expect(distance).to.be.at.most(Math.max(a.length, b.length));
      }),
    );
  });
});

describe("nearestName", () => {
  it("finds the name that was meant, whatever its case and separators", () => {
    expect(nearestName("gap_seconds", ["maxHours", "gapSeconds"])).to.equal("gapSeconds");
    expect(nearestName("pats", ["format", "paths"])).to.equal("paths");
  });

  it("says nothing when no name is near", () => {
    expect(nearestName("colour", ["paths", "format"])).to.equal(null);
    expect(nearestName("anything", [])).to.equal(null);
  });
});
