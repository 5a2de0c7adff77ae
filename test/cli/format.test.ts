import { expect } from "chai";
import { bar, count, duration, percent, size } from "../../cli/format";

describe("numbers for people", () => {
  it("group thousands and round shares", () => {
    expect(count(1_234_567.4)).to.equal("1,234,567");
    expect(percent(0.1234)).to.equal("12.3 %");
    expect(percent(NaN)).to.equal("–");
  });

  it("choose the unit of a duration", () => {
    expect([0, 999, 1_000, 59_949, 59_950, 3_599_499, 3_600_000].map(duration)).to.deep.equal([
      "0 ms",
      "999 ms",
      "1.0 s",
      "59.9 s",
      "1 min",
      "59 min 59 s",
      "1 h 00 min",
    ]);
  });

  it("choose the unit of a size", () => {
    expect([0, 999, 1_000, 999_499, 999_500, 3.2e9].map(size)).to.deep.equal([
      "0 B",
      "999 B",
      "1.0 kB",
      "999.5 kB",
      "1.0 MB",
      "3.2 GB",
    ]);
  });

  it("draw bars in eighths, never longer than the width", () => {
    expect([0, 0.5, 1, 7, -1].map((share) => bar(share, 4))).to.deep.equal(["", "██", "████", "████", ""]);
    expect(bar(1 / 32, 4)).to.equal("▏");
    expect(bar(31 / 32, 4)).to.equal("███▉");
  });
});
