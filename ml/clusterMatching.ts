/** Rows by (old label, new label): cell (a, b) is `counts[a·newCount + b]`. */
export interface Contingency {
  readonly oldCount: number;
  readonly newCount: number;
  readonly counts: Float64Array;
  readonly oldSizes: Float64Array;
  readonly newSizes: Float64Array;
  readonly rowCount: number;
}

/** @throws RangeError when the label lists differ in length */
export function contingency(
  oldLabels: ArrayLike<number>,
  newLabels: ArrayLike<number>,
  oldCount: number,
  newCount: number,
): Contingency {
  if (oldLabels.length !== newLabels.length) {
    throw new RangeError(`${oldLabels.length} old labels and ${newLabels.length} new ones are not of the same rows`);
  }
  const counts = new Float64Array(oldCount * newCount);
  for (let i = 0; i < oldLabels.length; i++) {
    const cell = (oldLabels[i] as number) * newCount + (newLabels[i] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return contingencyOf(counts, oldCount, newCount);
}

/** A table from counts made elsewhere, e.g. summed over parts. @throws RangeError when the size is wrong */
export function contingencyOf(counts: Float64Array, oldCount: number, newCount: number): Contingency {
  if (counts.length !== oldCount * newCount) {
    throw new RangeError(`${counts.length} counts are not ${oldCount} × ${newCount}`);
  }
  const oldSizes = new Float64Array(oldCount);
  const newSizes = new Float64Array(newCount);
  counts.forEach((count, cell) => {
    const a = Math.floor(cell / newCount);
    const b = cell % newCount;
    oldSizes[a] = (oldSizes[a] as number) + count;
    newSizes[b] = (newSizes[b] as number) + count;
  });
  return { oldCount, newCount, counts, oldSizes, newSizes, rowCount: oldSizes.reduce((sum, size) => sum + size, 0) };
}

/** |A ∩ B| / |A ∪ B| of an old and a new cluster; 0 when both are empty. */
export function jaccard(table: Contingency, a: number, b: number): number {
  const shared = table.counts[a * table.newCount + b] as number;
  const union = (table.oldSizes[a] as number) + (table.newSizes[b] as number) - shared;
  return union > 0 ? shared / union : 0;
}

/**
 * Adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075): 1 for equal partitions, about 0 for unrelated ones. 1 when both
 * put all rows together or all apart; 0 rows count as equal.
 */
export function adjustedRandIndex(table: Contingency): number {
  const pairs = (sizes: Float64Array) => sizes.reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
  const both = pairs(table.counts);
  const old = pairs(table.oldSizes);
  const now = pairs(table.newSizes);
  const all = (table.rowCount * (table.rowCount - 1)) / 2;
  const expected = all > 0 ? (old * now) / all : 0;
  const largest = (old + now) / 2;
  return largest === expected ? 1 : (both - expected) / (largest - expected);
}

/**
 * Best one-to-one matching of old and new clusters: the largest sum of `score` (Hungarian method, Kuhn 1955,
 * doi:10.1002/nav.3800020109, with shortest augmenting paths; O(n³)).
 * @returns new cluster of each old one, or -1 where there are more old than new
 */
export function bestMatching(oldCount: number, newCount: number, score: (a: number, b: number) => number): Int32Array {
  const size = Math.max(oldCount, newCount);
  const cost = (i: number, j: number) => (i < oldCount && j < newCount ? -score(i, j) : 0);
  const rowPotential = new Float64Array(size + 1);
  const columnPotential = new Float64Array(size + 1);
  // Row matched to each column, 1-based; column 0 holds the row being placed.
  const rowOf = new Int32Array(size + 1);
  for (let row = 1; row <= size; row++) {
    const slack = new Float64Array(size + 1).fill(Infinity);
    const cameFrom = new Int32Array(size + 1);
    const done = new Uint8Array(size + 1);
    rowOf[0] = row;
    let column = 0;
    do {
      done[column] = 1;
      const i = rowOf[column] as number;
      let step = Infinity;
      let next = 0;
      for (let j = 1; j <= size; j++) {
        if (done[j] === 1) continue;
        const reduced = cost(i - 1, j - 1) - (rowPotential[i] as number) - (columnPotential[j] as number);
        if (reduced < (slack[j] as number)) {
          slack[j] = reduced;
          cameFrom[j] = column;
        }
        if ((slack[j] as number) < step) {
          step = slack[j] as number;
          next = j;
        }
      }
      for (let j = 0; j <= size; j++) {
        if (done[j] === 1) {
          const matched = rowOf[j] as number;
          rowPotential[matched] = (rowPotential[matched] as number) + step;
          columnPotential[j] = (columnPotential[j] as number) - step;
        } else {
          slack[j] = (slack[j] as number) - step;
        }
      }
      column = next;
    } while (rowOf[column] !== 0);
    while (column !== 0) {
      const previous = cameFrom[column] as number;
      rowOf[column] = rowOf[previous] as number;
      column = previous;
    }
  }
  const match = new Int32Array(oldCount).fill(-1);
  for (let j = 1; j <= newCount; j++) {
    const i = (rowOf[j] as number) - 1;
    if (i >= 0 && i < oldCount) match[i] = j - 1;
  }
  return match;
}
