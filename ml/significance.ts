import { jStat } from "jstat";

/** A test's statistic and p-value. */
export interface TestResult {
  readonly statistic: number;
  readonly pValue: number;
}

/**
 * Upper tail of the chi-square distribution, exact to about 1e-12 relative even where it is tiny (1 - cdf would be 0 there).
 * 1 for x ≤ 0.
 */
export const chiSquareTail = (x: number, degrees: number) => upperGamma(degrees / 2, x / 2);

/** Probability that a standard normal number is farther from 0 than z. */
export const normalTwoSided = (z: number) => upperGamma(0.5, (z * z) / 2);

/** Regularised upper incomplete gamma function Q(a, x): a series below a + 1, a continued fraction (Lentz) above. */
function upperGamma(a: number, x: number): number {
  if (!(x > 0)) return 1;
  const scale = Math.exp(a * Math.log(x) - x - jStat.gammaln(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < 10_000 && term > sum * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return Math.min(1, Math.max(0, 1 - scale * sum));
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b);
    c = b + numerator / c;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return Math.min(1, scale * fraction);
}

/**
 * Pearson's chi-square test that rows and columns of a table of counts are unrelated. Empty rows and columns are left out; fewer than
 * two left of either: statistic 0, p = 1.
 * @returns also the degrees of freedom, and Cramér's V (0 unrelated .. 1 one determines the other)
 */
export function chiSquareTest(table: readonly (readonly number[])[]): TestResult & { degrees: number; cramersV: number } {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, value) => total + value, 0);
  const rows = table.filter((row) => sum(row) > 0);
  const columnSums = (rows[0] ?? []).map((_, j) => sum(rows.map((row) => row[j] ?? 0)));
  const columns = columnSums.map((_, j) => j).filter((j) => (columnSums[j] as number) > 0);
  const total = sum(columnSums);
  const degrees = (rows.length - 1) * (columns.length - 1);
  if (rows.length < 2 || columns.length < 2) return { statistic: 0, pValue: 1, degrees: 0, cramersV: 0 };
  let statistic = 0;
  for (const row of rows) {
    for (const j of columns) {
      const expected = (sum(row) * (columnSums[j] as number)) / total;
      statistic += ((row[j] ?? 0) - expected) ** 2 / expected;
    }
  }
  const cramersV = Math.sqrt(statistic / (total * (Math.min(rows.length, columns.length) - 1)));
  return { statistic, pValue: chiSquareTail(statistic, degrees), degrees, cramersV };
}

/** Both groups up to this size, without ties: the exact distribution of U. */
const EXACT_UP_TO = 25;

/**
 * Mann–Whitney U test, two-sided, that neither of two groups tends to larger values (Mann & Whitney 1947,
 * doi:10.1214/aoms/1177730491). Exact for small groups without ties, else normal with tie and continuity correction. An empty group,
 * or all values equal: p = 1.
 * @returns U of the first group, and the chance that one of the first exceeds one of the second (ties count half)
 */
export function mannWhitney(first: ArrayLike<number>, second: ArrayLike<number>): TestResult & { superiority: number } {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return { statistic: 0, pValue: 1, superiority: 0.5 };
  const values = [
    ...Array.from(first, (value) => ({ value, own: true })),
    ...Array.from(second, (value) => ({ value, own: false })),
  ];
  values.sort((a, b) => a.value - b.value);
  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0; start < values.length;) {
    let end = start;
    while (end < values.length && values[end]?.value === values[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) rankSum += values[i]?.own ? rank : 0;
    tieTerm += (end - start) ** 3 - (end - start);
    start = end;
  }
  const u = rankSum - (n * (n + 1)) / 2;
  const superiority = u / (n * m);
  if (tieTerm === 0 && n <= EXACT_UP_TO && m <= EXACT_UP_TO) {
    return { statistic: u, pValue: exactUTail(n, m, Math.min(u, n * m - u)), superiority };
  }
  const total = n + m;
  const variance = ((n * m) / 12) * (total + 1 - tieTerm / (total * (total - 1)));
  if (variance <= 0) return { statistic: u, pValue: 1, superiority };
  const z = Math.max(0, Math.abs(u - (n * m) / 2) - 0.5) / Math.sqrt(variance);
  return { statistic: u, pValue: normalTwoSided(z), superiority };
}

/** Two-sided chance of a U as small as `u`, by counting arrangements: f(n, m, u) = f(n-1, m, u-m) + f(n, m-1, u). */
function exactUTail(n: number, m: number, u: number): number {
  // counts[j][v]: arrangements of i first and j second values with U = v.
  const top = n * m;
  let counts = Array.from({ length: m + 1 }, () => Float64Array.from({ length: top + 1 }, (_, v) => (v === 0 ? 1 : 0)));
  for (let i = 1; i <= n; i++) {
    const next: Float64Array<ArrayBuffer>[] = [];
    for (let j = 0; j <= m; j++) {
      next.push(
        Float64Array.from({ length: top + 1 }, (_, v) => {
          const withFirst = v >= j ? (counts[j]?.[v - j] ?? 0) : 0;
          return withFirst + (j > 0 ? (next[j - 1]?.[v] ?? 0) : 0);
        }),
      );
    }
    counts = next;
  }
  const all = (counts[m] as Float64Array).reduce((sum, count) => sum + count, 0);
  const tail = (counts[m] as Float64Array).reduce((sum, count, v) => sum + (v <= u ? count : 0), 0);
  return Math.min(1, (2 * tail) / all);
}
