import { expect } from "chai";
import fc from "fast-check";
import { FALLBACK_GAP_SECONDS, proposeGap } from "../../ml/gapMixture";
import {
  binomial,
  crossing,
  fitOneBell,
  fitTwoBells,
  logEdges,
  logSample,
  refine,
  resample,
  type Bell,
  type PauseHistogram,
} from "../../ml/logNormalMixture";
import { random } from "../../ml/random";
import { describeEstimator } from "./contract";
import { gauss } from "./samples";

const EDGES = logEdges(10, 7 * 86_400_000, 40);

function histogramOf(pausesMs: Iterable<number>): PauseHistogram {
  const counts = new Float64Array(EDGES.length - 1);
  for (const ms of pausesMs) {
    let bin = counts.length - 1;
    while (EDGES[bin]! > ms) bin -= 1;
    counts[bin]! += 1;
  }
  return { edgesMs: EDGES, counts };
}

/** Pauses of two kinds: `shortShare` around `shortSeconds`, the others around `longSeconds`. */
function* pauses(count: number, shortShare: number, shortSeconds: number, longSeconds: number, spread = 1.1, seed = 1) {
  const draw = random(seed);
  for (let i = 0; i < count; i++) {
    const median = draw() < shortShare ? shortSeconds : longSeconds;
    yield 1000 * median * Math.exp(spread * gauss(draw));
  }
}

const planted = histogramOf(pauses(20_000, 0.8, 15, 8 * 3600));
const options = { userCount: 1000, seed: 3, resamples: 60 };

describe("the log-normal mixture", () => {
  it("finds planted bells again", () => {
    const { bells } = fitTwoBells(logSample(planted, 1000))!;
    const [short, long] = bells as [Bell, Bell];
    expect(short.share).to.be.closeTo(0.8, 0.01);
    expect(Math.exp(short.mean) / 1000).to.be.closeTo(15, 0.7);
    expect(long.deviation).to.be.closeTo(1.1, 0.05);
    expect(short.share + long.share).to.be.closeTo(1, 1e-12);
  });

  it("never gets less likely from one round to the next", () => {
    const sample = logSample(planted, 1000);
    const start: Bell[] = [
      { share: 0.5, mean: 6, deviation: 2 },
      { share: 0.5, mean: 20, deviation: 2 },
    ];
    let before = -Infinity;
    for (let rounds = 0; rounds < 30; rounds++) {
      const { logLikelihood } = refine(sample, start, rounds);
      expect(logLikelihood).to.be.at.least(before - 1e-5);
      before = logLikelihood;
    }
  });

  it("has a likelihood and BIC as written down", () => {
    const sample = logSample(planted, 1000);
    const fit = fitTwoBells(sample)!;
    const density = (x: number) =>
      fit.bells.reduce(
        (sum, b) => sum + (b.share * Math.exp(-0.5 * ((x - b.mean) / b.deviation) ** 2)) / b.deviation / Math.sqrt(2 * Math.PI),
        0,
      );
    const expected = sample.weights.reduce((sum, weight, i) => sum + weight * Math.log(density(sample.centers[i]!)), 0);
    expect(fit.logLikelihood).to.be.closeTo(expected, 1e-6);
    expect(fit.bic).to.be.closeTo(5 * Math.log(sample.total) - 2 * expected, 1e-5);
    expect(fitOneBell(sample).bic).to.be.above(fit.bic);
  });

  it("crosses where both bells are as likely, and half way between twins", () => {
    const bells: Bell[] = [
      { share: 0.5, mean: 2, deviation: 1 },
      { share: 0.5, mean: 8, deviation: 1 },
    ];
    expect(crossing(bells)).to.be.closeTo(5, 1e-12);
    const [a, b] = [
      { ...bells[0]!, share: 0.9 },
      { ...bells[1]!, share: 0.1 },
    ];
    // (x-8)² - (x-2)² = -2 ln 9 + …: solved for x.
    expect(crossing([a, b])).to.be.closeTo(5 + Math.log(9) / 6, 1e-12);
    expect(
      crossing([
        { share: 0.999, mean: 5, deviation: 3 },
        { share: 0.001, mean: 5.1, deviation: 3 },
      ]),
    ).to.equal(null);
  });

  it("has bins that are even on the log scale and hold everything", () => {
    expect(EDGES[0]).to.equal(0);
    expect(EDGES.at(-1)).to.be.at.least(7 * 86_400_000);
    EDGES.slice(2).forEach((edge, i) => expect(Math.log10(edge / EDGES[i + 1]!)).to.be.closeTo(1 / 40, 1e-9));
  });

  it("resamples as many pauses as there were", () => {
    const sample = logSample(planted, 1000);
    const again = resample(sample, random(1));
    expect(again.total).to.equal(sample.total);
    expect(again.weights.reduce((sum, weight) => sum + weight, 0)).to.equal(sample.total);
    expect(again.weights).not.to.deep.equal(sample.weights);
  });
});

describe("binomial numbers", () => {
  for (const [trials, p] of [
    [10, 0.3],
    [2000, 0.001],
    [5000, 0.4],
    [300, 0.99],
  ] as const) {
    it(`of ${trials} trials at ${p} have their mean and variance`, () => {
      const draw = random(2);
      const values = Array.from({ length: 4000 }, () => binomial(trials, p, draw));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      const expected = trials * p * (1 - p);
      expect(mean).to.be.closeTo(trials * p, 5 * Math.sqrt(expected / values.length));
      expect(variance / expected).to.be.within(0.88, 1.12);
      expect(values.every((value) => Number.isInteger(value) && value >= 0 && value <= trials)).to.equal(true);
    });
  }

  it("are sure at 0 and 1", () => {
    expect(binomial(9, 0, random(1))).to.equal(0);
    expect(binomial(9, 1, random(1))).to.equal(9);
  });
});

describe("the proposed gap", () => {
  it("is clear for pauses of two kinds, with an interval around it and a reason in words", () => {
    const proposal = proposeGap(planted, options);
    const { low, high } = proposal.intervalSeconds!;
    // Theory: the crossing of the planted bells.
    const theory = crossing([
      { share: 0.8, mean: Math.log(15), deviation: 1.1 },
      { share: 0.2, mean: Math.log(8 * 3600), deviation: 1.1 },
    ])!;
    expect(proposal.verdict).to.equal("clear");
    expect(proposal.gapSeconds).to.be.closeTo(Math.exp(theory), 0.1 * Math.exp(theory));
    expect(proposal.gapSeconds).to.be.within(Math.floor(low), Math.ceil(high));
    expect(high / low).to.be.below(1.3);
    expect(proposal.flattestSeconds! / proposal.gapSeconds).to.be.within(0.5, 2);
    expect(proposal.reason).to.match(
      /^Short pauses \(median 15 s\) and long ones \(median 8\.\d h\) cross at \d+ min \(95 % interval/,
    );
    expect(proposal.bicTwoBells).to.be.below(proposal.bicOneBell);
  });

  it("follows planted gaps from seconds to hours", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.integer({ min: 4, max: 24 }), fc.nat(100), (short, hours, seed) => {
        const histogram = histogramOf(pauses(6000, 0.75, short, hours * 3600, 0.8, seed));
        const proposal = proposeGap(histogram, { ...options, resamples: 0, maxGapSeconds: 4 * 3600 });
        const between = Math.sqrt(short * hours * 3600);
        expect(proposal.verdict).to.equal("clear");
        expect(proposal.gapSeconds).to.be.within(between / 2, between * 2);
      }),
      { numRuns: 15 },
    );
  });

  it("is the habitual one, and says why, where pauses are of one kind", () => {
    const proposal = proposeGap(histogramOf(pauses(20_000, 1, 60, 60, 1.5)), options);
    expect(proposal).to.include({ verdict: "no clear gap", gapSeconds: FALLBACK_GAP_SECONDS });
    expect(proposal.reason).to.match(/^No clear gap: .*; 30 min is proposed by habit\.$/);
  });

  it("is the habitual one where the bells cross out of range", () => {
    const proposal = proposeGap(histogramOf(pauses(20_000, 0.8, 2, 30, 0.3)), options);
    expect(proposal.verdict).to.equal("no clear gap");
    expect(proposal.reason).to.contain("outside 60 s to 6.0 h");
  });

  it("is the habitual one where the session count is flat elsewhere and the difference matters", () => {
    // The bells cross at 2 min; pauses of hours are rarer still, and sessions many.
    const histogram = histogramOf([...pauses(10_000, 0.7, 20, 1200, 0.8), ...pauses(200, 1, 5 * 3600, 1, 0.2)]);
    const proposal = proposeGap(histogram, { ...options, userCount: 10_000 });
    expect(proposal.verdict).to.equal("no clear gap");
    expect(proposal.reason).to.match(/but the session count is flattest at/);
  });

  it("takes any gap in a stretch without pauses for the same, as sessions do not change there", () => {
    const histogram = histogramOf([...pauses(5000, 1, 5, 1, 0.1), ...pauses(500, 1, 5 * 3600, 1, 0.1)]);
    const proposal = proposeGap(histogram, options);
    expect(proposal.verdict).to.equal("clear");
    expect(proposal.gapSeconds).to.be.within(60, 4 * 3600);
  });

  it("counts sessions as users plus pauses at least as long as the gap", () => {
    const list = [...pauses(3000, 0.8, 15, 8 * 3600)];
    const { curve } = proposeGap(histogramOf(list), { ...options, resamples: 0 });
    curve.gapSeconds.forEach((gap, i) => {
      const exact = 1000 + list.filter((ms) => ms >= gap * 1000).length;
      expect(curve.sessions[i]).to.be.closeTo(exact, 25);
      if (i > 0) expect(curve.sessions[i]).to.be.at.most(curve.sessions[i - 1]!);
    });
  });

  it("does not depend on how the histogram was put together", () => {
    const list = [...pauses(4000, 0.8, 15, 8 * 3600)];
    const [a, b] = [histogramOf(list.slice(0, 1500)), histogramOf(list.slice(1500))];
    const merged = { edgesMs: EDGES, counts: b.counts.map((count, i) => count + a.counts[i]!) };
    expect(proposeGap(merged, options)).to.deep.equal(proposeGap(histogramOf(list), options));
  });

  it("refuses counts that do not fit their edges", () => {
    expect(() => proposeGap({ edgesMs: EDGES, counts: new Float64Array(3) }, options)).to.throw(
      RangeError,
      "3 counts need 4 edges",
    );
  });
});

describeEstimator({
  name: "proposeGap",
  fit: (histogram: PauseHistogram) => proposeGap(histogram, options),
  usual: () => histogramOf(pauses(2000, 0.8, 15, 8 * 3600)),
  edges: {
    "no rows": {
      input: histogramOf([]),
      gives: (result) =>
        expect(result).to.deep.include({ verdict: "no clear gap", gapSeconds: 1800, pauseCount: 0, bells: null }),
    },
    "one row": {
      input: histogramOf([5000]),
      gives: (result) => expect(result).to.deep.include({ verdict: "no clear gap", pauseCount: 1 }),
    },
    "one feature": {
      input: histogramOf(Array<number>(50).fill(5000)),
      gives: (result) => expect(result).to.deep.include({ verdict: "no clear gap", flattestSeconds: null }),
    },
  },
});
