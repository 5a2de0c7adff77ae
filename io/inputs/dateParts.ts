import { DateTime } from "luxon";

const PART = /\{(yyyy|MM|dd|HH)\}/g;
const DIGITS: Readonly<Record<string, string>> = {
  yyyy: "[0-9][0-9][0-9][0-9]",
  MM: "[0-9][0-9]",
  dd: "[0-9][0-9]",
  HH: "[0-9][0-9]",
};
/** Beyond this many hours or days the whole tree is listed instead. */
const MAX_STEPS = 24 * 400;

/** Whether a path holds date parts: `{yyyy}`, `{MM}`, `{dd}`, `{HH}`. */
export const hasDateParts = (path: string) => path.search(PART) >= 0;

/**
 * A path with date parts → the patterns that hold a time range: one per hour, day, month or year that touches `[fromMs, toMs)` in `zone`,
 * whichever is the finest part. Without a range, one pattern for all dates.
 */
export function expandDateParts(
  path: string,
  range: { readonly fromMs: number; readonly toMs: number } | null,
  zone: string,
): string[] {
  const anyDate = [path.replace(PART, (_, part: string) => DIGITS[part] as string)];
  if (range === null) return anyDate;
  const unit = path.includes("{HH}") ? "hour" : path.includes("{dd}") ? "day" : path.includes("{MM}") ? "month" : "year";
  const found = new Set<string>();
  let at = DateTime.fromMillis(range.fromMs, { zone, locale: "en-US" }).startOf(unit);
  for (let step = 0; at.toMillis() < range.toMs; step++) {
    if (step >= MAX_STEPS) return anyDate;
    found.add(path.replace(PART, (_, part: string) => at.toFormat(part)));
    at = at.plus({ [unit]: 1 });
  }
  return [...found];
}
