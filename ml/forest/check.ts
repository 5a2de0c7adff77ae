import type { Forest } from "./forest";

/** Most trees of a forest: votes are counted in 16 bits. */
export const MAX_TREES = 65_535;

/**
 * Checks that a forest read from outside can be walked: sizes agree, every index is inside, children come after their parent (so
 * every walk ends), no threshold is NaN.
 * @throws RangeError naming the first thing wrong.
 */
export function checkForest(forest: Forest): void {
  const { featureCount, classCount, roots, feature, threshold, left, right, leafClass, counts } = forest;
  const nodes = feature.length;
  const fail = (what: string): never => {
    throw new RangeError(`not a forest: ${what}`);
  };
  if (classCount < 1 || classCount > 65_535) fail(`${classCount} classes`);
  if (featureCount < 1 || featureCount > 32_767) fail(`${featureCount} features`);
  if (roots.length < 1 || roots.length > MAX_TREES) fail(`${roots.length} trees`);
  const sizes = [threshold.length, left.length, right.length, leafClass.length, counts.length / classCount];
  if (sizes.some((size) => size !== nodes)) fail("arrays of different lengths");
  if (roots.some((root) => root >= nodes)) fail("a root outside the nodes");
  for (let i = 0; i < nodes; i++) {
    const f = feature[i] as number;
    if (f >= featureCount || f < -1) fail(`node ${i} splits on feature ${f}`);
    if (f < 0) {
      if ((leafClass[i] as number) >= classCount) fail(`leaf ${i} votes for class ${leafClass[i]}`);
      continue;
    }
    if (Number.isNaN(threshold[i])) fail(`node ${i} has the threshold NaN`);
    for (const child of [left[i] as number, right[i] as number]) {
      if (child <= i || child >= nodes) fail(`node ${i} has the child ${child}`);
    }
  }
}
