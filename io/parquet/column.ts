import type { StringTable } from "../../model/sessionBlock";

/** Code of a missing value in a dictionary-coded column. */
export const NO_CODE = 0xffffffff;

/** Types of a table's columns, named as Delta Lake names them. */
export type ColumnType = "string" | "integer" | "long" | "double" | "boolean" | "date" | "timestamp";

/**
 * One column of a table, as typed arrays; all columns of a table have the same number of rows.
 *
 * Missing values: `NO_CODE` in coded strings, NaN in doubles, longs and timestamps; plain strings, integers, booleans and dates have
 * none.
 */
export type ParquetColumn = { readonly name: string } & ColumnData;

export type ColumnData =
  /** Row i is string `codes[i]` of `values`; `values` may hold strings no row uses. */
  | { readonly type: "string"; readonly values: StringTable; readonly codes: Uint32Array | Uint16Array | Uint8Array }
  /** Row i is string i of `strings`. */
  | { readonly type: "string"; readonly strings: StringTable }
  | { readonly type: "integer"; readonly numbers: Int32Array | Uint32Array | Uint16Array | Uint8Array }
  /** Whole numbers up to 2^53. */
  | { readonly type: "long"; readonly numbers: Float64Array }
  | { readonly type: "double"; readonly numbers: Float64Array | Float32Array }
  /** 0 or 1. */
  | { readonly type: "boolean"; readonly numbers: Uint8Array }
  /** Days since 1970-01-01. */
  | { readonly type: "date"; readonly numbers: Int32Array }
  /** UTC epoch milliseconds; the file holds microseconds. */
  | { readonly type: "timestamp"; readonly numbers: Float64Array };

/** Rows of a column. */
export function rowsOf(column: ColumnData): number {
  if (column.type !== "string") return column.numbers.length;
  return "codes" in column ? column.codes.length : column.strings.offsets.length - 1;
}
