import type { SparseRows } from "./sparse";

export interface NoiseCluster {
  /** The cluster whose sessions agree least. */
  readonly cluster: number;
  /** Rows of it / all rows, 0..1. */
  readonly share: number;
  /** Length of each cluster's mean row, 0..1: 1 when all its sessions are alike, near 0 when they share nothing; 0 without rows. */
  readonly concentration: Float64Array;
}

/**
 * The noise-like cluster of a clustering: the one whose unit-length rows point in the most different directions, measured by the mean
 * resultant length of directional statistics (Mardia & Jupp 2000, §9.2). Paper §5.1 calls the long-tail cluster "Noise" and wants it
 * small; people decide what it is in the end. Ties go to the larger cluster, then to the lower index.
 * @param rows unit-length TF-IDF rows
 * @throws RangeError when there is no row
 */
export function noiseLikeCluster(rows: SparseRows, labels: ArrayLike<number>, k: number): NoiseCluster {
  if (rows.rowCount === 0) {
    throw new RangeError("no rows, so no cluster of them");
  }
  const sums = new Float64Array(k * rows.columnCount);
  const sizes = new Uint32Array(k);
  for (let i = 0; i < rows.rowCount; i++) {
    const cluster = labels[i] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    for (let at = rows.offsets[i] as number; at < (rows.offsets[i + 1] as number); at++) {
      const cell = cluster * rows.columnCount + (rows.columns[at] as number);
      sums[cell] = (sums[cell] as number) + (rows.values[at] as number);
    }
  }
  const concentration = new Float64Array(k);
  let noise = -1;
  for (let c = 0; c < k; c++) {
    const size = sizes[c] as number;
    if (size === 0) continue;
    const sum = sums.subarray(c * rows.columnCount, (c + 1) * rows.columnCount);
    concentration[c] = Math.sqrt(sum.reduce((total, value) => total + value * value, 0)) / size;
    const least = noise < 0 ? Infinity : (concentration[noise] as number);
    const value = concentration[c] as number;
    if (value < least || (value === least && size > (sizes[noise] as number))) noise = c;
  }
  return { cluster: noise, share: (sizes[noise] as number) / rows.rowCount, concentration };
}
