import { VALUE_TYPES } from "./valueType";

/** What the rows looked at say about one column on one day. Numbers are rows. */
export interface ColumnFacts {
  /** Rows that have the column at all, with a value that is not null. */
  readonly present: number;
  /** Rows among them whose value says nothing: empty, `-`, `null` … */
  readonly blank: number;
  /** The others by the look of their value, in the order of `VALUE_TYPES`. */
  readonly types: readonly number[];
  /** The smallest hashes of its values, ascending: equal values in two columns, or on two days, meet here. */
  readonly values: readonly number[];
}

/** The rows of one local day that were looked at. */
export interface DayFacts {
  readonly rows: number;
  /** Those among them of which all columns were looked at, not only the ones that are used; absent: all. */
  readonly wholeRows?: number;
  readonly columns: Readonly<Record<string, ColumnFacts>>;
}

export interface DatedFacts {
  readonly date: string;
  readonly facts: DayFacts;
}

/** By local date; rows without a usable time stand under `undatedKey(path of their file)`. */
export type InputFacts = Readonly<Record<string, DayFacts>>;

export const undatedKey = (path: string) => `?${path}`;
export const undatedPath = (key: string): string | null => (key.startsWith("?") ? key.slice(1) : null);

/** Hashes kept of a column's values. */
export const VALUE_SKETCH = 32;

export const NO_COLUMN: ColumnFacts = { present: 0, blank: 0, types: VALUE_TYPES.map(() => 0), values: [] };

export const columnOf = (day: DayFacts, column: string): ColumnFacts =>
  Object.hasOwn(day.columns, column) ? (day.columns[column] as ColumnFacts) : NO_COLUMN;

export const wholeRowsOf = ({ rows, wholeRows }: DayFacts) => wholeRows ?? rows;

/** Sums facts; the order of the parts does not matter. */
export function mergeInputFacts(parts: readonly InputFacts[]): InputFacts {
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part)))].sort();
  const days = keys.map((key) => [key, mergeDayFacts(parts.flatMap((part) => (Object.hasOwn(part, key) ? [part[key]!] : [])))]);
  return Object.fromEntries(days) as InputFacts;
}

export function mergeDayFacts(days: readonly DayFacts[]): DayFacts {
  const [only] = days;
  if (days.length === 1 && only !== undefined) return only;
  const names = [...new Set(days.flatMap(({ columns }) => Object.keys(columns)))].sort();
  const rows = days.reduce((sum, day) => sum + day.rows, 0);
  const wholeRows = days.reduce((sum, day) => sum + wholeRowsOf(day), 0);
  return {
    rows,
    ...(wholeRows < rows && { wholeRows }),
    columns: Object.fromEntries(names.map((name) => [name, mergeColumns(days.map((day) => columnOf(day, name)))])),
  };
}

function mergeColumns(parts: readonly ColumnFacts[]): ColumnFacts {
  const sum = (of: (part: ColumnFacts) => number) => parts.reduce((total, part) => total + of(part), 0);
  return {
    present: sum(({ present }) => present),
    blank: sum(({ blank }) => blank),
    types: VALUE_TYPES.map((_, i) => sum(({ types }) => types[i] ?? 0)),
    values: smallest(new Set(parts.flatMap(({ values }) => values))),
  };
}

export const smallest = (hashes: Iterable<number>): number[] => [...hashes].sort((a, b) => a - b).slice(0, VALUE_SKETCH);

/**
 * Share of the values of both columns that the two have in common, 0..1, by their sketches (bottom-k estimate of the Jaccard index).
 */
export function valueOverlap(a: ColumnFacts, b: ColumnFacts): number {
  const union = smallest(new Set([...a.values, ...b.values]));
  if (union.length === 0) return 0;
  const inA = new Set(a.values);
  const inB = new Set(b.values);
  return union.filter((hash) => inA.has(hash) && inB.has(hash)).length / union.length;
}
