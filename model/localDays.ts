import { DateTime } from "luxon";

const MS_PER_DAY = 86_400_000;

/**
 * Local days of a zone as a table, made once so that the hot loops compare integers: day `firstDay + i` lasts from `startsMs[i]` up to
 * `startsMs[i + 1]` (23 or 25 hours where the clocks change). Days are counted since 1970-01-01.
 */
export interface LocalDays {
  readonly firstDay: number;
  readonly startsMs: readonly number[];
}

/** Days since 1970-01-01 of an ISO date, `2016-07-01`. */
export function dayNumber(date: string): number {
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== date) {
    throw new RangeError(`not a date: ${date} (write it as 2016-07-01)`);
  }
  return ms / MS_PER_DAY;
}

/** ISO date of a day number. */
export function dateOfDay(day: number): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** First millisecond of a local day; where midnight does not exist, the first one after it. */
export function dayStartMs(day: number, zone: string): number {
  const [year, month, date] = dateOfDay(day).split("-").map(Number) as [number, number, number];
  const start = DateTime.fromObject({ year, month, day: date }, { zone }).startOf("day");
  if (!start.isValid) {
    throw new RangeError(`unknown time zone: ${zone}`);
  }
  return start.toMillis();
}

/** Local day of an instant. */
export function dayOfMs(timeMs: number, zone: string): number {
  return dayNumber(DateTime.fromMillis(timeMs, { zone }).toFormat("yyyy-MM-dd"));
}

/** The days that cover `fromMs .. toMs`, with one more start at the end. */
export function localDays(fromMs: number, toMs: number, zone: string): LocalDays {
  const firstDay = dayOfMs(fromMs, zone);
  const lastDay = dayOfMs(toMs, zone);
  const startsMs: number[] = [];
  for (let day = firstDay; day <= lastDay + 1; day++) {
    startsMs.push(dayStartMs(day, zone));
  }
  return { firstDay, startsMs };
}

/** Index into `startsMs` of the day that holds `timeMs`; -1 before the first, the last start's index after it. */
export function dayIndexAt(days: LocalDays, timeMs: number): number {
  const { startsMs } = days;
  let low = 0;
  let high = startsMs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startsMs[middle]! <= timeMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
