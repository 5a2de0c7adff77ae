import type { TimeFormat } from "../../model/config";
import { numberOf, TimeParser } from "../time/timeParser";

export type ColumnType = "text" | "number" | "boolean" | "time" | "empty";

/** What the first rows say about a column. */
export interface ColumnGlance {
  readonly name: string;
  readonly type: ColumnType;
  /** Some of its values, the first ones met. */
  readonly samples: readonly string[];
  /** Share of the rows looked at that have a value, 0..1. */
  readonly filledShare: number;
  /** Distinct values among the rows looked at. */
  readonly distinct: number;
  /** How its times are written; null when it holds none. */
  readonly timeFormat: TimeFormat | null;
  /** Whether its times carry an offset or are epoch numbers: then the zone does not matter. */
  readonly hasOffset: boolean;
  /** Its values are URLs or absolute paths. */
  readonly isAddress: boolean;
}

const SAMPLES = 5;
const ENOUGH = 0.95;
/** Texts by which logs say that there is no value. */
const NOTHING = new Set(["", "-", "null", "NULL", "None", "nan", "NaN", "NA", "N/A", "\\N", "undefined"]);
/** Epoch numbers are taken for times between these years. */
const FIRST_MS = Date.UTC(1990, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);
const PATTERNS = [
  "dd.MM.yyyy HH:mm:ss",
  "dd.MM.yyyy HH:mm",
  "MM/dd/yyyy HH:mm:ss",
  "M/d/yyyy H:mm:ss",
  "M/d/yyyy H:mm",
  "M/d/yyyy h:mm:ss a",
  "dd/MM/yyyy HH:mm:ss",
  "yyyy/MM/dd HH:mm:ss",
  "yyyyMMdd HH:mm:ss",
  "yyyyMMddHHmmss",
  "EEE MMM d HH:mm:ss yyyy",
  "d MMM yyyy HH:mm:ss",
];

export const isNothing = (value: string | undefined): boolean => value === undefined || NOTHING.has(value);

/** Looks at one column of sampled rows. */
export function glanceAtColumn(name: string, rows: readonly ReadonlyMap<string, string>[]): ColumnGlance {
  const values = rows.map((row) => row.get(name)).filter((value): value is string => !isNothing(value));
  const distinct = [...new Set(values)];
  const share = (test: (value: string) => boolean) => values.filter(test).length / Math.max(1, values.length);
  const timeFormat = values.length === 0 ? null : timeFormatOf(distinct.slice(0, 200));
  const isNumber = (value: string) => !Number.isNaN(parsedNumber(value));
  let type: ColumnType = "text";
  if (values.length === 0) type = "empty";
  else if (timeFormat !== null && !(typeof timeFormat === "string" && timeFormat.startsWith("epoch"))) type = "time";
  else if (share((value) => /^(true|false)$/i.test(value)) >= ENOUGH) type = "boolean";
  else if (share(isNumber) >= ENOUGH) type = "number";
  return {
    name,
    type,
    samples: distinct.slice(0, SAMPLES),
    filledShare: values.length / Math.max(1, rows.length),
    distinct: distinct.length,
    timeFormat,
    hasOffset:
      timeFormat !== null &&
      (timeFormat !== "iso" ? typeof timeFormat === "string" : /(Z|UTC|[+-]\d\d:?(\d\d)?)$/i.test((distinct[0] ?? "").slice(10))),
    isAddress: share((value) => value.startsWith("/") || /^[a-z][a-z0-9+.-]*:\/\//i.test(value)) >= 0.9,
  };
}

function parsedNumber(value: string): number {
  const bytes = Buffer.from(value, "utf8");
  return numberOf(bytes, 0, bytes.length);
}

function timeFormatOf(values: readonly string[]): TimeFormat | null {
  const fits = (format: TimeFormat): boolean => {
    const parser = new TimeParser(format, "UTC");
    const good = values.filter((value) => {
      const bytes = Buffer.from(value, "utf8");
      const ms = parser.parse(bytes, 0, bytes.length);
      return ms >= FIRST_MS && ms < LAST_MS;
    });
    return good.length >= values.length * ENOUGH;
  };
  const numeric = values.every((value) => /^\d{9,17}(\.\d+)?$/.test(value));
  const candidates: TimeFormat[] = numeric ? ["epoch_s", "epoch_ms", "epoch_us"] : ["iso", "clf"];
  const plain = candidates.find(fits);
  if (plain !== undefined) return plain;
  // Only texts with several digits can be dates: parsing by pattern is slow.
  if (!values.every((value) => value.length <= 40 && (value.match(/\d/g) ?? []).length >= 6)) return null;
  const pattern = PATTERNS.find((candidate) => fits({ pattern: candidate }));
  return pattern === undefined ? null : { pattern };
}
