import { compareBytes } from "../../model/byteTable";
import { bitWidth, encodeHybrid } from "./bitPacking";
import { NO_CODE, type ColumnData } from "./column";
import { plainIntegers, plainNumbers, plainStrings } from "./plain";

/** The values of one column chunk, encoded and not yet compressed. */
export interface EncodedChunk {
  /** Distinct values, PLAIN; null where the values themselves are in the data page. */
  readonly dictionary: { readonly bytes: Uint8Array; readonly count: number } | null;
  /** Definition levels and values of the only data page. */
  readonly page: Uint8Array;
  readonly nullCount: number;
  /** Smallest and largest value, PLAIN without a length; null where there is none or it is too long to be worth keeping. */
  readonly min: Uint8Array | null;
  readonly max: Uint8Array | null;
}

/** More distinct numbers than this in a chunk are written as they are. */
const MAX_NUMBERS_IN_DICTIONARY = 1024;
/** Longer bounds of strings are left out of the statistics. */
const MAX_BOUND_BYTES = 64;

/** Encodes rows `start .. end` of a column. */
export function encodeChunk(column: ColumnData, start: number, end: number): EncodedChunk {
  if (column.type !== "string") {
    return column.type === "boolean" ? encodeBooleans(column.numbers, start, end) : encodeNumbers(column, start, end);
  }
  return "codes" in column ? encodeCodes(column, start, end) : encodeStrings(column.strings, start, end);
}

type Coded = Extract<ColumnData, { codes: unknown }>;
type Numeric = Exclude<ColumnData, { type: "string" | "boolean" }>;

function encodeCodes({ values, codes }: Coded, start: number, end: number): EncodedChunk {
  const { offsets, bytes } = values;
  const entryOf = new Int32Array(offsets.length - 1).fill(-1);
  let nullCount = 0;
  for (let i = start; i < end; i++) {
    const code = codes[i]!;
    if (code === NO_CODE) nullCount++;
    else entryOf[code] = 0;
  }
  const used: number[] = [];
  let min = -1;
  let max = -1;
  const compare = (a: number, b: number) =>
    compareBytes(bytes, offsets[a]!, offsets[a + 1]!, bytes, offsets[b]!, offsets[b + 1]!);
  for (let code = 0; code < entryOf.length; code++) {
    if (entryOf[code]! < 0) continue;
    entryOf[code] = used.length;
    used.push(code);
    if (min < 0 || compare(code, min) < 0) min = code;
    if (max < 0 || compare(code, max) > 0) max = code;
  }
  const entries = new Uint32Array(end - start - nullCount);
  for (let i = start, n = 0; i < end; i++) {
    const code = codes[i]!;
    if (code !== NO_CODE) entries[n++] = entryOf[code]!;
  }
  const dictionary = new Uint8Array(used.reduce((sum, code) => sum + 4 + offsets[code + 1]! - offsets[code]!, 0));
  let at = 0;
  for (const code of used) {
    at = plainStrings(values, code, code + 1, dictionary, at);
  }
  const bound = (code: number) => (code < 0 ? null : shortBound(bytes.subarray(offsets[code], offsets[code + 1])));
  const levels = definitionLevels(end - start, nullCount, (i) => codes[start + i] === NO_CODE);
  return {
    dictionary: { bytes: dictionary, count: used.length },
    page: dictionaryPage(levels, entries, used.length),
    nullCount,
    min: bound(min),
    max: bound(max),
  };
}

function encodeStrings(strings: { offsets: Uint32Array; bytes: Uint8Array }, start: number, end: number): EncodedChunk {
  const { offsets, bytes } = strings;
  const values = new Uint8Array(4 * (end - start) + offsets[end]! - offsets[start]!);
  plainStrings(strings, start, end, values, 0);
  let min = start;
  let max = start;
  for (let i = start + 1; i < end; i++) {
    if (compareBytes(bytes, offsets[i]!, offsets[i + 1]!, bytes, offsets[min]!, offsets[min + 1]!) < 0) min = i;
    if (compareBytes(bytes, offsets[i]!, offsets[i + 1]!, bytes, offsets[max]!, offsets[max + 1]!) > 0) max = i;
  }
  const bound = (i: number) => (end > start ? shortBound(bytes.subarray(offsets[i], offsets[i + 1])) : null);
  const levels = definitionLevels(end - start, 0, () => false);
  return { dictionary: null, page: concat(levels, values), nullCount: 0, min: bound(min), max: bound(max) };
}

function encodeBooleans(numbers: Uint8Array, start: number, end: number): EncodedChunk {
  const values = new Uint8Array(Math.ceil((end - start) / 8));
  let ones = 0;
  for (let i = start; i < end; i++) {
    if (numbers[i] === 1) {
      values[(i - start) >> 3]! |= 1 << ((i - start) & 7);
      ones++;
    }
  }
  const levels = definitionLevels(end - start, 0, () => false);
  return {
    dictionary: null,
    page: concat(levels, values),
    nullCount: 0,
    min: end > start ? Uint8Array.of(ones === end - start ? 1 : 0) : null,
    max: end > start ? Uint8Array.of(ones > 0 ? 1 : 0) : null,
  };
}

function encodeNumbers(column: Numeric, start: number, end: number): EncodedChunk {
  const { numbers } = column;
  let nullCount = 0;
  let min = Infinity;
  let max = -Infinity;
  for (let i = start; i < end; i++) {
    const value = numbers[i]!;
    if (value !== value) {
      nullCount++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
  }
  let present: ArrayLike<number> = numbers.subarray(start, end);
  if (nullCount > 0) {
    const kept = new Float64Array(end - start - nullCount);
    for (let i = start, n = 0; i < end; i++) {
      const value = numbers[i]!;
      if (value === value) kept[n++] = value;
    }
    present = kept;
  }
  const plain = (values: ArrayLike<number>) =>
    column.type === "date" || column.type === "integer" ? plainIntegers(values) : plainNumbers(column.type, values);
  const levels = definitionLevels(end - start, nullCount, (i) => Number.isNaN(numbers[start + i]!));
  const entries = numberEntries(present);
  const hasValues = present.length > 0;
  return {
    dictionary: entries && { bytes: plain(entries.values), count: entries.values.length },
    page: entries ? dictionaryPage(levels, entries.entryOf, entries.values.length) : concat(levels, plain(present)),
    nullCount,
    // Readers may not tell the two zeros apart, so the bounds take in both (parquet.thrift, ColumnOrder).
    min: hasValues ? plain([min === 0 && column.type === "double" ? -0 : min]) : null,
    max: hasValues ? plain([max === 0 ? 0 : max]) : null,
  };
}

/** Dictionary of the values in order of appearance; null where there are too many, or a negative zero that it would lose. */
function numberEntries(values: ArrayLike<number>): { values: number[]; entryOf: Uint32Array } | null {
  const entryOf = new Uint32Array(values.length);
  const known = new Map<number, number>();
  let previous = NaN;
  let previousEntry = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (Object.is(value, -0)) return null;
    if (value !== previous) {
      let entry = known.get(value);
      if (entry === undefined) {
        // More distinct values than half of the rows so far: not a column that repeats.
        if (known.size >= MAX_NUMBERS_IN_DICTIONARY || (known.size > 64 && known.size * 2 > i)) return null;
        entry = known.size;
        known.set(value, entry);
      }
      previous = value;
      previousEntry = entry;
    }
    entryOf[i] = previousEntry;
  }
  return { values: [...known.keys()], entryOf };
}

/** Levels of an optional column: 1 = present, with the length that data pages of version 1 put before them. */
function definitionLevels(rows: number, nullCount: number, isNull: (row: number) => boolean): Uint8Array {
  const levels = new Uint8Array(rows).fill(1);
  if (nullCount > 0) {
    for (let i = 0; i < rows; i++) {
      if (isNull(i)) levels[i] = 0;
    }
  }
  const encoded = encodeHybrid(levels, 0, rows, 1);
  const bytes = new Uint8Array(4 + encoded.length);
  new DataView(bytes.buffer).setUint32(0, encoded.length, true);
  bytes.set(encoded, 4);
  return bytes;
}

function dictionaryPage(levels: Uint8Array, entries: Uint32Array, count: number): Uint8Array {
  const width = bitWidth(Math.max(0, count - 1));
  return concat(levels, Uint8Array.of(width), encodeHybrid(entries, 0, entries.length, width));
}

const shortBound = (bytes: Uint8Array) => (bytes.length > MAX_BOUND_BYTES ? null : bytes.slice());

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
