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
}

/**
 * No bell is narrower than this on the log scale. Clocks that tick in seconds pile pauses up on 1 s, 2 s, …: such a spike is no kind of
 * pause.
 */
const MIN_DEVIATION = 0.4;

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
  counts.forEach((count, i) => {
    const low = edgesMs[i] as number;
    const edge = edgesMs[i + 1] as number;
    const high = Number.isFinite(edge) ? edge : 2 * low;
    if (count > 0 && low >= fromMs) {
      centers.push((Math.log(low) + Math.log(high)) / 2);
      weights.push(count);
    }
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { centers: Float64Array.from(centers), weights: Float64Array.from(weights), total };
}

/** One bell: mean and deviation of the sample. */
export function fitOneBell(sample: LogSample): MixtureFit {
  const bell = bellOf(sample, sample.weights, 1);
  const logLikelihood = sample.weights.reduce(
    (sum, weight, i) => sum + weight * logDensity(bell, sample.centers[i] as number),
    0,
  );
  return scored(sample, [bell], logLikelihood);
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
  let [a, b] = bells as [Bell, Bell];
  const first = new Float64Array(sample.centers.length);
  const second = new Float64Array(sample.centers.length);
  let logLikelihood = share(sample, a, b, first, second);
  for (let round = 0; round < maxRounds; round++) {
    const next = [bellOf(sample, first), bellOf(sample, second)] as const;
    const nextLikelihood = share(sample, ...next, first, second);
    // A bell that lost all of its pauses has no mean; what was there before it is the answer.
    if (!Number.isFinite(nextLikelihood)) break;
    const gain = nextLikelihood - logLikelihood;
    [a, b] = next;
    logLikelihood = nextLikelihood;
    if (gain < 1e-9 * sample.total) break;
  }
  return scored(sample, a.mean <= b.mean ? [a, b] : [b, a], logLikelihood);
}

/** Shares every bin's weight between two bells by their posteriors, into `first` and `second`. @returns the log-likelihood */
function share(sample: LogSample, a: Bell, b: Bell, first: Float64Array, second: Float64Array): number {
  const { centers, weights } = sample;
  const logA = Math.log(a.share / a.deviation) - HALF_LOG_TWO_PI;
  const logB = Math.log(b.share / b.deviation) - HALF_LOG_TWO_PI;
  let logLikelihood = 0;
  for (let i = 0; i < centers.length; i++) {
    const zA = ((centers[i] as number) - a.mean) / a.deviation;
    const zB = ((centers[i] as number) - b.mean) / b.deviation;
    const inA = logA - 0.5 * zA * zA;
    const inB = logB - 0.5 * zB * zB;
    const weight = weights[i] as number;
    const ofA = 1 / (1 + Math.exp(inB - inA));
    first[i] = weight * ofA;
    second[i] = weight * (1 - ofA);
    // ln(e^inA + e^inB), from the larger one.
    logLikelihood += weight * (Math.max(inA, inB) + Math.log1p(Math.exp(-Math.abs(inA - inB))));
  }
  return logLikelihood;
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

const HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

/** ln(share · normal density). */
function logDensity(bell: Bell, x: number): number {
  const z = (x - bell.mean) / bell.deviation;
  return Math.log(bell.share / bell.deviation) - HALF_LOG_TWO_PI - 0.5 * z * z;
}

function scored(sample: LogSample, bells: readonly Bell[], logLikelihood: number): MixtureFit {
  const parameters = 3 * bells.length - 1;
  return { bells, logLikelihood, bic: parameters * Math.log(sample.total) - 2 * logLikelihood };
}

/** The bell of the sample's centres under `weights`; its share is their part of all pauses. */
function bellOf(sample: LogSample, weights: Float64Array, share?: number): Bell {
  const { centers } = sample;
  let total = 0;
  let sum = 0;
  for (let i = 0; i < centers.length; i++) {
    total += weights[i] as number;
    sum += (weights[i] as number) * (centers[i] as number);
  }
  const mean = sum / total;
  let squares = 0;
  for (let i = 0; i < centers.length; i++) {
    squares += (weights[i] as number) * ((centers[i] as number) - mean) ** 2;
  }
  return { share: share ?? total / sample.total, mean, deviation: Math.max(Math.sqrt(squares / total), MIN_DEVIATION) };
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
