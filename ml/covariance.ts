import type { SparseRows } from "./sparse";

/**
 * Sums behind the mean and covariance of rows with entries in [-1, 1] (unit-length rows are), independent of how the rows were split
 * and in which order parts were merged, bit for bit.
 *
 * Floating-point addition is not associative; integer addition is. Every entry and every product of two entries is rounded once to a
 * whole number of units of 2⁻⁵⁰ (the error is below that of the double product itself) and split in two limbs of 25 bits. Limbs are
 * summed apart, as whole numbers in doubles: each limb is at most 2²⁵ in size, so sums stay exact up to `MAX_ROWS` = 2²⁷ rows with a
 * bit to spare.
 */
export interface CovarianceSums {
  readonly columnCount: number;
  rowCount: number;
  /** High and low limbs of Σ x_i, columnCount each. */
  readonly sumHigh: Float64Array;
  readonly sumLow: Float64Array;
  /** Limbs of Σ x_i·x_j for i ≤ j, rows of the upper triangle end to end. */
  readonly productHigh: Float64Array;
  readonly productLow: Float64Array;
}

export interface Covariance {
  readonly columnCount: number;
  readonly rowCount: number;
  readonly mean: Float64Array;
  /** columnCount × columnCount, row by row; divided by rowCount - 1. */
  readonly covariance: Float64Array;
}

/** 134,217,728 rows. */
export const MAX_ROWS = 2 ** 27;

const UNITS = 2 ** 50;
const LIMB = 2 ** 25;
/** Adding and taking away 1.5·2⁵² rounds a double below 2⁵¹ in size to a whole number. */
const ROUNDER = 1.5 * 2 ** 52;

export function createSums(columnCount: number): CovarianceSums {
  const pairs = (columnCount * (columnCount + 1)) / 2;
  return {
    columnCount,
    rowCount: 0,
    sumHigh: new Float64Array(columnCount),
    sumLow: new Float64Array(columnCount),
    productHigh: new Float64Array(pairs),
    productLow: new Float64Array(pairs),
  };
}

/**
 * Adds rows to `sums`, in place.
 * @throws RangeError when an entry lies outside [-1, 1] or is NaN, when column counts differ, or above `MAX_ROWS`
 */
export function addRows(sums: CovarianceSums, rows: SparseRows): void {
  const { columnCount, sumHigh, sumLow, productHigh, productLow } = sums;
  checkRoom(sums, rows.columnCount, rows.rowCount);
  const { offsets, columns, values } = rows;
  for (let at = 0; at < values.length; at++) {
    if (!(Math.abs(values[at] as number) <= 1)) {
      throw new RangeError(`entry ${values[at]} is outside [-1, 1]: scale rows to unit length first`);
    }
  }
  for (let row = 0; row < rows.rowCount; row++) {
    const end = offsets[row + 1] as number;
    for (let at = offsets[row] as number; at < end; at++) {
      const column = columns[at] as number;
      const value = values[at] as number;
      const units = value * UNITS + ROUNDER - ROUNDER;
      const high = units / LIMB + ROUNDER - ROUNDER;
      sumHigh[column] = (sumHigh[column] as number) + high;
      sumLow[column] = (sumLow[column] as number) + (units - high * LIMB);
      const base = triangleRow(column, columnCount);
      for (let other = at; other < end; other++) {
        const pair = base + (columns[other] as number);
        const productUnits = value * (values[other] as number) * UNITS + ROUNDER - ROUNDER;
        const productHighPart = productUnits / LIMB + ROUNDER - ROUNDER;
        productHigh[pair] = (productHigh[pair] as number) + productHighPart;
        productLow[pair] = (productLow[pair] as number) + (productUnits - productHighPart * LIMB);
      }
    }
  }
  sums.rowCount += rows.rowCount;
}

/** Adds the sums of `part` to `into`, in place. @throws RangeError when column counts differ or above `MAX_ROWS` */
export function mergeSums(into: CovarianceSums, part: CovarianceSums): void {
  checkRoom(into, part.columnCount, part.rowCount);
  into.rowCount += part.rowCount;
  for (const field of ["sumHigh", "sumLow", "productHigh", "productLow"] as const) {
    const target = into[field];
    const source = part[field];
    for (let i = 0; i < target.length; i++) {
      target[i] = (target[i] as number) + (source[i] as number);
    }
  }
}

/**
 * Mean and covariance of all rows added. No rows: means 0. Fewer than two rows: covariance 0, as nothing varies.
 * Variances are never negative.
 */
export function extractCovariance(sums: CovarianceSums): Covariance {
  const { columnCount, rowCount, sumHigh, sumLow, productHigh, productLow } = sums;
  const joined = (high: Float64Array, low: Float64Array, i: number) => ((high[i] as number) * LIMB + (low[i] as number)) / UNITS;
  const mean = new Float64Array(columnCount);
  const covariance = new Float64Array(columnCount * columnCount);
  if (rowCount > 0) {
    mean.forEach((_, i) => (mean[i] = joined(sumHigh, sumLow, i) / rowCount));
  }
  if (rowCount > 1) {
    for (let i = 0; i < columnCount; i++) {
      for (let j = i; j < columnCount; j++) {
        const product = joined(productHigh, productLow, triangleRow(i, columnCount) + j);
        const value = (product - rowCount * (mean[i] as number) * (mean[j] as number)) / (rowCount - 1);
        covariance[i * columnCount + j] = covariance[j * columnCount + i] = i === j ? Math.max(0, value) : value;
      }
    }
  }
  return { columnCount, rowCount, mean, covariance };
}

/** Index of pair (i, j), i ≤ j, is `triangleRow(i) + j`. */
const triangleRow = (i: number, columnCount: number) => (i * (2 * columnCount - i - 1)) / 2;

function checkRoom(sums: CovarianceSums, columnCount: number, rowCount: number): void {
  if (columnCount !== sums.columnCount) {
    throw new RangeError(`rows of ${columnCount} columns do not fit sums of ${sums.columnCount}`);
  }
  if (sums.rowCount + rowCount > MAX_ROWS) {
    throw new RangeError(`covariance of more than ${MAX_ROWS} rows: draw a sample`);
  }
}

/** Little-endian doubles: column count, row count, then the four limb arrays in the order of the type. */
export function encodeSums(sums: CovarianceSums): Uint8Array {
  const { columnCount, rowCount, sumHigh, sumLow, productHigh, productLow } = sums;
  const numbers = new Float64Array(2 + 2 * columnCount + 2 * productHigh.length);
  numbers[0] = columnCount;
  numbers[1] = rowCount;
  let at = 2;
  for (const limbs of [sumHigh, sumLow, productHigh, productLow]) {
    numbers.set(limbs, at);
    at += limbs.length;
  }
  return new Uint8Array(numbers.buffer);
}

/** @throws RangeError when `bytes` is not what `encodeSums` wrote */
export function decodeSums(bytes: Uint8Array): CovarianceSums {
  // A copy owns its memory from byte 0, so it is aligned.
  const copy = new Uint8Array(bytes);
  const numbers = copy.length % 8 === 0 ? new Float64Array(copy.buffer) : new Float64Array(0);
  const columnCount = numbers[0] ?? -1;
  const pairs = (columnCount * (columnCount + 1)) / 2;
  if (!(columnCount >= 0) || numbers.length !== 2 + 2 * columnCount + 2 * pairs) {
    throw new RangeError("not covariance sums");
  }
  const ends = [2, 2 + columnCount, 2 + 2 * columnCount, 2 + 2 * columnCount + pairs, numbers.length];
  const limbs = (part: number) => numbers.slice(ends[part], ends[part + 1]);
  return {
    columnCount,
    rowCount: numbers[1] as number,
    sumHigh: limbs(0),
    sumLow: limbs(1),
    productHigh: limbs(2),
    productLow: limbs(3),
  };
}
