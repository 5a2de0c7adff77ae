import type { Random } from "./random";

/** Pauses between events, counted in bins. */
export interface PauseHistogram {
  /** Ascending edges in milliseconds, one more than bins; bin i holds edges[i] ≤ pause < edges[i+1]. */
  readonly edgesMs: Float64Array;
  readonly counts: Float64Array;
}

/** One bell of ln(pause in ms). */
export interface Bell {
  /** Share of all pauses, 0..1. */
  readonly share: number;
  readonly mean: number;
  readonly deviation: number;
}

export interface MixtureFit {
  /** Ascending by mean. */
  readonly bells: readonly Bell[];
  readonly logLikelihood: number;
  /** Bayesian information criterion (Schwarz 1978): smaller is better. */
  readonly bic: number;
}

/** Logarithms of bin centres with their counts; empty bins left out. */
export interface LogSample {
  readonly centers: Float64Array;
  readonly weights: Float64Array;
  readonly total: number;
  /** Widest bin on the log scale: no bell may be narrower than half of it. */
  readonly binWidth: number;
}

/** Bin edges that are evenly spaced on the log scale: 0, then `fromMs` .. `toMs` with `perDecade` bins per factor of 10. */
export function logEdges(fromMs: number, toMs: number, perDecade: number): Float64Array {
  const bins = Math.ceil(Math.log10(toMs / fromMs) * perDecade - 1e-9);
  return Float64Array.from({ length: bins + 2 }, (_, i) => (i === 0 ? 0 : fromMs * 10 ** ((i - 1) / perDecade)));
}

/** The bins from `fromMs` up. A bin centre is the geometric middle; an endless last bin counts as twice its start. */
export function logSample(histogram: PauseHistogram, fromMs: number): LogSample {
  const { edgesMs, counts } = histogram;
  const centers: number[] = [];
  const weights: number[] = [];
  let binWidth = 0;
  counts.forEach((count, i) => {
    const low = edgesMs[i] as number;
    const edge = edgesMs[i + 1] as number;
    const high = Number.isFinite(edge) ? edge : 2 * low;
    if (count > 0 && low >= fromMs) {
      centers.push((Math.log(low) + Math.log(high)) / 2);
      weights.push(count);
      binWidth = Math.max(binWidth, Math.log(high / low));
    }
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { centers: Float64Array.from(centers), weights: Float64Array.from(weights), total, binWidth };
}

/** One bell: mean and deviation of the sample. */
export function fitOneBell(sample: LogSample): MixtureFit {
  return evaluate(sample, [bellOf(sample, sample.weights, 1)]);
}

/** Shares of the sample below which each start puts its first bell. */
const STARTS = [0.15, 0.3, 0.5, 0.7, 0.85, 0.95];

/**
 * Two bells by expectation–maximisation (Dempster, Laird & Rubin 1977) on the binned sample, from several fixed starts; the most likely
 * fit is kept.
 * @returns null when fewer than 3 bins hold pauses
 */
export function fitTwoBells(sample: LogSample): MixtureFit | null {
  if (sample.centers.length < 3) return null;
  let best: MixtureFit | null = null;
  for (const start of STARTS) {
    const fit = refine(sample, startingBells(sample, start), 500);
    if (best === null || fit.logLikelihood > best.logLikelihood) best = fit;
  }
  return best;
}

/** Expectation–maximisation from given bells until the likelihood stands still. */
export function refine(sample: LogSample, bells: readonly Bell[], maxRounds: number): MixtureFit {
  let fit = evaluate(sample, bells);
  const first = new Float64Array(sample.centers.length);
  const second = new Float64Array(sample.centers.length);
  for (let round = 0; round < maxRounds; round++) {
    const [a, b] = fit.bells as [Bell, Bell];
    sample.centers.forEach((x, i) => {
      const ofFirst = 1 / (1 + Math.exp(logDensity(b, x) - logDensity(a, x)));
      first[i] = ofFirst * (sample.weights[i] as number);
      second[i] = (1 - ofFirst) * (sample.weights[i] as number);
    });
    const next = evaluate(sample, [bellOf(sample, first), bellOf(sample, second)]);
    const gain = next.logLikelihood - fit.logLikelihood;
    if (!Number.isFinite(next.logLikelihood)) break;
    fit = next;
    if (gain < 1e-10 * sample.total) break;
  }
  return { ...fit, bells: [...fit.bells].sort((a, b) => a.mean - b.mean) };
}

/** Where the posteriors of two bells cross between their means; null when one outweighs the other all the way. */
export function crossing(bells: readonly Bell[]): number | null {
  const [a, b] = bells as [Bell, Bell];
  const lead = (x: number) => logDensity(a, x) - logDensity(b, x);
  let low = a.mean;
  let high = b.mean;
  if (!(lead(low) > 0 && lead(high) < 0)) return null;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (lead(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** ln(share · normal density). */
function logDensity(bell: Bell, x: number): number {
  const z = (x - bell.mean) / bell.deviation;
  return Math.log(bell.share) - Math.log(bell.deviation) - 0.5 * (z * z + Math.log(2 * Math.PI));
}

function evaluate(sample: LogSample, bells: readonly Bell[]): MixtureFit {
  let logLikelihood = 0;
  sample.centers.forEach((x, i) => {
    const logs = bells.map((bell) => logDensity(bell, x));
    const top = Math.max(...logs);
    logLikelihood +=
      (sample.weights[i] as number) * (top + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - top), 0)));
  });
  const parameters = 3 * bells.length - 1;
  return { bells, logLikelihood, bic: parameters * Math.log(sample.total) - 2 * logLikelihood };
}

function bellOf(sample: LogSample, weights: Float64Array, share?: number): Bell {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = weights.reduce((sum, weight, i) => sum + weight * (sample.centers[i] as number), 0) / total;
  const squares = weights.reduce((sum, weight, i) => sum + weight * ((sample.centers[i] as number) - mean) ** 2, 0);
  return { share: share ?? total / sample.total, mean, deviation: Math.max(Math.sqrt(squares / total), sample.binWidth / 2) };
}

function startingBells(sample: LogSample, share: number): Bell[] {
  let seen = 0;
  const lower = sample.weights.map((weight) => {
    const taken = Math.min(weight, Math.max(0, share * sample.total - seen));
    seen += weight;
    return taken;
  });
  return [
    bellOf(sample, lower),
    bellOf(
      sample,
      sample.weights.map((weight, i) => weight - (lower[i] as number)),
    ),
  ];
}

/** A histogram of as many pauses drawn with replacement from this one (multinomial, as a chain of binomials). */
export function resample(sample: LogSample, draw: Random): LogSample {
  let left = sample.total;
  let leftWeight = sample.total;
  const weights = sample.weights.map((weight) => {
    const drawn = leftWeight > 0 ? binomial(left, Math.min(1, weight / leftWeight), draw) : 0;
    left -= drawn;
    leftWeight -= weight;
    return drawn;
  });
  return { ...sample, weights, total: sample.total - left };
}

/** Successes in `trials` of chance `p`: exact for small means, rounded normal above, where the two differ by less than they vary. */
export function binomial(trials: number, p: number, draw: Random): number {
  if (p > 0.5) return trials - binomial(trials, 1 - p, draw);
  const mean = trials * p;
  if (mean > 30) {
    const z = Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    return Math.min(trials, Math.max(0, Math.round(mean + z * Math.sqrt(mean * (1 - p)))));
  }
  if (p <= 0) return 0;
  let chance = Math.exp(trials * Math.log1p(-p));
  let left = draw() - chance;
  let successes = 0;
  while (left >= 0 && successes < trials) {
    chance *= ((trials - successes) / (successes + 1)) * (p / (1 - p));
    successes += 1;
    left -= chance;
  }
  return successes;
}
