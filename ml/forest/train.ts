import type { BinnedRows } from "./bins";
import type { Forest } from "./forest";
import { growTree, type Tree, type TreeOptions } from "./grow";

/** Trees put together, in the order given. */
export function assembleForest(trees: readonly Tree[], featureCount: number, classCount: number): Forest {
  const sizes = trees.map(({ feature }) => feature.length);
  const nodes = sizes.reduce((sum, size) => sum + size, 0);
  const forest = {
    featureCount,
    classCount,
    roots: new Uint32Array(trees.length),
    feature: new Int16Array(nodes),
    threshold: new Float32Array(nodes),
    left: new Uint32Array(nodes),
    right: new Uint32Array(nodes),
    leafClass: new Uint16Array(nodes),
    counts: new Uint32Array(nodes * classCount),
  };
  let at = 0;
  trees.forEach((tree, t) => {
    forest.roots[t] = at;
    forest.feature.set(tree.feature, at);
    forest.threshold.set(tree.threshold, at);
    forest.leafClass.set(tree.leafClass, at);
    forest.counts.set(tree.counts, at * classCount);
    for (let i = 0; i < tree.feature.length; i++) {
      if ((tree.feature[i] as number) >= 0) {
        forest.left[at + i] = at + (tree.left[i] as number);
        forest.right[at + i] = at + (tree.right[i] as number);
      }
    }
    at += tree.feature.length;
  });
  return forest;
}

/**
 * A random forest (Breiman 2001). Tree t depends on the rows, the seed and t alone, so trees grown elsewhere, in any order, assemble
 * to the same forest.
 */
export function trainForest(rows: BinnedRows, treeCount: number, seed: number, options: TreeOptions): Forest {
  const trees = Array.from({ length: treeCount }, (_, t) => growTree(rows, seed, t, options));
  return assembleForest(trees, rows.featureCount, rows.classCount);
}

/** Share of the decrease in Gini impurity that each feature's splits brought, summing to 1 (all 0 where nothing was split). */
export function giniImportance(trees: readonly Pick<Tree, "importance">[], featureCount: number): Float64Array {
  const sums = new Float64Array(featureCount);
  for (const { importance } of trees) {
    importance.forEach((value, f) => (sums[f] = (sums[f] as number) + value));
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  return total > 0 ? sums.map((value) => value / total) : sums;
}

/** The paper's smallest leaf, 1,000 of 333,333 training rows (§6), scaled to the rows at hand; at least 5. */
export const scaledMinLeaf = (rowCount: number) => Math.max(5, Math.round((1000 * rowCount) / 333_333));
