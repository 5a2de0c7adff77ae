import { assignNearest, type Assignment } from "./kmedoids/assign";
import { toPoints, type Points } from "./kmedoids/points";

/** Rounds of means: the first moves up to 5 % of the sessions of the logs we know, the second 2 %, a third would move less than 1 %. */
export const MEAN_ROUNDS = 2;

/** Where the centers of clusters lie, and which is nearest to each row. */
export interface CenteredClusters {
  /** One center per cluster, in the order of those given. */
  readonly centers: Points;
  readonly assignment: Assignment;
}

/**
 * Moves the centers of clusters from real rows to the means of their rows, a few rounds of Lloyd's iteration (1982,
 * doi:10.1109/TIT.1982.1056489) from where k-medoids ended. A medoid is one row and lies off the middle of its cluster by chance, a
 * mean averages that chance out: two samples of the same logs agree better on the border between two clusters.
 *
 * A round that would leave a cluster without rows is not taken, so clusters that have rows keep some.
 * @param medoids the centers to start from, one per cluster
 * @throws RangeError when there is no medoid or dimensions differ
 */
export function moveToMeans(points: Points, medoids: Points, rounds = MEAN_ROUNDS): CenteredClusters {
  let found: CenteredClusters = { centers: medoids, assignment: assignNearest(points, medoids) };
  for (let round = 0; round < rounds; round++) {
    const centers = meansOf(points, found.assignment.labels, found.centers);
    const next = { centers, assignment: assignNearest(points, centers) };
    if (emptied(found.assignment.labels, next.assignment.labels, medoids.count)) break;
    found = next;
  }
  return found;
}

/** Means of the rows of each cluster, summed in row order; clusters without rows keep their center. */
function meansOf({ count, dimensions, values }: Points, labels: Uint16Array, centers: Points): Points {
  const sums = new Float64Array(centers.count * dimensions);
  const sizes = new Uint32Array(centers.count);
  for (let row = 0; row < count; row++) {
    const cluster = labels[row] as number;
    sizes[cluster] = (sizes[cluster] as number) + 1;
    const from = row * dimensions;
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

function emptied(before: Uint16Array, after: Uint16Array, k: number): boolean {
  const had = new Uint8Array(k);
  const has = new Uint8Array(k);
  before.forEach((label) => (had[label] = 1));
  after.forEach((label) => (has[label] = 1));
  return had.some((had, cluster) => had > (has[cluster] as number));
}
