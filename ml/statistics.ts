import { jStat } from "jstat";
import { below, random } from "./random";

/** An estimate with the ends of its interval. */
export interface Interval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** Two-sided normal quantile: 1.96 for a level of 0.95. */
const quantileOf = (level: number) => jStat.normal.inv(1 - (1 - level) / 2, 0, 1);

/**
 * Share of `hits` in `trials` with Wilson's score interval (Wilson 1927, doi:10.1080/01621459.1927.10502953), which stays inside
 * [0, 1] and is honest for few trials. No trials: estimate NaN, interval 0..1.
 */
export function wilsonInterval(hits: number, trials: number, level = 0.95): Interval {
  if (trials === 0) return { estimate: NaN, low: 0, high: 1 };
  const z = quantileOf(level);
  const share = hits / trials;
  const middle = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / (1 + (z * z) / trials);
  return {
    estimate: share,
    low: hits === 0 ? 0 : Math.max(0, middle - half),
    high: hits === trials ? 1 : Math.min(1, middle + half),
  };
}

/**
 * How many times as common something is in one group as in another: ratio of two shares, interval on the log scale (Katz et al. 1978,
 * doi:10.2307/2530610). Where a count is 0, one half is added to both counts and one to both sizes, so that the ratio stays finite.
 * @throws RangeError when a group is empty
 */
export function lift(hits: number, size: number, otherHits: number, otherSize: number, level = 0.95): Interval {
  if (!(size > 0 && otherSize > 0)) {
    throw new RangeError("a lift needs two groups with members");
  }
  const fill = hits === 0 || otherHits === 0 ? 0.5 : 0;
  const [a, n, b, m] = [hits + fill, size + 2 * fill, otherHits + fill, otherSize + 2 * fill];
  const estimate = a / n / (b / m);
  const spread = Math.exp(quantileOf(level) * Math.sqrt(Math.max(0, 1 / a - 1 / n + 1 / b - 1 / m)));
  return { estimate, low: estimate / spread, high: estimate * spread };
}

/**
 * Percentile bootstrap (Efron 1979): the statistic of `resamples` draws of `count` rows with replacement. Same seed, same interval.
 * @param statistic number of the rows given by index
 */
export function bootstrapInterval(
  count: number,
  statistic: (rows: Uint32Array) => number,
  options: { readonly seed: number; readonly resamples?: number; readonly level?: number },
): Interval {
  const { seed, resamples = 1000, level = 0.95 } = options;
  const draw = random(seed);
  const rows = Uint32Array.from({ length: count }, (_, i) => i);
  const estimate = statistic(rows);
  if (count === 0) return { estimate, low: estimate, high: estimate };
  const values = Float64Array.from({ length: resamples }, () => {
    for (let i = 0; i < count; i++) rows[i] = below(count, draw);
    return statistic(rows);
  }).sort();
  return { estimate, low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) };
}

/**
 * Quantile of ascending numbers, linear between neighbours (Hyndman & Fan's type 7, the default of R and NumPy). NaN without numbers.
 * @param probability 0..1
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) return NaN;
  const at = (sorted.length - 1) * probability;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

/** Middle of numbers in any order; NaN without numbers. The input stays as it is. */
export const median = (numbers: ArrayLike<number>) => quantile(Float64Array.from(numbers).sort(), 0.5);

/**
 * p-values corrected for their number: false discovery rate (Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x).
 * Below 0.05 means: of all called so, 5 % are expected to be chance. NaN stays NaN and does not count.
 */
export function benjaminiHochberg(pValues: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: pValues.length }, (_, i) => i).filter((i) => !Number.isNaN(pValues[i]));
  order.sort((a, b) => (pValues[b] as number) - (pValues[a] as number));
  const adjusted = new Float64Array(pValues.length).fill(NaN);
  let least = 1;
  order.forEach((i, fromTop) => {
    least = Math.min(least, ((pValues[i] as number) * order.length) / (order.length - fromTop));
    adjusted[i] = least;
  });
  return adjusted;
}
