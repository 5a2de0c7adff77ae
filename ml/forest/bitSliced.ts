import { compileForest, type CompiledForest } from "./compile";
import type { Forest, Votes } from "./forest";
import { RowOrder } from "./rowOrder";

const LANES = 32;

/**
 * Votes of a forest for many rows at once: 32 rows a machine word, one bit each. A tree is walked once per 32 rows with a mask of the
 * rows that reach a node; "rows right of threshold t" is one mask per threshold, made once per 32 rows. In the spirit of QuickScorer
 * (Lucchese et al. 2015, doi:10.1145/2766462.2767733), but by walking: a tree has far more leaves than a word has bits. Labels depend
 * on the row alone. `WasmVoter` does the same for 128 rows at once.
 */
export class BitSlicedVoter {
  private readonly forest: CompiledForest;
  private readonly rowOrder: RowOrder;
  private readonly masks: Int32Array;
  private readonly stack: Int32Array;
  private readonly reach: Int32Array;
  private codes = new Int32Array(0);
  private order = new Int32Array(0);

  /** @param forest checked (`checkForest`), at most 16 classes */
  constructor(forest: Forest) {
    this.forest = compileForest(forest);
    this.rowOrder = new RowOrder(this.forest);
    this.masks = new Int32Array(this.forest.maskStart[forest.featureCount] as number);
    this.stack = new Int32Array(this.forest.depth + 1);
    this.reach = new Int32Array(this.forest.depth + 1);
  }

  /** @param rows row-major, `featureCount` values a row */
  vote(rows: Float32Array, rowCount: number): Votes {
    const label = new Uint16Array(rowCount);
    const votes = new Uint16Array(rowCount);
    const { featureCount, classCount, planes } = this.forest;
    if (this.order.length < rowCount) {
      this.codes = new Int32Array(rowCount * featureCount);
      this.order = new Int32Array(rowCount);
    }
    this.rowOrder.quantise(rows, rowCount, this.codes);
    this.rowOrder.sort(rows, rowCount, this.codes, this.order);
    const leaf = new Int32Array(classCount);
    const counters = new Int32Array(classCount * planes);
    for (let first = 0; first < rowCount; first += LANES) {
      const lanes = Math.min(LANES, rowCount - first);
      this.maskRows(first, lanes);
      counters.fill(0);
      this.walk(leaf, counters, lanes === LANES ? -1 : 2 ** lanes - 1);
      this.winners(counters, first, lanes, label, votes);
    }
    return { label, votes };
  }

  /** masks[start of f + t] = rows whose code of feature f exceeds t. */
  private maskRows(first: number, lanes: number): void {
    const { masks, codes, order } = this;
    const { featureCount, maskStart } = this.forest;
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
    const { masks, stack, reach } = this;
    const { nodes, roots, planes, classCount } = this.forest;
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
    const { order } = this;
    const { planes, classCount } = this.forest;
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
