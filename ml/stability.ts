import { fasterPamChain, type Sweep } from "./kmedoids/chain";
import { distancesOf } from "./kmedoids/distances";
import type { KMedoidsResult } from "./kmedoids/fasterPam";
import { neighbourOrder } from "./kmedoids/neighbourOrder";
import { selectPoints, type Points } from "./kmedoids/points";
import { random, sampleWithoutReplacement, seedFrom } from "./random";

/** How well each original cluster was found again in one half of the rows. */
export interface SubsetStability {
  readonly subset: number;
  readonly k: number;
  /** Largest Jaccard similarity of each original cluster (restricted to the subset) with any new cluster, 0..1. */
  readonly jaccard: Float64Array;
}

/** A clustering whose stability is asked. */
export interface Labelled {
  readonly k: number;
  /** Cluster of each row, 0 .. k-1. */
  readonly labels: ArrayLike<number>;
}

/**
 * Clusters a random half of the rows anew, for each clustering with its k, and compares (Hennig 2007, doi:10.1016/j.csda.2006.11.025,
 * scheme "subset"; paper §5.1). All k share the half and its distances. The result for a k depends on the seed, the subset's number and
 * that clustering only, so that subsets may be spread over workers. Never started from the full clustering's medoids: that would inflate
 * stability; each half has starts of its own.
 * @param labelsOf how a k-medoids clustering labels the rows it was made of: as the clusterings compared were labelled
 * @returns in the order of `clusterings`
 * @throws RangeError when half of the rows are fewer than a k
 */
export function subsetStability(
  points: Points,
  clusterings: readonly Labelled[],
  subset: number,
  seed: number,
  sweep: Sweep = fasterPamChain,
  labelsOf: (points: Points, found: KMedoidsResult) => ArrayLike<number> = (_, { labels }) => labels,
): SubsetStability[] {
  const size = Math.floor(points.count / 2);
  const ks = clusterings.map(({ k }) => k);
  const most = Math.max(...ks);
  if (size < most) {
    throw new RangeError(`half of ${points.count} rows cannot be clustered in ${most}: at least ${2 * most} rows are needed`);
  }
  const ownSeed = seedFrom(seed, "stability", subset);
  const draw = random(ownSeed);
  const rows = neighbourOrder(points, sampleWithoutReplacement(points.count, size, draw).sort(), draw);
  const half = selectPoints(points, rows);
  const distances = distancesOf(half);
  const again = sweep(distances, ks, ownSeed);
  distances.release();
  return clusterings.map(({ k, labels }, i) => {
    const original = Uint16Array.from(rows, (row) => labels[row] as number);
    return { subset, k, jaccard: bestJaccards(original, labelsOf(half, again[i] as KMedoidsResult), k) };
  });
}

/**
 * Largest Jaccard similarity |C ∩ D| / |C ∪ D| of each cluster C of `original` with any cluster D of `again`, both over the same rows
 * with labels 0 .. k-1. No one-to-one matching. 0 for a cluster without rows.
 */
export function bestJaccards(original: ArrayLike<number>, again: ArrayLike<number>, k: number): Float64Array {
  const both = new Uint32Array(k * k);
  const ofOriginal = new Uint32Array(k);
  const ofAgain = new Uint32Array(k);
  for (let i = 0; i < original.length; i++) {
    const a = original[i] as number;
    const b = again[i] as number;
    both[a * k + b] = (both[a * k + b] as number) + 1;
    ofOriginal[a] = (ofOriginal[a] as number) + 1;
    ofAgain[b] = (ofAgain[b] as number) + 1;
  }
  return Float64Array.from({ length: k }, (_, a) => {
    let best = 0;
    for (let b = 0; b < k; b++) {
      const shared = both[a * k + b] as number;
      if (shared > 0) {
        best = Math.max(best, shared / ((ofOriginal[a] as number) + (ofAgain[b] as number) - shared));
      }
    }
    return best;
  });
}

/** Stability of a clustering over many subsets. */
export interface Stability {
  readonly subsets: number;
  /** Mean Jaccard similarity per cluster. Hennig's guide: ≤ 0.5 dissolved, ≥ 0.75 valid, ≥ 0.85 highly stable. */
  readonly perCluster: Float64Array;
  /** Subsets in which each cluster was recovered (> 0.75) and dissolved (≤ 0.5). */
  readonly recovered: Uint32Array;
  readonly dissolved: Uint32Array;
  /** Plain mean over clusters. */
  readonly mean: number;
  /** Standard error of `mean`, from its spread over subsets; 0 with fewer than two. */
  readonly standardError: number;
  /** Mean over clusters weighted by their rows. */
  readonly weightedMean: number;
  /** Share of rows in clusters with mean ≥ 0.7 and ≥ 0.75 (paper Table 2). */
  readonly shareAtLeast70: number;
  readonly shareAtLeast75: number;
}

/**
 * Puts subsets together; their order does not matter.
 * @param sizes rows of each original cluster
 * @throws RangeError when there is no subset or a subset has another number of clusters
 */
export function aggregateStability(
  subsets: Iterable<Pick<SubsetStability, "subset" | "jaccard">>,
  sizes: ArrayLike<number>,
): Stability {
  const k = sizes.length;
  // Sorted, so that sums of doubles do not depend on which worker was first.
  const sorted = [...subsets].sort((a, b) => a.subset - b.subset);
  if (sorted.length === 0 || sorted.some(({ jaccard }) => jaccard.length !== k)) {
    throw new RangeError(`stability needs subsets of ${k} clusters each`);
  }
  const count = sorted.length;
  const perCluster = new Float64Array(k);
  const recovered = new Uint32Array(k);
  const dissolved = new Uint32Array(k);
  const means: number[] = [];
  for (const { jaccard } of sorted) {
    jaccard.forEach((value, c) => {
      perCluster[c] = (perCluster[c] as number) + value / count;
      if (value > 0.75) recovered[c] = (recovered[c] as number) + 1;
      if (value <= 0.5) dissolved[c] = (dissolved[c] as number) + 1;
    });
    means.push(jaccard.reduce((sum, value) => sum + value, 0) / k);
  }
  const mean = means.reduce((sum, value) => sum + value, 0) / count;
  const squares = means.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const rows = Array.from(sizes).reduce((sum, size) => sum + size, 0);
  const shareWhere = (keep: (cluster: number) => boolean) =>
    rows > 0 ? Array.from(sizes).reduce((sum, size, c) => sum + (keep(c) ? size : 0), 0) / rows : 0;
  return {
    subsets: count,
    perCluster,
    recovered,
    dissolved,
    mean,
    standardError: count > 1 ? Math.sqrt(squares / (count - 1) / count) : 0,
    weightedMean: rows > 0 ? perCluster.reduce((sum, value, c) => sum + value * (sizes[c] as number), 0) / rows : 0,
    shareAtLeast70: shareWhere((c) => (perCluster[c] as number) >= 0.7),
    shareAtLeast75: shareWhere((c) => (perCluster[c] as number) >= 0.75),
  };
}
