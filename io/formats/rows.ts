/**
 * How a format's scanner hands rows to whoever uses them: fields of the wanted columns as typed arrays, one set reused for every row,
 * so that a row costs no object and no JavaScript string.
 */

/** What a field holds. Kinds from `TEXT` on have their text at `start..end`. */
export const MISSING = 0;
/** A number in `value` (columnar formats). */
export const NUMBER = 1;
/** A time in `value`, UTC epoch milliseconds (columnar formats with a time type). */
export const TIME_MS = 2;
/** A clock reading without a zone in `value`: epoch milliseconds as if it were UTC. */
export const CLOCK_MS = 3;
/** Bytes `start..end` of the row's buffer. An empty text counts as missing where a value is needed. */
export const TEXT = 4;
/** A text of at most 15 digits, with the number they write in `value` as well. */
export const DIGITS = 5;

/** The fields of one row; index = slot of the wanted column. */
export interface RowFields {
  readonly kind: Uint8Array;
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** `h = 31 h + byte` over the text, 32 bits, of slots whose plan asks for it. */
  readonly hash: Int32Array;
  readonly value: Float64Array;
}

/** The columns a scanner is asked for. */
export interface FieldPlan {
  /** Column of each slot; no column twice. */
  readonly columns: readonly string[];
  /** Whether the slot's hash is wanted. */
  readonly hashed: readonly boolean[];
}

export function emptyFields(count: number): RowFields {
  return {
    kind: new Uint8Array(count),
    start: new Int32Array(count),
    end: new Int32Array(count),
    hash: new Int32Array(count),
    value: new Float64Array(count),
  };
}

export interface RowSink {
  readonly fields: RowFields;
  /** Takes the row now in `fields`, texts in `bytes`. Returns 0, or the code of the reason it was not used (`model/reasons.ts`). */
  accept(bytes: Uint8Array): number;
  /** Counts a row that was not used; `bytes[start..end]` is its text, `offset` where it begins in the uncompressed file. */
  setAside(code: number, offset: number, bytes: Uint8Array, start: number, end: number): void;
}

/** Finds the rows of one format in text. A scanner belongs to one file and may learn its column order. */
export interface LineScanner {
  /**
   * Reads the lines of `bytes[start..stop]`, the last of which ends at `stop` with a newline, and hands them to the sink. Returns
   * where it stopped: `stop`, or the start of a row whose rest is not there yet (CSV with newlines in quotes).
   * `base` + index = offset in the uncompressed file; `last` = nothing follows.
   */
  scan(bytes: Uint8Array, start: number, stop: number, base: number, last: boolean): number;
  /** Rows begun so far, counted where they begin. */
  readonly rowCount: number;
  /** Counts a row that the line reader had to skip. */
  skipRow(): void;
}

/** `31 h + byte`, the hash of `RowFields` and of `hashBytes` before mixing. */
export function polyHash(bytes: Uint8Array, start: number, end: number): number {
  let h = 0;
  for (let i = start; i < end; i++) {
    h = (Math.imul(h, 31) + bytes[i]!) | 0;
  }
  return h;
}
