import { expect } from "chai";
import fc from "fast-check";
import { random } from "../../ml/random";
import { benjaminiHochberg, bootstrapInterval, lift, median, quantile, wilsonInterval } from "../../ml/statistics";
import { gauss } from "./samples";

const Z = 1.959963984540054;

describe("Wilson's interval", () => {
  it("ends where the share is just z standard errors away", () => {
    const trials = fc.integer({ min: 1, max: 5000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
    fc.assert(
      fc.property(trials, ([hits, n]) => {
        const { estimate, low, high } = wilsonInterval(hits, n);
        expect(estimate).to.equal(hits / n);
        expect(low).to.be.at.least(0).and.at.most(estimate);
        expect(high).to.be.at.most(1).and.at.least(estimate);
        for (const end of [low, high].filter((value) => value > 0 && value < 1)) {
          expect(Math.abs(estimate - end)).to.be.closeTo(Z * Math.sqrt((end * (1 - end)) / n), 1e-9);
        }
      }),
    );
  });

  it("is never a point at 0 or 1, and knows nothing without trials", () => {
    expect(wilsonInterval(0, 10)).to.deep.include({ low: 0 });
    expect(wilsonInterval(0, 10).high).to.be.closeTo(0.27753, 1e-5);
    expect(wilsonInterval(10, 10).low).to.be.closeTo(0.72247, 1e-5);
    expect(wilsonInterval(0, 0)).to.deep.equal({ estimate: NaN, low: 0, high: 1 });
  });

  it("covers the true share about as often as it says", () => {
    const draw = random(8);
    let covered = 0;
    for (let i = 0; i < 2000; i++) {
      let hits = 0;
      for (let t = 0; t < 60; t++) hits += draw() < 0.1 ? 1 : 0;
      const { low, high } = wilsonInterval(hits, 60);
      covered += low <= 0.1 && 0.1 <= high ? 1 : 0;
    }
    expect(covered / 2000).to.be.within(0.93, 0.98);
  });
});

describe("lift", () => {
  it("is the ratio of shares, with Katz's interval", () => {
    const { estimate, low, high } = lift(30, 100, 20, 200);
    expect(estimate).to.be.closeTo(3, 1e-12);
    const error = Math.sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 200);
    expect(low).to.be.closeTo(3 * Math.exp(-Z * error), 1e-9);
    expect(high).to.be.closeTo(3 * Math.exp(Z * error), 1e-9);
  });

  it("stays finite where one side has nothing, and turns round with the groups", () => {
    expect(Object.values(lift(0, 10, 5, 10)).every(Number.isFinite)).to.equal(true);
    const [a, b] = [lift(5, 10, 0, 20), lift(0, 20, 5, 10)];
    expect(a.estimate * b.estimate).to.be.closeTo(1, 1e-12);
    expect(a.low * b.high).to.be.closeTo(1, 1e-12);
    expect(() => lift(0, 0, 1, 1)).to.throw(RangeError, "two groups with members");
  });
});

describe("the bootstrap", () => {
  it("gives about the interval of theory for a mean, and the same one again", () => {
    const draw = random(3);
    const values = Array.from({ length: 400 }, () => gauss(draw));
    const mean = (rows: Uint32Array) => rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length;
    const interval = bootstrapInterval(400, mean, { seed: 5 });
    expect(interval.high - interval.low).to.be.closeTo((2 * Z) / 20, 0.03);
    expect(interval.estimate).to.be.within(interval.low, interval.high);
    expect(bootstrapInterval(400, mean, { seed: 5 })).to.deep.equal(interval);
    expect(bootstrapInterval(400, mean, { seed: 6 })).not.to.deep.equal(interval);
  });

  it("has no interval for no rows and a point for equal ones", () => {
    expect(bootstrapInterval(0, () => 7, { seed: 1 })).to.deep.equal({ estimate: 7, low: 7, high: 7 });
    expect(bootstrapInterval(5, () => 7, { seed: 1, resamples: 10 })).to.deep.equal({ estimate: 7, low: 7, high: 7 });
  });
});

describe("quantiles", () => {
  it("are those of NumPy and R", () => {
    expect(quantile([1, 2, 3, 4], 0.25)).to.equal(1.75);
    expect(quantile([1, 2, 3, 4], 0)).to.equal(1);
    expect(quantile([1, 2, 3, 4], 1)).to.equal(4);
    expect(quantile([5], 0.3)).to.equal(5);
    expect(quantile([], 0.5)).to.be.NaN;
  });

  it("lie between the numbers around them; half of all lie on each side of the median", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 30 }), (numbers) => {
        const before = [...numbers];
        const middle = median(numbers);
        expect(numbers).to.deep.equal(before);
        expect(numbers.filter((value) => value < middle).length).to.be.at.most(numbers.length / 2);
        expect(numbers.filter((value) => value > middle).length).to.be.at.most(numbers.length / 2);
      }),
    );
  });
});

describe("Benjamini and Hochberg's correction", () => {
  it("is min over larger p of p · m / rank, capped at 1", () => {
    const p = fc.integer({ min: 0, max: 1000 }).map((thousandth) => thousandth / 1000);
    fc.assert(
      fc.property(fc.array(p, { maxLength: 20 }), (values) => {
        const m = values.length;
        const adjusted = benjaminiHochberg(values);
        values.forEach((value, i) => {
          const larger = values.filter((other) => other >= value);
          const candidates = larger.map((other) => (other * m) / values.filter((x) => x <= other).length);
          expect(adjusted[i]).to.be.closeTo(Math.min(1, ...candidates), 1e-12);
        });
      }),
    );
  });

  it("gives the textbook example, and leaves NaN out", () => {
    const adjusted = benjaminiHochberg([0.01, 0.04, NaN, 0.03, 0.005]);
    expect(Array.from(adjusted)).to.deep.equal([0.02, 0.04, NaN, 0.04, 0.02]);
  });
});
