import { below, random, seedFrom, type Random } from "../random";
import { bagOf, type Bag } from "./bag";
import type { BinnedRows } from "./bins";
import { SplitFinder } from "./splitFinder";

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
