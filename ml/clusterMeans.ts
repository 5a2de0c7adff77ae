import { assignNearest } from "./kmedoids/assign";
import { evenlySpread, selectPoints, toPoints, type Points } from "./kmedoids/points";

/** Rounds of means: the first moves up to 5 % of the sessions of the logs we know, the second 2 %, a third would move less than 1 %. */
const MEAN_ROUNDS = 2;
/** Means are taken over at most so many rows, evenly spread. */
const SUMMED_ROWS = 25_000;

/** Where the centers of clusters lie, and the nearest one of each row. */
export interface CenteredClusters {
  /** One center per cluster, in the order of those given. */
  readonly centers: Points;
  readonly labels: Uint16Array;
}

/**
 * Moves the centers of clusters from real rows to the means of their rows, a few rounds of Lloyd's iteration (1982,
 * doi:10.1109/TIT.1982.1056489) from where k-medoids ended. A medoid is one row and lies off the middle of its cluster by chance, a
 * mean averages that chance out: two samples of the same logs agree better on the border between two clusters.
 *
 * A round that would leave a cluster without rows is not taken, so clusters that have rows keep some.
 * @param medoids the centers to start from, one per cluster
 * @param labels the nearest medoid of each row
 * @throws RangeError when there is no medoid or dimensions differ
 */
export function moveToMeans(points: Points, medoids: Points, labels: Uint16Array, rounds = MEAN_ROUNDS): CenteredClusters {
  const rows = evenlySpread(points.count, SUMMED_ROWS);
  const part = rows === null ? points : selectPoints(points, rows);
  let found: CenteredClusters = {
    centers: medoids,
    labels: rows === null ? labels : Uint16Array.from(rows, (row) => labels[row] as number),
  };
  for (let round = 0; round < rounds; round++) {
    const centers = meansOf(part, found.labels, found.centers);
    const next = { centers, labels: assignNearest(part, centers).labels };
    if (emptied(found.labels, next.labels, medoids.count)) break;
    found = next;
  }
  if (rows === null) return found;
  const all = { centers: found.centers, labels: assignNearest(points, found.centers).labels };
  return emptied(labels, all.labels, medoids.count) ? { centers: medoids, labels } : all;
}

/** Means of the rows of each cluster, summed in row order; clusters without rows keep their center. */
function meansOf({ count, dimensions, values }: Points, labels: Uint16Array, centers: Points): Points {
  const sums = new Float64Array(centers.count * dimensions);
  const sizes = new Uint32Array(centers.count);
  for (let row = 0, from = 0; row < count; row++, from += dimensions) {
    const cluster = labels[row] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    const to = cluster * dimensions;
    for (let d = 0; d < dimensions; d++) {
      sums[to + d] = (sums[to + d] as number) + (values[from + d] as number);
    }
  }
  const means = centers.values.map((value, at) => {
    const size = sizes[Math.floor(at / dimensions)] as number;
    return size === 0 ? value : (sums[at] as number) / size;
  });
  return toPoints(means, dimensions);
}

/** Whether a cluster that had rows has none after. */
function emptied(before: Uint16Array, after: Uint16Array, k: number): boolean {
  const had = new Uint8Array(k);
  const has = new Uint8Array(k);
  for (let row = 0; row < before.length; row++) {
    had[before[row] as number] = 1;
    has[after[row] as number] = 1;
  }
  return had.some((rows, cluster) => rows > (has[cluster] as number));
}
