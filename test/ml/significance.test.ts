import { expect } from "chai";
import fc from "fast-check";
import { chiSquareTail, chiSquareTest, mannWhitney, normalTwoSided } from "../../ml/significance";
import { random } from "../../ml/random";
import { gauss } from "./samples";
import { subsets } from "./kmedoids/oracle";

describe("tails", () => {
  it("are those of the tables", () => {
    expect(chiSquareTail(3.841458820694124, 1)).to.be.closeTo(0.05, 1e-12);
    expect(chiSquareTail(18.307038053275146, 10)).to.be.closeTo(0.05, 1e-12);
    expect(chiSquareTail(10, 4)).to.be.closeTo(0.0404276819945128, 1e-14);
    expect(normalTwoSided(1.959963984540054)).to.be.closeTo(0.05, 1e-14);
    expect(normalTwoSided(0)).to.equal(1);
  });

  it("have a closed form for even degrees of freedom, far out too", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 700, noNaN: true }), fc.integer({ min: 1, max: 8 }), (x, half) => {
        // Q(a, y) = e^-y Σ_{i<a} y^i / i! for whole a.
        let term = Math.exp(-x / 2);
        let sum = term;
        for (let i = 1; i < half; i++) {
          term *= x / 2 / i;
          sum += term;
        }
        expect(chiSquareTail(x, 2 * half) / sum).to.be.closeTo(1, 1e-10);
      }),
    );
  });

  it("stay above 0 where 1 - cdf would be 0", () => {
    expect(normalTwoSided(30) / 9.813427854297537e-198).to.be.closeTo(1, 1e-9);
  });
});

describe("the chi-square test", () => {
  it("sums (observed - expected)² / expected", () => {
    const { statistic, pValue, degrees, cramersV } = chiSquareTest([
      [10, 20, 30],
      [6, 9, 17],
    ]);
    expect(statistic).to.be.closeTo(0.27157465150403504, 1e-12);
    expect(degrees).to.equal(2);
    expect(pValue).to.be.closeTo(0.873028283380073, 1e-12);
    expect(cramersV).to.be.closeTo(Math.sqrt(statistic / 92), 1e-15);
  });

  it("leaves empty rows and columns out", () => {
    expect(
      chiSquareTest([
        [10, 0, 20],
        [0, 0, 0],
        [20, 0, 10],
      ]),
    ).to.deep.equal(
      chiSquareTest([
        [10, 20],
        [20, 10],
      ]),
    );
    expect(chiSquareTest([[5, 5]])).to.deep.equal({ statistic: 0, pValue: 1, degrees: 0, cramersV: 0 });
    expect(chiSquareTest([])).to.include({ pValue: 1 });
  });

  it("has V = 1 where one side determines the other", () => {
    expect(
      chiSquareTest([
        [7, 0],
        [0, 3],
      ]).cramersV,
    ).to.be.closeTo(1, 1e-15);
  });
});

/** Pairs won by the first group, ties half. */
const wins = (first: readonly number[], second: readonly number[]) =>
  first.reduce((sum, a) => sum + second.reduce((part, b) => part + (a > b ? 1 : a === b ? 0.5 : 0), 0), 0);

describe("the Mann–Whitney test", () => {
  it("counts pairs, with or without ties", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(9), { minLength: 1, maxLength: 15 }),
        fc.array(fc.nat(9), { minLength: 1, maxLength: 15 }),
        (a, b) => {
          const { statistic, superiority, pValue } = mannWhitney(a, b);
          expect(statistic).to.equal(wins(a, b));
          expect(superiority).to.be.closeTo(wins(a, b) / (a.length * b.length), 1e-12);
          expect(pValue).to.be.within(0, 1);
          expect(mannWhitney(b, a).pValue).to.be.closeTo(pValue, 1e-12);
        },
      ),
    );
  });

  it("is exact for small groups: the share of all regroupings as extreme", () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(sizes, fc.nat(), ([n, m], seed) => {
        const draw = random(seed);
        const values = Array.from({ length: n + m }, draw);
        const statistics = [...subsets(n + m, n)].map((own) =>
          wins(
            own.map((i) => values[i]!),
            values.filter((_, i) => !own.includes(i)),
          ),
        );
        const u = wins(values.slice(0, n), values.slice(n));
        const tail = Math.min(u, n * m - u);
        const share = statistics.filter((value) => value <= tail).length / statistics.length;
        expect(mannWhitney(values.slice(0, n), values.slice(n)).pValue).to.be.closeTo(Math.min(1, 2 * share), 1e-12);
      }),
    );
  });

  it("has its normal form meet the exact one where the form changes", () => {
    const draw = random(6);
    const first = Array.from({ length: 25 }, () => gauss(draw) + 0.7);
    const second = Array.from({ length: 25 }, () => gauss(draw));
    const exact = mannWhitney(first, second).pValue;
    // The largest value once more is 26 against 25, hence normal.
    const normal = mannWhitney([...first, Math.max(...first, ...second) + 1], second).pValue;
    expect(normal).to.be.within(exact * 0.4, exact * 1.05);
  });

  it("finds no difference where there is none to find", () => {
    expect(mannWhitney([], [1, 2])).to.deep.equal({ statistic: 0, pValue: 1, superiority: 0.5 });
    expect(mannWhitney([3, 3], [3, 3, 3])).to.include({ pValue: 1, superiority: 0.5 });
  });

  it("calls chance significant as often as it says", () => {
    const draw = random(12);
    let called = 0;
    for (let i = 0; i < 1000; i++) {
      const group = () => Array.from({ length: 40 }, () => Math.floor(6 * draw()));
      called += mannWhitney(group(), group()).pValue < 0.05 ? 1 : 0;
    }
    expect(called / 1000).to.be.within(0.025, 0.075);
  });
});
