import { assignNearest, type Assignment } from "./assign";
import { visitDistances } from "./pointMemory";
import { evenlySpread, selectPoints, type Points } from "./points";

/** Real rows nearest to a cluster's geometric median that are tried as its medoid. */
const CANDIDATES = 40;
const WEISZFELD_ROUNDS = 6;
/** Medians and sums are computed on at most so many rows, evenly spread. */
const SUMMED_ROWS = 25_000;
/** A round must win more than this share of the loss, else the polish ends. */
const LEAST_GAIN = 1e-5;

/**
 * Moves each medoid to a better row of its own cluster, over all rows: geometric median (Weiszfeld 1937,
 * doi:10.1007/s10479-008-0352-z), the `CANDIDATES` rows nearest to it, sums of distances for each, then every row is assigned anew;
 * repeated while the loss falls. Takes back most of what a subsample loses, for a few passes over the data.
 * @param medoids rows, one per cluster
 * @returns medoids ascending, never worse than those given
 */
export function polishMedoids(
  points: Points,
  medoids: ArrayLike<number>,
  maxRounds: number,
): { readonly medoids: Uint32Array; readonly assignment: Assignment; readonly rounds: number } {
  let best = Uint32Array.from(medoids).sort();
  let assignment = assignNearest(points, selectPoints(points, best));
  let rounds = 0;
  while (rounds < maxRounds) {
    rounds += 1;
    const moved = betterRows(points, best, assignment.labels).sort();
    const next = assignNearest(points, selectPoints(points, moved));
    const gained = assignment.loss - next.loss;
    if (gained > 0) {
      best = moved;
      assignment = next;
    }
    if (!(gained > LEAST_GAIN * assignment.loss)) break;
  }
  return { medoids: best, assignment, rounds };
}

function betterRows(points: Points, medoids: Uint32Array, labels: Uint16Array): Uint32Array<ArrayBuffer> {
  const summed = evenlySpread(points.count, SUMMED_ROWS) ?? Uint32Array.from(labels, (_, row) => row);
  const medians = geometricMedians(points, medoids, labels, summed);
  const candidates = nearestRows(points, medians, labels);
  medoids.forEach((medoid, cluster) => {
    const rows = candidates[cluster] as number[];
    if (!rows.includes(medoid)) rows.push(medoid);
    rows.sort((a, b) => a - b);
  });
  const sums = candidates.map((rows) => new Float64Array(rows.length));
  rowsByCluster(labels, medoids.length, summed).forEach((members, cluster) => {
    const sum = sums[cluster] as Float64Array;
    visitDistances(points, members, selectPoints(points, candidates[cluster] as number[]), (candidate, _, distances) => {
      let total = sum[candidate] as number;
      for (let i = 0; i < distances.length; i++) {
        total += distances[i] as number;
      }
      sum[candidate] = total;
    });
  });
  return Uint32Array.from(candidates, (rows, cluster) => {
    const sum = sums[cluster] as Float64Array;
    let best = rows.indexOf(medoids[cluster] as number);
    sum.forEach((value, c) => {
      if (value < (sum[best] as number)) best = c;
    });
    return rows[best] as number;
  });
}

function rowsByCluster(labels: Uint16Array, k: number, rows: Uint32Array): number[][] {
  const members = Array.from({ length: k }, () => [] as number[]);
  for (const row of rows) {
    members[labels[row] as number]?.push(row);
  }
  return members;
}

/** Weiszfeld's iteration for all clusters at once, started at the medoids; k × dimensions, 64-bit. */
function geometricMedians(points: Points, medoids: Uint32Array, labels: Uint16Array, rows: Uint32Array): Float64Array {
  // Rows far apart cost more to fetch than to work on: they are copied once for all rounds.
  const { count, dimensions, values } = rows.length === points.count ? points : selectPoints(points, rows);
  const medians = Float64Array.from(selectPoints(points, medoids).values);
  const weighted = new Float64Array(medians.length);
  const weights = new Float64Array(medoids.length);
  for (let round = 0; round < WEISZFELD_ROUNDS; round++) {
    weighted.fill(0);
    weights.fill(0);
    for (let i = 0; i < count; i++) {
      const cluster = labels[rows[i] as number] as number;
      const at = i * dimensions;
      const base = cluster * dimensions;
      // A point on the median would have infinite weight; a tiny floor keeps the step finite.
      const weight = 1 / Math.max(1e-9, Math.sqrt(squaredDistance(values, at, medians, base, dimensions, Infinity)));
      weights[cluster] = (weights[cluster] as number) + weight;
      for (let d = 0; d < dimensions; d++) {
        weighted[base + d] = (weighted[base + d] as number) + weight * (values[at + d] as number);
      }
    }
    weights.forEach((weight, cluster) => {
      for (let d = cluster * dimensions; weight > 0 && d < (cluster + 1) * dimensions; d++) {
        medians[d] = (weighted[d] as number) / weight;
      }
    });
  }
  return medians;
}

/** What is `enough` or more is not summed to the end: the first components tell most. */
function squaredDistance(a: Float32Array, atA: number, b: Float64Array, atB: number, dimensions: number, enough: number): number {
  let sum = 0;
  for (let d = 0; d < dimensions && sum < enough; d++) {
    const difference = (a[atA + d] as number) - (b[atB + d] as number);
    sum += difference * difference;
  }
  return sum;
}

/** The rows of each cluster nearest to its median, at most `CANDIDATES`; ties to the lowest row. */
function nearestRows(points: Points, medians: Float64Array, labels: Uint16Array): number[][] {
  const { count, dimensions, values } = points;
  const k = medians.length / dimensions;
  const kept = Array.from({ length: k }, () => [] as { row: number; squared: number }[]);
  for (let row = 0; row < count; row++) {
    const cluster = labels[row] as number;
    const list = kept[cluster] as { row: number; squared: number }[];
    const farthest = list.length === CANDIDATES ? (list[CANDIDATES - 1] as { squared: number }).squared : Infinity;
    const squared = squaredDistance(values, row * dimensions, medians, cluster * dimensions, dimensions, farthest);
    if (squared >= farthest) continue;
    let at = Math.min(list.length, CANDIDATES - 1);
    while (at > 0 && (list[at - 1]?.squared ?? 0) > squared) {
      list[at] = list[at - 1] as { row: number; squared: number };
      at -= 1;
    }
    list[at] = { row, squared };
  }
  return kept.map((list) => list.map(({ row }) => row));
}
