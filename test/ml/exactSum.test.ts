import { expect } from "chai";
import fc from "fast-check";
import { addExactly, roundedSum, type ExactSum } from "../../ml/exactSum";

const sumOf = (values: readonly number[]): number => {
  const sum: ExactSum = [];
  for (const value of values) addExactly(sum, value);
  return roundedSum(sum);
};

const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e200, max: 1e200 });

describe("exact sums", () => {
  it("do not lose the small beside the large", () => {
    expect(sumOf([1e100, 1, -1e100])).to.equal(1);
    expect(sumOf(Array<number>(10).fill(0.1))).to.equal(1);
    expect(sumOf([])).to.equal(0);
  });

  it("are exact for integers of hundreds of bits", () => {
    const scaled = fc.tuple(fc.integer(), fc.integer({ min: 0, max: 90 }));
    fc.assert(
      fc.property(fc.array(scaled, { maxLength: 30 }), (parts) => {
        const exact = parts.reduce((sum, [n, shift]) => sum + BigInt(n) * 2n ** BigInt(shift), 0n);
        expect(sumOf(parts.map(([n, shift]) => n * 2 ** shift))).to.equal(Number(exact));
      }),
    );
  });

  it("are the same in any order and grouping", () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 40 }), fc.nat(), (values, seed) => {
        const shuffled = [...values].sort((a, b) => ((a * 7 + seed) % 3) - ((b * 7 + seed) % 3));
        const half = Math.floor(values.length / 2);
        const merged: ExactSum = [];
        for (const part of [values.slice(half), values.slice(0, half)]) {
          const own: ExactSum = [];
          for (const value of part) addExactly(own, value);
          for (const value of own) addExactly(merged, value);
        }
        expect(sumOf(shuffled)).to.equal(sumOf(values));
        expect(roundedSum(merged)).to.equal(sumOf(values));
      }),
    );
  });
});
