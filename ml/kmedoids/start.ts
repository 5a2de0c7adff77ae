import { below, sampleWithoutReplacement, type Random } from "../random";
import type { Distances } from "./distances";

/** k different rows at random. @throws RangeError when k > count */
export const randomStart = (count: number, k: number, draw: Random) => sampleWithoutReplacement(count, k, draw);

/**
 * LAB, linear approximative BUILD (Schubert & Rousseeuw 2019, doi:10.1007/978-3-030-32047-8_16): medoids are chosen one after another,
 * each the best of 10 + ⌈√n⌉ random candidates, judged on those candidates alone. A better start than chance for O(k·n) distances.
 * @throws RangeError when k > count
 */
export function labStart(distances: Distances, k: number, draw: Random): Uint32Array {
  const n = distances.count;
  if (k > n) {
    throw new RangeError(`cannot choose ${k} medoids among ${n} rows`);
  }
  const size = Math.min(n, 10 + Math.ceil(Math.sqrt(n)));
  const medoids = new Uint32Array(k);
  const chosen = new Set<number>();
  const nearest = new Float32Array(n).fill(Infinity);
  for (let slot = 0; slot < k; slot++) {
    const candidates = drawFree(n, Math.min(size, n - slot), chosen, draw);
    let best = candidates[0] as number;
    let bestSum = Infinity;
    for (const candidate of candidates) {
      const row = distances.row(candidate);
      let sum = 0;
      for (const other of candidates) {
        const d = row[other] as number;
        const known = nearest[other] as number;
        sum += slot === 0 ? d : Math.min(0, d - known);
      }
      if (sum < bestSum) {
        bestSum = sum;
        best = candidate;
      }
    }
    medoids[slot] = best;
    chosen.add(best);
    const row = distances.row(best);
    for (let o = 0; o < n; o++) {
      if ((row[o] as number) < (nearest[o] as number)) nearest[o] = row[o] as number;
    }
  }
  return medoids;
}

/** `size` different rows that are no medoid yet. */
function drawFree(n: number, size: number, taken: ReadonlySet<number>, draw: Random): number[] {
  if ((size + taken.size) * 2 > n) {
    const free = Array.from({ length: n }, (_, i) => i).filter((row) => !taken.has(row));
    return Array.from(sampleWithoutReplacement(free.length, size, draw), (i) => free[i] as number);
  }
  const drawn = new Set<number>();
  while (drawn.size < size) {
    const row = below(n, draw);
    if (!taken.has(row)) drawn.add(row);
  }
  return [...drawn];
}
