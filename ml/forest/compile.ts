import type { Forest } from "./forest";
import { quantisersOf, type Quantiser } from "./quantise";

/** Most classes of the bit-sliced voters. */
export const BIT_SLICED_CLASSES = 16;

/** A forest laid out for bit-sliced voting. */
export interface CompiledForest {
  readonly featureCount: number;
  readonly classCount: number;
  readonly quantisers: readonly Quantiser[];
  /** Where the masks of each feature begin, one a threshold and one more; at the end, how many there are. */
  readonly maskStart: Int32Array;
  /** Two words a node in pre-order: mask, and where the right subtree begins; or −1 − class for a leaf. */
  readonly nodes: Int32Array;
  /** Position of each tree in `nodes`. */
  readonly roots: Int32Array;
  /** Most subtrees that wait at once on a walk. */
  readonly depth: number;
  /** Bits of a vote counter. */
  readonly planes: number;
}

/**
 * Subtrees whose leaves all vote for one class are cut to a leaf, which changes no vote.
 * @param forest checked (`checkForest`), at most 16 classes
 */
export function compileForest(forest: Forest): CompiledForest {
  const { featureCount, classCount } = forest;
  if (classCount > BIT_SLICED_CLASSES) {
    throw new RangeError(`${classCount} classes; the bit-sliced voter takes ${BIT_SLICED_CLASSES}`);
  }
  const quantisers = quantisersOf(forest);
  const maskStart = new Int32Array(featureCount + 1);
  quantisers.forEach(({ edges }, f) => (maskStart[f + 1] = (maskStart[f] as number) + edges.length + 1));
  const planes = 32 - Math.clz32(forest.roots.length);
  return { featureCount, classCount, quantisers, maskStart, planes, ...packTrees(forest, quantisers, maskStart) };
}

/** Trees in pre-order with one-class subtrees cut; `depth` bounds the splits pending on a walk. */
function packTrees(forest: Forest, quantisers: readonly Quantiser[], maskStart: Int32Array) {
  const { feature, threshold, left, right, leafClass } = forest;
  // Class all leaves below a node vote for, −1 when they differ. Children come after parents, so one backward pass will do.
  const only = new Int32Array(feature.length);
  for (let i = feature.length - 1; i >= 0; i--) {
    if ((feature[i] as number) < 0) {
      only[i] = leafClass[i] as number;
    } else {
      const a = only[left[i] as number] as number;
      only[i] = a === only[right[i] as number] ? a : -1;
    }
  }
  const positions = quantisers.map(({ edges }) => new Map(Array.from(edges, (edge, t) => [edge, t])));
  const nodes: number[] = [];
  let depth = 0;
  const roots = Int32Array.from(forest.roots, (root) => {
    const start = nodes.length;
    const pending: { node: number; parent: number }[] = [{ node: root, parent: -1 }];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, parent } = next;
      if (parent >= 0) nodes[parent + 1] = nodes.length;
      if ((only[node] as number) >= 0) {
        nodes.push(-1 - (only[node] as number), 0);
        continue;
      }
      const f = feature[node] as number;
      const here = nodes.length;
      nodes.push((maskStart[f] as number) + (positions[f]?.get(threshold[node] as number) as number), 0);
      pending.push({ node: right[node] as number, parent: here }, { node: left[node] as number, parent: -1 });
      depth = Math.max(depth, pending.length);
    }
    return start;
  });
  return { nodes: Int32Array.from(nodes), roots, depth };
}
