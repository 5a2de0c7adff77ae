import { median } from "./statistics";

/** Daily counts taken apart on the log scale: ln(1 + count) = level + slope · day + season + residual. */
export interface SeasonalFit {
  /** Growth per day on the log scale: 0.01 is about 1 % a day. */
  readonly slope: number;
  /** Level at day 0, with the season averaged out. */
  readonly level: number;
  /** Offset of each of the 7 days of the week, the first being that of day 0; their median is 0. */
  readonly season: Float64Array;
  /** One per day; NaN where the count is missing. */
  readonly residuals: Float64Array;
  /** Σ residual² / (days - 8 fitted numbers): how unsteady an event is. Events with the smallest are the steadiest. */
  readonly variance: number;
  /** The same without the pull of single odd days: (1.4826 · median |residual|)². */
  readonly robustVariance: number;
  readonly days: number;
}

/** Four weeks: with fewer, each weekday is seen too rarely to tell season from chance. */
export const MIN_DAYS = 28;
const WEEK = 7;

/**
 * Takes trend and weekly season out of daily counts, robustly: the slope is the median of all slopes between days whole weeks apart
 * (Sen 1968; seasonal form of Hirsch, Slack & Smith 1982, doi:10.1029/WR018i001p00107), so that the season cannot lean on it; the season
 * is the median of each weekday. One straight trend on purpose: a step in the log of an event, as a logging change makes, must stay in
 * the residuals (paper §4.3: variance of errors after detrending and deseasonalising).
 * @param counts consecutive days, ≥ 0; null where a day is missing
 * @throws RangeError with fewer than `MIN_DAYS` known days or a weekday seen fewer than 3 times, or a count that is negative or not finite
 */
export function seasonalFit(counts: readonly (number | null)[]): SeasonalFit {
  const logs = counts.map((count, day) => {
    if (count !== null && !(count >= 0 && count < Infinity)) {
      throw new RangeError(`count of day ${day} is ${count}; expected a number of at least 0, or null`);
    }
    return count === null ? NaN : Math.log1p(count);
  });
  const known = logs.map((_, day) => day).filter((day) => !Number.isNaN(logs[day]));
  const perWeekday = Array.from({ length: WEEK }, (_, weekday) => known.filter((day) => day % WEEK === weekday));
  if (known.length < MIN_DAYS || perWeekday.some((days) => days.length < 3)) {
    throw new RangeError(`${known.length} days of counts are too few to remove a weekly season: at least ${MIN_DAYS} are needed`);
  }
  const slopes: number[] = [];
  for (const days of perWeekday) {
    days.forEach((late, i) => {
      for (const early of days.slice(0, i)) {
        slopes.push(((logs[late] as number) - (logs[early] as number)) / (late - early));
      }
    });
  }
  const slope = median(slopes);
  const flat = logs.map((value, day) => value - slope * day);
  const byWeekday = Float64Array.from(perWeekday, (days) => median(days.map((day) => flat[day] as number)));
  const level = median(byWeekday);
  const season = byWeekday.map((value) => value - level);
  const residuals = Float64Array.from(flat, (value, day) => value - (byWeekday[day % WEEK] as number));
  const squares = known.reduce((sum, day) => sum + (residuals[day] as number) ** 2, 0);
  const spread = 1.4826 * median(known.map((day) => Math.abs(residuals[day] as number)));
  return {
    slope,
    level,
    season,
    residuals,
    variance: squares / (known.length - WEEK - 1),
    robustVariance: spread * spread,
    days: known.length,
  };
}
