import { below, random, seedFrom, type Random } from "../random";
import { bagOf, type Bag } from "./bag";
import { MAX_BINS, type BinnedRows } from "./bins";

/**
 * When a node is split no further. `nodesize`: when it holds at most `minLeaf` distinct in-bag rows, as in R's randomForest; its
 * children may be smaller. `childMinimum`: when no split leaves `minLeaf` draws on both sides, as in ranger's `min.bucket`.
 */
export type LeafRule = "nodesize" | "childMinimum";

export interface TreeOptions {
  readonly leafRule: LeafRule;
  /** ≥ 1. */
  readonly minLeaf: number;
  /** Features drawn for each node, 1 .. featureCount; by default ⌊√featureCount⌋. */
  readonly mtry?: number;
}

/** One grown tree; nodes in pre-order, the root first. Arrays as in `Forest`. */
export interface Tree {
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  readonly leafClass: Uint16Array;
  /** Draws of each class at each node, node-major. */
  readonly counts: Uint32Array;
  /** Decrease of Gini impurity, in draws, by the splits on each feature. */
  readonly importance: Float64Array;
}

/** Draws rows with replacement, as many as there are; how often each was drawn. */
export function bootstrap(rowCount: number, draw: Random): Uint8Array {
  const draws = new Uint8Array(rowCount);
  for (let i = 0; i < rowCount; i++) {
    const row = below(rowCount, draw);
    draws[row] = (draws[row] as number) + 1;
  }
  return draws;
}

/**
 * Grows tree number `tree` of a forest: bootstrap, then at each node the best Gini split of `mtry` features drawn without
 * replacement; the first found wins ties (features in drawn order, thresholds ascending). It depends on the rows, the seed and the
 * tree's number alone. A node whose drawn features allow no split that lowers impurity is a leaf, as in randomForest.
 */
export function growTree(rows: BinnedRows, seed: number, tree: number, options: TreeOptions): Tree {
  const draw = random(seedFrom(seed, "tree", tree));
  return growFrom(rows, bagOf(rows, bootstrap(rows.rowCount, draw)), draw, options);
}

interface PendingNode {
  readonly from: number;
  readonly to: number;
  readonly counts: Float64Array;
  readonly parent: number;
  readonly isLeft: boolean;
}

/** Grows a tree on a bag already drawn. */
export function growFrom(rows: BinnedRows, bag: Bag, draw: Random, options: TreeOptions): Tree {
  const { featureCount, edges } = rows;
  const mtry = Math.min(featureCount, options.mtry ?? Math.max(1, Math.floor(Math.sqrt(featureCount))));
  const finder = new SplitFinder(rows, bag, mtry, options);
  const features = Uint32Array.from({ length: featureCount }, (_, f) => f);
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leafClass: number[] = [];
  const counts: number[] = [];
  const importance = new Float64Array(featureCount);
  const pending: PendingNode[] = [{ from: 0, to: bag.size, counts: bag.classCounts(0, bag.size), parent: -1, isLeft: true }];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    const id = feature.length;
    if (node.parent >= 0) (node.isLeft ? left : right)[node.parent] = id;
    const split = finder.best(node.from, node.to, node.counts, () => drawFeatures(features, mtry, draw));
    feature.push(split === null ? -1 : split.feature);
    threshold.push(split === null ? 0 : (edges[split.feature]?.[split.bin] as number));
    left.push(0);
    right.push(0);
    leafClass.push(largest(node.counts));
    for (const count of node.counts) counts.push(count);
    if (split !== null) {
      importance[split.feature] = (importance[split.feature] as number) + split.gain;
      const middle = bag.split(node.from, node.to, split.feature, split.bin);
      const leftCounts = bag.classCounts(node.from, middle);
      const rightCounts = node.counts.map((count, c) => count - (leftCounts[c] as number));
      pending.push({ from: middle, to: node.to, counts: rightCounts, parent: id, isLeft: false });
      pending.push({ from: node.from, to: middle, counts: leftCounts, parent: id, isLeft: true });
    }
  }
  return {
    feature: Int16Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Uint32Array.from(left),
    right: Uint32Array.from(right),
    leafClass: Uint16Array.from(leafClass),
    counts: Uint32Array.from(counts),
    importance,
  };
}

/** Brings `count` features drawn without replacement to the front (a shuffle cut short). */
function drawFeatures(features: Uint32Array, count: number, draw: Random): Uint32Array {
  for (let i = 0; i < count; i++) {
    const j = i + below(features.length - i, draw);
    const drawn = features[j] as number;
    features[j] = features[i] as number;
    features[i] = drawn;
  }
  return features.subarray(0, count);
}

/** Class with most draws, the first on ties. */
function largest(counts: Float64Array): number {
  let best = 0;
  for (let c = 1; c < counts.length; c++) {
    if ((counts[c] as number) > (counts[best] as number)) best = c;
  }
  return best;
}

interface Split {
  readonly feature: number;
  /** Codes ≤ bin go left. */
  readonly bin: number;
  readonly gain: number;
}

/** A split must lower impurity by more than rounding could. */
const LEAST_GAIN = 1e-12;

class SplitFinder {
  private readonly shift: number;
  /** Cells of one feature. */
  private readonly span: number;
  private readonly histogram: Int32Array;
  private readonly leftCounts: Float64Array;

  constructor(
    private readonly rows: BinnedRows,
    private readonly bag: Bag,
    mtry: number,
    private readonly options: TreeOptions,
  ) {
    this.shift = 32 - Math.clz32(rows.classCount - 1);
    this.span = MAX_BINS << this.shift;
    this.histogram = new Int32Array(mtry * this.span);
    this.leftCounts = new Float64Array(rows.classCount);
  }

  /** Best split of a node, or null where it stays a leaf. Features are drawn only for nodes that may be split. */
  best(from: number, to: number, counts: Float64Array, drawn: () => Uint32Array): Split | null {
    const { leafRule, minLeaf } = this.options;
    let total = 0;
    let squares = 0;
    let present = 0;
    for (const count of counts) {
      total += count;
      squares += count * count;
      if (count > 0) present += 1;
    }
    const small = leafRule === "nodesize" ? to - from <= minLeaf : total < 2 * minLeaf;
    if (small || present < 2) return null;
    const leastInChild = leafRule === "nodesize" ? 1 : minLeaf;
    // Gini impurity of the children falls as Σ l²/|L| + Σ r²/|R| grows.
    const base = squares / total;
    let bestScore = base * (1 + LEAST_GAIN);
    let bestFeature = -1;
    let bestBin = 0;
    const features = drawn();
    this.histogram.fill(0);
    this.bag.histograms(from, to, features, this.histogram, this.span, this.shift);
    for (let q = 0; q < features.length; q++) {
      const bins = (this.rows.edges[features[q] as number]?.length ?? 0) + 1;
      const found = this.bestBin(q * this.span, bins, counts, total, leastInChild, bestScore);
      if (found.bin >= 0) {
        bestScore = found.score;
        bestFeature = features[q] as number;
        bestBin = found.bin;
      }
    }
    return bestFeature < 0 ? null : { feature: bestFeature, bin: bestBin, gain: bestScore - base };
  }

  /** Best threshold in the histogram that starts at `base`; bin −1 where none scores more than `toBeat`. */
  private bestBin(
    base: number,
    bins: number,
    counts: Float64Array,
    total: number,
    leastInChild: number,
    toBeat: number,
  ): { readonly bin: number; readonly score: number } {
    const { histogram, shift, leftCounts } = this;
    const { classCount } = this.rows;
    leftCounts.fill(0);
    let left = 0;
    let bin = -1;
    let score = toBeat;
    for (let b = 0; b < bins - 1; b++) {
      const start = base + (b << shift);
      let here = 0;
      for (let c = 0; c < classCount; c++) {
        const count = histogram[start + c] as number;
        leftCounts[c] = (leftCounts[c] as number) + count;
        here += count;
      }
      if (here === 0) continue;
      left += here;
      const right = total - left;
      if (left < leastInChild) continue;
      if (right < leastInChild || right === 0) break;
      let leftSquares = 0;
      let rightSquares = 0;
      for (let c = 0; c < classCount; c++) {
        const l = leftCounts[c] as number;
        const r = (counts[c] as number) - l;
        leftSquares += l * l;
        rightSquares += r * r;
      }
      const candidate = leftSquares / left + rightSquares / right;
      if (candidate > score) {
        score = candidate;
        bin = b;
      }
    }
    return { bin, score };
  }
}
