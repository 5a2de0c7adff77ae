import type { Forest, Votes } from "./forest";

/** Leaf that row `at / featureCount` of row-major `rows` reaches in the tree that starts at `root`. */
export function leafOf(forest: Forest, root: number, rows: Float32Array, at: number): number {
  const { feature, threshold, left, right } = forest;
  let node = root;
  for (let f = feature[node] as number; f >= 0; f = feature[node] as number) {
    node = ((rows[at + f] as number) <= (threshold[node] as number) ? left[node] : right[node]) as number;
  }
  return node;
}

/**
 * Votes by walking every tree for every row: any number of classes; the plain twin of the bit-sliced voter.
 * @param rows row-major, `featureCount` values a row
 */
export function voteByWalking(forest: Forest, rows: Float32Array, rowCount: number): Votes {
  const label = new Uint16Array(rowCount);
  const votes = new Uint16Array(rowCount);
  const tally = new Uint16Array(forest.classCount);
  for (let row = 0; row < rowCount; row++) {
    tally.fill(0);
    for (const root of forest.roots) {
      const winner = forest.leafClass[leafOf(forest, root, rows, row * forest.featureCount)] as number;
      tally[winner] = (tally[winner] as number) + 1;
    }
    let best = 0;
    for (let c = 1; c < tally.length; c++) {
      if ((tally[c] as number) > (tally[best] as number)) best = c;
    }
    label[row] = best;
    votes[row] = tally[best] as number;
  }
  return { label, votes };
}
