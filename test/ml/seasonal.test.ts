import { expect } from "chai";
import fc from "fast-check";
import { random } from "../../ml/random";
import { MIN_DAYS, seasonalFit } from "../../ml/seasonal";
import { describeEstimator } from "./contract";
import { gauss } from "./samples";

const WEEK = [0, 0.05, 0.02, -0.02, -0.05, 0.4, 0.3];

/** exp of a straight line, a weekly season and noise, less the 1 that the fit adds. */
function daily(days: number, noise: number, change: (day: number, log: number) => number = (_, log) => log, seed = 1): number[] {
  const draw = random(seed);
  return Array.from({ length: days }, (_, day) => Math.expm1(change(day, 6 + 0.01 * day + WEEK[day % 7]! + noise * gauss(draw))));
}

describe("the seasonal fit", () => {
  it("finds trend and season of noiseless counts exactly", () => {
    const fit = seasonalFit(daily(56, 0));
    expect(fit.slope).to.be.closeTo(0.01, 1e-12);
    const median = 0.02;
    WEEK.forEach((value, weekday) => expect(fit.season[weekday]).to.be.closeTo(value - median, 1e-10));
    expect(fit.level).to.be.closeTo(6 + median, 1e-10);
    expect(fit.variance).to.be.below(1e-20);
  });

  it("puts counts back together from its parts", () => {
    const counts = daily(60, 0.2);
    const fit = seasonalFit(counts);
    counts.forEach((count, day) => {
      const log = fit.level + fit.slope * day + fit.season[day % 7]! + fit.residuals[day]!;
      expect(Math.expm1(log)).to.be.closeTo(count, count * 1e-9);
    });
  });

  it("estimates the noise, more of it for a less steady event", () => {
    for (const noise of [0.02, 0.1, 0.3]) {
      const fit = seasonalFit(daily(140, noise));
      expect(Math.sqrt(fit.variance)).to.be.closeTo(noise, noise * 0.2);
      expect(Math.sqrt(fit.robustVariance)).to.be.closeTo(noise, noise * 0.3);
    }
  });

  it("keeps a step in the log, as a logging change makes, in the residuals", () => {
    const steady = seasonalFit(daily(84, 0.03));
    const stepped = seasonalFit(daily(84, 0.03, (day, log) => log + (day >= 40 ? Math.log(1.5) : 0)));
    expect(stepped.variance).to.be.above(5 * steady.variance);
  });

  it("is not led astray by single odd days", () => {
    const odd = seasonalFit(daily(84, 0.03, (day, log) => (day === 20 || day === 50 ? log + 3 : log)));
    expect(odd.slope).to.be.closeTo(0.01, 0.001);
    expect(odd.residuals[20]).to.be.closeTo(3, 0.2);
    expect(Math.sqrt(odd.robustVariance)).to.be.below(0.05);
    expect(odd.variance).to.be.above(0.1);
  });

  it("does not care on which weekday the counts begin", () => {
    fc.assert(
      fc.property(fc.nat(6), (shift) => {
        const counts = daily(70, 0.1);
        const later = seasonalFit(counts.slice(shift, shift + 63));
        expect(later.days).to.equal(63);
        expect(later.season[(7 - shift) % 7]! - later.season[(12 - shift) % 7]!).to.be.closeTo(-0.4, 0.2);
      }),
    );
  });

  it("leaves missing days out, and has no residual for them", () => {
    const counts: (number | null)[] = daily(70, 0.05);
    counts[10] = counts[33] = null;
    const fit = seasonalFit(counts);
    expect(fit.days).to.equal(68);
    expect(fit.residuals[10]).to.be.NaN;
    expect(Math.sqrt(fit.variance)).to.be.closeTo(0.05, 0.02);
  });

  it("takes events that are never seen for steady", () => {
    expect(seasonalFit(new Array<number>(28).fill(0))).to.include({ slope: 0, level: 0, variance: 0 });
  });

  it("refuses too few days, weekdays hardly seen and counts that are none", () => {
    expect(() => seasonalFit(daily(MIN_DAYS - 1, 0.1))).to.throw(RangeError, "27 days of counts are too few");
    const noMondays = daily(70, 0.1).map((count, day) => (day % 7 === 0 ? null : count));
    expect(() => seasonalFit(noMondays)).to.throw(RangeError, "60 days of counts are too few");
    expect(() => seasonalFit([...daily(30, 0.1), -1])).to.throw(RangeError, "count of day 30 is -1");
  });
});

describeEstimator({
  name: "seasonalFit",
  fit: (counts: readonly (number | null)[]) => seasonalFit(counts),
  usual: () => daily(40, 0.1),
  edges: {
    "no rows": { input: [], throws: /0 days/ },
    "one row": { input: [5], throws: /1 days/ },
    "one feature": { input: daily(28, 0), gives: (result) => expect(result).to.deep.include({ days: 28 }) },
  },
});
