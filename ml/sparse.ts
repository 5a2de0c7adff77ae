/**
 * Rows that are mostly zeros, in compressed form (CSR): row i has the values `values[offsets[i] .. offsets[i+1]]` in the columns
 * `columns[offsets[i] .. offsets[i+1]]`, ascending, each column at most once.
 */
export interface SparseRows {
  readonly rowCount: number;
  readonly columnCount: number;
  /** rowCount + 1 offsets, starting at 0. */
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** Compressed rows of a dense table; zeros are left out. @throws RangeError when rows differ in length */
export function fromDense(rows: readonly (readonly number[])[], columnCount = rows[0]?.length ?? 0): SparseRows {
  const offsets = new Uint32Array(rows.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  rows.forEach((row, i) => {
    if (row.length !== columnCount) {
      throw new RangeError(`row ${i} has ${row.length} values, not ${columnCount}`);
    }
    row.forEach((value, column) => {
      if (value !== 0) {
        columns.push(column);
        values.push(value);
      }
    });
    offsets[i + 1] = columns.length;
  });
  return { rowCount: rows.length, columnCount, offsets, columns: Uint32Array.from(columns), values: Float64Array.from(values) };
}

/** The rows as a dense table, for tests and small outputs. */
export function toDense(rows: SparseRows): number[][] {
  return Array.from({ length: rows.rowCount }, (_, i) => {
    const row = new Array<number>(rows.columnCount).fill(0);
    for (let at = rows.offsets[i] as number; at < (rows.offsets[i + 1] as number); at++) {
      row[rows.columns[at] as number] = rows.values[at] as number;
    }
    return row;
  });
}

/** The rows named by `indices`, in that order (repeats allowed). */
export function selectRows(rows: SparseRows, indices: ArrayLike<number>): SparseRows {
  const offsets = new Uint32Array(indices.length + 1);
  for (let i = 0; i < indices.length; i++) {
    const row = indices[i] as number;
    offsets[i + 1] = (offsets[i] as number) + (rows.offsets[row + 1] as number) - (rows.offsets[row] as number);
  }
  const total = offsets[indices.length] as number;
  const columns = new Uint32Array(total);
  const values = new Float64Array(total);
  for (let i = 0; i < indices.length; i++) {
    const start = rows.offsets[indices[i] as number] as number;
    const end = rows.offsets[(indices[i] as number) + 1] as number;
    columns.set(rows.columns.subarray(start, end), offsets[i]);
    values.set(rows.values.subarray(start, end), offsets[i]);
  }
  return { rowCount: indices.length, columnCount: rows.columnCount, offsets, columns, values };
}

/** All rows of `parts` one after another. @throws RangeError when column counts differ or nothing is given */
export function concatRows(parts: readonly SparseRows[]): SparseRows {
  const first = parts[0];
  if (first === undefined || parts.some((part) => part.columnCount !== first.columnCount)) {
    throw new RangeError("rows to join need one common column count");
  }
  const rowCount = parts.reduce((sum, part) => sum + part.rowCount, 0);
  const total = parts.reduce((sum, part) => sum + part.columns.length, 0);
  const offsets = new Uint32Array(rowCount + 1);
  const columns = new Uint32Array(total);
  const values = new Float64Array(total);
  let row = 0;
  let at = 0;
  for (const part of parts) {
    for (let i = 1; i <= part.rowCount; i++) {
      offsets[++row] = at + (part.offsets[i] as number);
    }
    columns.set(part.columns, at);
    values.set(part.values, at);
    at += part.columns.length;
  }
  return { rowCount, columnCount: first.columnCount, offsets, columns, values };
}

/** Every row divided by its Euclidean length; rows of zeros stay, and are named by index. */
export function normalizeRows(rows: SparseRows): { readonly rows: SparseRows; readonly zeroRows: Uint32Array } {
  const values = new Float64Array(rows.values.length);
  const zeroRows: number[] = [];
  for (let i = 0; i < rows.rowCount; i++) {
    const start = rows.offsets[i] as number;
    const end = rows.offsets[i + 1] as number;
    let squares = 0;
    for (let at = start; at < end; at++) {
      squares += (rows.values[at] as number) ** 2;
    }
    if (squares === 0) {
      zeroRows.push(i);
      continue;
    }
    const norm = Math.sqrt(squares);
    for (let at = start; at < end; at++) {
      values[at] = (rows.values[at] as number) / norm;
    }
  }
  return { rows: { ...rows, values }, zeroRows: Uint32Array.from(zeroRows) };
}
