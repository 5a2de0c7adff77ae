import type { Forest, Votes } from "./forest";
import { codeOf, quantisersOf, type Quantiser } from "./quantise";

/** Most classes of the bit-sliced voter. */
export const BIT_SLICED_CLASSES = 16;

const LANES = 32;
const KEYS = 1 << 16;

/**
 * Votes of a forest for many rows at once: 32 rows a machine word, one bit each. A tree is walked once per 32 rows with a mask of the
 * rows that reach a node; "rows right of threshold t" is one mask per threshold, made once per 32 rows. In the spirit of QuickScorer
 * (Lucchese et al. 2015, doi:10.1145/2766462.2767733), but by walking: a tree has far more leaves than a word has bits.
 * Subtrees whose leaves all vote for one class are cut to a leaf, which changes no vote. Labels depend on the row alone.
 */
export class BitSlicedVoter {
  private readonly quantisers: readonly Quantiser[];
  /** Where the masks of each feature begin in `masks`; one more at the end. */
  private readonly maskStart: Int32Array;
  /** Two words a node in pre-order: mask index and where the right subtree begins; or −1 − class for a leaf. */
  private readonly nodes: Int32Array;
  private readonly roots: Int32Array;
  /** Bits of a vote counter. */
  private readonly planes: number;
  private readonly masks: Int32Array;
  private readonly stack: Int32Array;
  private readonly reach: Int32Array;
  private codes = new Int32Array(0);
  private order = new Int32Array(0);
  private keys = new Uint16Array(0);
  private readonly keyStart = new Uint32Array(KEYS + 1);

  /** @param forest checked (`checkForest`), at most 16 classes */
  constructor(private readonly forest: Forest) {
    if (forest.classCount > BIT_SLICED_CLASSES) {
      throw new RangeError(`${forest.classCount} classes; the bit-sliced voter takes ${BIT_SLICED_CLASSES}`);
    }
    this.quantisers = quantisersOf(forest);
    this.maskStart = new Int32Array(forest.featureCount + 1);
    this.quantisers.forEach(({ edges }, f) => (this.maskStart[f + 1] = (this.maskStart[f] as number) + edges.length + 1));
    const packed = packTrees(forest, this.quantisers, this.maskStart);
    this.nodes = packed.nodes;
    this.roots = packed.roots;
    this.planes = 32 - Math.clz32(forest.roots.length);
    this.masks = new Int32Array(this.maskStart[forest.featureCount] as number);
    this.stack = new Int32Array(packed.depth + 1);
    this.reach = new Int32Array(packed.depth + 1);
  }

  /** @param rows row-major, `featureCount` values a row */
  vote(rows: Float32Array, rowCount: number): Votes {
    const label = new Uint16Array(rowCount);
    const votes = new Uint16Array(rowCount);
    this.quantise(rows, rowCount);
    this.sortRows(rows, rowCount);
    const leaf = new Int32Array(BIT_SLICED_CLASSES);
    const counters = new Int32Array(this.forest.classCount * this.planes);
    for (let first = 0; first < rowCount; first += LANES) {
      const lanes = Math.min(LANES, rowCount - first);
      this.maskRows(first, lanes);
      counters.fill(0);
      this.walk(leaf, counters, lanes === LANES ? -1 : 2 ** lanes - 1);
      this.winners(counters, first, lanes, label, votes);
    }
    return { label, votes };
  }

  private quantise(rows: Float32Array, rowCount: number): void {
    const { quantisers, maskStart } = this;
    const { featureCount } = this.forest;
    if (this.codes.length < rowCount * featureCount) {
      this.codes = new Int32Array(rowCount * featureCount);
      this.order = new Int32Array(rowCount);
      this.keys = new Uint16Array(rowCount);
    }
    const { codes } = this;
    for (let f = 0; f < featureCount; f++) {
      const quantiser = quantisers[f] as Quantiser;
      const base = maskStart[f] as number;
      for (let row = 0, at = f; row < rowCount; row++, at += featureCount) {
        codes[at] = base + codeOf(quantiser, rows[at] as number);
      }
    }
  }

  /** Rows alike next to each other, so that few masks of a word are mixed: by the two largest features and the last one's code. */
  private sortRows(rows: Float32Array, rowCount: number): void {
    const { keys, order, keyStart, codes, maskStart } = this;
    const { featureCount } = this.forest;
    const last = featureCount - 1;
    const lastStart = maskStart[last] as number;
    const lastShift = Math.max(0, 26 - Math.clz32((maskStart[featureCount] as number) - lastStart));
    keyStart.fill(0);
    for (let row = 0; row < rowCount; row++) {
      const at = row * featureCount;
      let first = 0;
      let firstValue = -Infinity;
      let second = 0;
      let secondValue = -Infinity;
      for (let f = 0; f < last; f++) {
        const value = rows[at + f] as number;
        if (value > firstValue) {
          second = first;
          secondValue = firstValue;
          first = f;
          firstValue = value;
        } else if (value > secondValue) {
          second = f;
          secondValue = value;
        }
      }
      const key = ((first & 31) << 11) | ((second & 31) << 6) | ((((codes[at + last] as number) - lastStart) >> lastShift) & 63);
      keys[row] = key;
      keyStart[key + 1] = (keyStart[key + 1] as number) + 1;
    }
    for (let key = 0; key < KEYS; key++) {
      keyStart[key + 1] = (keyStart[key + 1] as number) + (keyStart[key] as number);
    }
    for (let row = 0; row < rowCount; row++) {
      const key = keys[row] as number;
      const at = keyStart[key] as number;
      order[at] = row;
      keyStart[key] = at + 1;
    }
  }

  /** masks[start of f + t] = rows whose code of feature f exceeds t. */
  private maskRows(first: number, lanes: number): void {
    const { masks, codes, order, maskStart } = this;
    const { featureCount } = this.forest;
    masks.fill(0);
    for (let lane = 0; lane < lanes; lane++) {
      const bit = 1 << lane;
      const at = (order[first + lane] as number) * featureCount;
      for (let i = at; i < at + featureCount; i++) {
        const code = codes[i] as number;
        masks[code] = (masks[code] as number) | bit;
      }
    }
    for (let f = 0; f < featureCount; f++) {
      const start = maskStart[f] as number;
      let above = 0;
      for (let i = (maskStart[f + 1] as number) - 1; i >= start; i--) {
        const here = masks[i] as number;
        masks[i] = above;
        above |= here;
      }
    }
  }

  private walk(leaf: Int32Array, counters: Int32Array, all: number): void {
    const { nodes, roots, masks, stack, reach, planes } = this;
    const { classCount } = this.forest;
    for (let tree = 0; tree < roots.length; tree++) {
      leaf.fill(0);
      let top = 0;
      let at = roots[tree] as number;
      let rows = all;
      for (;;) {
        const node = nodes[at] as number;
        if (node < 0) {
          leaf[-1 - node] = (leaf[-1 - node] as number) | rows;
          if (top === 0) break;
          top -= 1;
          at = stack[top] as number;
          rows = reach[top] as number;
          continue;
        }
        const above = masks[node] as number;
        const right = rows & above;
        const left = rows & ~above;
        if (left === 0) {
          at = nodes[at + 1] as number;
          continue;
        }
        if (right !== 0) {
          stack[top] = nodes[at + 1] as number;
          reach[top] = right;
          top += 1;
        }
        at += 2;
        rows = left;
      }
      // Bit-sliced addition: carry ripples through the planes of each class's counter.
      for (let c = 0; c < classCount; c++) {
        let carry = leaf[c] as number;
        for (let i = c * planes; carry !== 0; i++) {
          const bits = counters[i] as number;
          counters[i] = bits ^ carry;
          carry &= bits;
        }
      }
    }
  }

  /** Largest counter per row, the lowest class on ties, compared plane by plane for 32 rows at once. */
  private winners(counters: Int32Array, first: number, lanes: number, label: Uint16Array, votes: Uint16Array): void {
    const { planes, order } = this;
    const { classCount } = this.forest;
    let id0 = 0;
    let id1 = 0;
    let id2 = 0;
    let id3 = 0;
    // Class 0's counter is overwritten by the best so far.
    for (let c = 1; c < classCount; c++) {
      let greater = 0;
      let equal = -1;
      for (let plane = planes - 1; plane >= 0; plane--) {
        const mine = counters[c * planes + plane] as number;
        const best = counters[plane] as number;
        greater |= equal & mine & ~best;
        equal &= ~(mine ^ best);
      }
      for (let plane = 0; plane < planes; plane++) {
        counters[plane] = ((counters[c * planes + plane] as number) & greater) | ((counters[plane] as number) & ~greater);
      }
      id0 = c & 1 ? id0 | greater : id0 & ~greater;
      id1 = c & 2 ? id1 | greater : id1 & ~greater;
      id2 = c & 4 ? id2 | greater : id2 & ~greater;
      id3 = c & 8 ? id3 | greater : id3 & ~greater;
    }
    for (let lane = 0; lane < lanes; lane++) {
      const row = order[first + lane] as number;
      label[row] = ((id0 >>> lane) & 1) | (((id1 >>> lane) & 1) << 1) | (((id2 >>> lane) & 1) << 2) | (((id3 >>> lane) & 1) << 3);
      let count = 0;
      for (let plane = 0; plane < planes; plane++) {
        count |= (((counters[plane] as number) >>> lane) & 1) << plane;
      }
      votes[row] = count;
    }
  }
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
