/**
 * A sum of doubles without rounding, as numbers that do not overlap, ascending in magnitude: the same total in any order and grouping.
 *
 * Shewchuk, "Adaptive Precision Floating-Point Arithmetic and Fast Robust Geometric Predicates", Discrete & Computational Geometry 18
 * (1997), doi:10.1007/PL00009321. As in Python's `math.fsum`.
 */
export type ExactSum = number[];

/** Adds a finite number; changes `sum`. A sum beyond the doubles is not defined. */
export function addExactly(sum: ExactSum, value: number): void {
  let x = value;
  let kept = 0;
  for (let i = 0; i < sum.length; i++) {
    let y = sum[i]!;
    if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
    const high = x + y;
    const low = y - (high - x);
    if (low !== 0) sum[kept++] = low;
    x = high;
  }
  sum.length = kept;
  if (x !== 0) sum.push(x);
}

/** The double nearest to the sum, ties to even; 0 for an empty one. */
export function roundedSum(sum: ExactSum): number {
  let i = sum.length - 1;
  if (i < 0) return 0;
  let high = sum[i]!;
  let low = 0;
  while (low === 0 && i > 0) {
    const x = high;
    const y = sum[--i]!;
    high = x + y;
    low = y - (high - x);
  }
  // Half way between two doubles, what is left decides.
  if (i > 0 && ((low < 0 && sum[i - 1]! < 0) || (low > 0 && sum[i - 1]! > 0))) {
    const y = low * 2;
    const x = high + y;
    if (y === x - high) high = x;
  }
  return high;
}
