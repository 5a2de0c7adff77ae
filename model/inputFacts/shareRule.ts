/** A share on one day, and the rows it was measured on. */
export interface DayShare {
  readonly date: string;
  /** 0..1 */
  readonly share: number;
  readonly rows: number;
}

/** Days looked back at: two weeks, so that each day of the week is there twice. */
export const WINDOW_DAYS = 14;
/** Days of history without which only a share that turns over completely is a change. */
const ENOUGH_DAYS = 7;
/** A share that turns over completely: from at least this to at most its complement. */
const NEARLY_ALL = 0.9;
/** Rows of a day without which its shares say nothing. */
export const MIN_ROWS = 20;
/** Smallest step that is a change at all. */
const MIN_STEP = 0.03;
/** Steps of this many standard deviations, of the days and of the sampling. */
const DEVIATIONS = 6;

/** The first day of a step and what was usual before. */
export interface ShareStep {
  readonly since: string;
  /** Median of the days before. */
  readonly usual: number;
}

/**
 * Whether a share has made a step up, and since when.
 *
 * The median of the last 14 days is what is usual. A day is off when it lies above it by more than 3 points, by more than 6 standard
 * deviations of the days (from their median absolute deviation), and by more than 6 of the sampling; and when none of the days before
 * the step came half as far, so that weekends are not news every week. With fewer than 7 days to compare with, only a share that turns
 * over (from at most 10 % to at least 90 %) is a step.
 *
 * @param history ascending, all before `day`
 * @returns null when there is none
 */
export function stepUp(day: DayShare, history: readonly DayShare[]): ShareStep | null {
  if (day.rows < MIN_ROWS) return null;
  const window = history.filter(({ rows }) => rows >= MIN_ROWS).slice(-WINDOW_DAYS);
  if (window.length === 0) return null;
  const usual = median(window.map(({ share }) => share));
  const isTurned = (share: number) => usual <= 1 - NEARLY_ALL && share >= NEARLY_ALL;
  const spread = 1.4826 * median(window.map(({ share }) => Math.abs(share - usual)));
  const isOff = ({ share, rows }: DayShare) => {
    if (window.length < ENOUGH_DAYS) return isTurned(share);
    const sampling = Math.sqrt(Math.max(usual * (1 - usual), 1 / rows) / rows);
    return share - usual > Math.max(MIN_STEP, DEVIATIONS * spread, DEVIATIONS * sampling);
  };
  if (!isOff(day)) return null;
  let first = window.length;
  while (first > 0 && isOff(window[first - 1] as DayShare)) first--;
  const halfWay = usual + (day.share - usual) / 2;
  if (window.slice(0, first).some(({ share }) => share >= halfWay)) return null;
  return { since: window[first]?.date ?? day.date, usual };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
