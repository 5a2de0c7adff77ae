import { distancesOf } from "./kmedoids/distances";
import { visitDistances } from "./kmedoids/pointMemory";
import { selectPoints, type Points } from "./kmedoids/points";
import { random, sampleWithoutReplacement, seedFrom } from "./random";

export interface Silhouette {
  /** Mean over the rows judged, -1..1. */
  readonly mean: number;
  /** Standard error of `mean`, with the rows judged as a sample; 0 for fewer than two. */
  readonly standardError: number;
  /** Mean per cluster; 0 for a cluster without rows. */
  readonly perCluster: Float64Array;
  /** Rows judged. */
  readonly rowCount: number;
  /** True when those are a random part of all rows, and distances are to that part only. */
  readonly sampled: boolean;
  /** In words, for reports: "silhouette over all 8,000 rows" or "… of a random 5,000 of 500,000 rows (seed 7)". */
  readonly statement: string;
}

/**
 * Silhouette (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7): (b - a) / max(a, b), with a the mean distance of a row to the other
 * rows of its cluster and b the smallest mean distance to another cluster. Rows alone in their cluster, and rows with a = b = 0, count 0;
 * so does everything when there is one cluster.
 * @param labels cluster of each row, 0 .. k-1
 * @param sample rows judged at most, and the seed that draws them
 */
export function silhouette(
  points: Points,
  labels: ArrayLike<number>,
  k: number,
  sample: { readonly maxRows: number; readonly seed: number } = { maxRows: 10_000, seed: 0 },
): Silhouette {
  const all = points.count;
  if (all <= sample.maxRows) {
    return { ...judge(points, labels, k), rowCount: all, sampled: false, statement: `silhouette over all ${grouped(all)} rows` };
  }
  const rows = sampleWithoutReplacement(all, sample.maxRows, random(seedFrom(sample.seed, "silhouette"))).sort();
  const chosen = Uint32Array.from(rows, (row) => labels[row] as number);
  const judged = judge(selectPoints(points, rows), chosen, k);
  const statement = `silhouette of a random ${grouped(sample.maxRows)} of ${grouped(all)} rows (seed ${sample.seed})`;
  return { ...judged, rowCount: sample.maxRows, sampled: true, statement };
}

/** Rows are put in order of their clusters, so that each cluster is one range to sum. A stored matrix needs each distance only once. */
function judge(points: Points, labels: ArrayLike<number>, k: number) {
  const { members, starts } = byCluster(labels, points.count, k);
  const distances = distancesOf(selectPoints(points, members));
  const size = (c: number) => (starts[c + 1] as number) - (starts[c] as number);
  const sums = new Float64Array(k);
  const perCluster = new Float64Array(k);
  let squares = 0;
  for (let own = 0; own < k; own++) {
    if (size(own) <= 1) continue;
    for (let i = starts[own] as number; i < (starts[own + 1] as number); i++) {
      distances.rangeSums(i, starts, sums);
      let a = 0;
      let b = Infinity;
      for (let c = 0; c < k; c++) {
        if (size(c) === 0) continue;
        if (c === own) a = (sums[c] as number) / (size(c) - 1);
        else b = Math.min(b, (sums[c] as number) / size(c));
      }
      const largest = Math.max(a, b);
      if (!(b < Infinity && largest > 0)) continue;
      const width = (b - a) / largest;
      perCluster[own] = (perCluster[own] as number) + width;
      squares += width * width;
    }
  }
  distances.release();
  const total = perCluster.reduce((sum, value) => sum + value, 0);
  return {
    ...meanOf(total, squares, points.count),
    perCluster: perCluster.map((sum, c) => (size(c) > 0 ? sum / size(c) : 0)),
  };
}

/** Mean and its standard error, from sums of values and of their squares. */
function meanOf(total: number, squares: number, count: number): { readonly mean: number; readonly standardError: number } {
  if (count === 0) return { mean: 0, standardError: 0 };
  const mean = total / count;
  const variance = count > 1 ? Math.max(0, squares - count * mean * mean) / (count - 1) : 0;
  return { mean, standardError: Math.sqrt(variance / count) };
}

/** Rows of cluster c, ascending, are `members[starts[c] .. starts[c+1]]`. */
function byCluster(labels: ArrayLike<number>, count: number, k: number) {
  const starts = new Uint32Array(k + 1);
  for (let i = 0; i < count; i++) {
    const next = (labels[i] as number) + 1;
    starts[next] = (starts[next] as number) + 1;
  }
  for (let c = 0; c < k; c++) {
    starts[c + 1] = (starts[c + 1] as number) + (starts[c] as number);
  }
  const free = starts.slice(0, k);
  const members = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const c = labels[i] as number;
    members[free[c] as number] = i;
    free[c] = (free[c] as number) + 1;
  }
  return { members, starts };
}

/**
 * Medoid silhouette, mean of 1 - d₁/d₂ with d₁ and d₂ the distances to the nearest and second nearest medoid (Van der Laan, Pollard &
 * Bryan 2003; Lenssen & Schubert 2024, doi:10.1016/j.is.2023.102290). Another number than the silhouette, usually larger: label it so.
 * Rows at distance 0 of two medoids count 0; one medoid gives 0.
 * @returns also the standard error of the mean distance d₁, in the same pass
 */
export function medoidSilhouette(points: Points, medoids: Points) {
  const first = new Float32Array(points.count).fill(Infinity);
  const second = new Float32Array(points.count).fill(Infinity);
  visitDistances(points, null, medoids, (_, start, toMedoid) => {
    for (let i = 0; i < toMedoid.length; i++) {
      const d = toMedoid[i] as number;
      const at = start + i;
      if (d < (first[at] as number)) {
        second[at] = first[at] as number;
        first[at] = d;
      } else if (d < (second[at] as number)) {
        second[at] = d;
      }
    }
  });
  let [total, squares, distances, distanceSquares] = [0, 0, 0, 0];
  for (let i = 0; i < points.count; i++) {
    const [d1, d2] = [first[i] as number, second[i] as number];
    const width = medoids.count > 1 && d2 > 0 ? 1 - d1 / d2 : 0;
    total += width;
    squares += width * width;
    distances += d1;
    distanceSquares += d1 * d1;
  }
  const { standardError: distanceError } = meanOf(distances, distanceSquares, points.count);
  return { ...meanOf(total, squares, points.count), distanceError };
}

const grouped = (count: number) => count.toLocaleString("en-US");
