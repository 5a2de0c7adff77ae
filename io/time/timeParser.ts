import { DateTime } from "luxon";
import type { TimeFormat } from "../../model/config";
import { textOf } from "../formats/utf8";
import { daysFromCivil, daysInMonth } from "./civil";
import { LocalZone } from "./localZone";

const DAY_MS = 86_400_000;
const MAX_MS = 8.64e15;
const PATTERN_CACHE = 4096;

/**
 * Time texts → UTC epoch milliseconds, NaN for what is no time of the format. Fractions of a millisecond are cut off, not rounded.
 *
 * `iso`: `yyyy-MM-dd`, then optionally `T` or a space and `HH:mm`, `:ss`, a fraction, and `Z`, `UTC` or `±HH:mm`; `epoch_*`: numbers;
 * `clf`: `17/May/2015:10:05:03 +0000`. `auto` decides per value: numbers below 1e11 are seconds, below 1e14 milliseconds, else
 * microseconds. Times without an offset are clock time of `zone`.
 */
export class TimeParser {
  private readonly zone: LocalZone;
  private lastDate = -1;
  private lastDayMs = 0;
  private readonly byPattern = new Map<string, number>();

  constructor(
    private readonly format: TimeFormat,
    private readonly zoneName: string,
  ) {
    this.zone = new LocalZone(zoneName);
  }

  parse(bytes: Uint8Array, start: number, end: number): number {
    const { format } = this;
    switch (format) {
      case "epoch_ms":
        return integerOf(bytes, start, end, 1);
      case "epoch_s":
        return integerOf(bytes, start, end, 1000);
      case "epoch_us":
        return integerOf(bytes, start, end, 0.001);
      case "iso":
        return this.iso(bytes, start, end);
      case "clf":
        return this.clf(bytes, start, end);
      case "auto":
        return this.auto(bytes, start, end);
      default:
        return this.pattern(textOf(bytes, start, end), format.pattern);
    }
  }

  /** A number of a columnar format, by the same rules. */
  ofNumber(value: number): number {
    const { format } = this;
    if (!Number.isFinite(value)) return NaN;
    if (format === "epoch_s") return inRange(Math.floor(value * 1000));
    if (format === "epoch_us") return inRange(Math.floor(value / 1000));
    if (format === "auto") return inRange(fromEpoch(value));
    return format === "epoch_ms" ? inRange(Math.floor(value)) : NaN;
  }

  /** A whole number of at most 15 digits, as `parse` would read its text; NaN where `parse` must see the text. */
  ofDigits(value: number): number {
    switch (this.format) {
      case "epoch_ms":
        return value <= MAX_MS ? value : NaN;
      case "epoch_s":
        return inRange(value * 1000);
      case "epoch_us":
        return Math.floor(value / 1000);
      case "auto":
        return inRange(fromEpoch(value));
      default:
        return NaN;
    }
  }

  /** A clock reading without an offset: epoch milliseconds as if it were UTC. */
  ofClock(clockMs: number): number {
    return inRange(this.zone.toUtc(clockMs));
  }

  private auto(bytes: Uint8Array, start: number, end: number): number {
    if (bytes[start + 4] === 45 && bytes[start + 7] === 45) return this.iso(bytes, start, end);
    if (bytes[start + 2] === 47) return this.clf(bytes, start, end);
    const value = numberOf(bytes, start, end);
    if (value !== value) return NaN;
    return Math.abs(value) < 1e11 ? integerOf(bytes, start, end, 1000) : inRange(fromEpoch(value));
  }

  private iso(b: Uint8Array, start: number, end: number): number {
    const length = end - start;
    if (length < 10 || b[start + 4] !== 45 || b[start + 7] !== 45) return NaN;
    const year = two(b, start) * 100 + two(b, start + 2);
    const dayMs = this.day(year, two(b, start + 5), two(b, start + 8));
    if (length === 10 || dayMs !== dayMs) return this.zone.toUtc(dayMs);
    if ((b[start + 10] !== 84 && b[start + 10] !== 32 && b[start + 10] !== 116) || length < 16 || b[start + 13] !== 58)
      return NaN;
    let second = 0;
    let ms = 0;
    let at = start + 16;
    if (at < end && b[at] === 58) {
      if (end - at < 3) return NaN;
      second = two(b, at + 1);
      at += 3;
      if (at < end && (b[at] === 46 || b[at] === 44)) {
        let scale = 100;
        const first = ++at;
        for (let x: number; at < end && (x = b[at]! - 48) >= 0 && x <= 9; at++) {
          ms += x * scale;
          scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
        }
        if (at === first) return NaN;
      }
    }
    const local = dayMs + clock(two(b, start + 11), two(b, start + 14), second) + ms;
    if (at === end) return this.zone.toUtc(local);
    if (b[at] === 32) at++;
    if ((b[at] === 90 || b[at] === 122) && at + 1 === end) return local;
    if (end - at === 3 && b[at] === 85 && b[at + 1] === 84 && b[at + 2] === 67) return local;
    return local - offset(b, at, end);
  }

  private clf(b: Uint8Array, start: number, end: number): number {
    if (end - start < 20 || b[start + 2] !== 47 || b[start + 6] !== 47 || b[start + 11] !== 58) return NaN;
    if (b[start + 14] !== 58 || b[start + 17] !== 58) return NaN;
    const month = MONTHS.indexOf(String.fromCharCode(b[start + 3]! | 32, b[start + 4]! | 32, b[start + 5]! | 32));
    if (month < 0 || month % 3 !== 0) return NaN;
    const dayMs = this.day(two(b, start + 7) * 100 + two(b, start + 9), month / 3 + 1, two(b, start));
    const local = dayMs + clock(two(b, start + 12), two(b, start + 15), two(b, start + 18));
    if (end - start === 20) return this.zone.toUtc(local);
    return b[start + 20] === 32 ? local - offset(b, start + 21, end) : NaN;
  }

  /** Epoch ms of a date at 00:00 as if in UTC. Rows of a log mostly share their date with the row before. */
  private day(year: number, month: number, day: number): number {
    const date = (year * 16 + month) * 32 + day;
    if (date === this.lastDate) return this.lastDayMs;
    if (!(month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month))) return NaN;
    this.lastDate = date;
    this.lastDayMs = daysFromCivil(year, month, day) * DAY_MS;
    return this.lastDayMs;
  }

  private pattern(text: string, pattern: string): number {
    let ms = this.byPattern.get(text);
    if (ms === undefined) {
      const parsed = DateTime.fromFormat(text, pattern, { zone: this.zoneName, locale: "en-US" });
      ms = parsed.isValid ? parsed.toMillis() : NaN;
      if (this.byPattern.size >= PATTERN_CACHE) this.byPattern.clear();
      this.byPattern.set(text, ms);
    }
    return ms;
  }
}

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

/** Two digits, NaN when they are none. */
function two(b: Uint8Array, at: number): number {
  const tens = b[at]! - 48;
  const ones = b[at + 1]! - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

/** Milliseconds since 00:00; second 60 (a leap second) becomes the next minute's first. */
function clock(hour: number, minute: number, second: number): number {
  if (!(hour <= 23 && minute <= 59 && second <= 60)) {
    return hour === 24 && minute === 0 && second === 0 ? DAY_MS : NaN;
  }
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

/** `±HH`, `±HHmm` or `±HH:mm` in ms, NaN for anything else. */
function offset(b: Uint8Array, at: number, end: number): number {
  const sign = b[at] === 43 ? 1 : b[at] === 45 ? -1 : NaN;
  const length = end - at;
  const minutesAt = length === 6 && b[at + 3] === 58 ? at + 4 : length === 5 ? at + 3 : -1;
  if (length !== 3 && minutesAt < 0) return NaN;
  const hours = two(b, at + 1);
  const minutes = minutesAt < 0 ? 0 : two(b, minutesAt);
  return hours <= 18 && minutes <= 59 ? sign * (hours * 60 + minutes) * 60_000 : NaN;
}

function fromEpoch(value: number): number {
  const size = Math.abs(value);
  return Math.floor(size < 1e11 ? value * 1000 : size < 1e14 ? value : value / 1000);
}

const inRange = (ms: number) => (Math.abs(ms) <= MAX_MS ? ms : NaN);

/** `text × msPerUnit` cut to whole ms: exact for decimal seconds, where a product of floats would be a millisecond off. */
function integerOf(b: Uint8Array, start: number, end: number, msPerUnit: number): number {
  let at = start;
  const negative = b[at] === 45;
  if (negative) at++;
  const first = at;
  let whole = 0;
  let x = 0;
  for (; at < end && (x = b[at]! - 48) >= 0 && x <= 9; at++) {
    whole = whole * 10 + x;
  }
  if (at === first) return NaN;
  let ms = msPerUnit === 0.001 ? Math.floor(whole / 1000) : whole * msPerUnit;
  let cut = msPerUnit === 0.001 && whole % 1000 !== 0;
  if (at < end) {
    if (b[at] !== 46) {
      const value = numberOf(b, start, end);
      return inRange(Math.floor(msPerUnit === 0.001 ? value / 1000 : value * msPerUnit));
    }
    let scale = msPerUnit === 1000 ? 100 : 0;
    for (at++; at < end && (x = b[at]! - 48) >= 0 && x <= 9; at++) {
      ms += x * scale;
      if (scale === 0 && x !== 0) cut = true;
      scale = scale === 100 ? 10 : scale === 10 ? 1 : 0;
    }
    if (at < end) {
      const value = numberOf(b, start, end);
      return inRange(Math.floor(msPerUnit === 0.001 ? value / 1000 : value * msPerUnit));
    }
  }
  return inRange(negative ? -ms - (cut ? 1 : 0) : ms);
}

const POWERS_OF_TEN = Array.from({ length: 23 }, (_, i) => 10 ** i);

/** The number a text writes, NaN when it is none; the same as `Number(text)` for all texts without spaces. */
export function numberOf(b: Uint8Array, start: number, end: number): number {
  let at = start;
  const negative = b[at] === 45;
  if (negative) at++;
  let digits = 0;
  let value = 0;
  let point = -1;
  for (; at < end; at++) {
    const x = b[at]! - 48;
    if (x >= 0 && x <= 9) {
      value = value * 10 + x;
      digits++;
    } else if (x === -2 && point < 0) point = digits;
    else break;
  }
  // Up to 15 digits are exact in a double, and so is one division by a power of ten up to 22.
  if (at === end && digits > 0 && digits <= 15) {
    const size = point < 0 ? value : value / POWERS_OF_TEN[digits - point]!;
    return negative ? -size : size;
  }
  const text = textOf(b, start, end);
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
}
