import type { Bag } from "./bag";
import { MAX_BINS, type BinnedRows } from "./bins";
import type { TreeOptions } from "./grow";

/** Where to split a node. */
export interface Split {
  readonly feature: number;
  /** Codes ≤ bin go left. */
  readonly bin: number;
  readonly gain: number;
}

/** A split must lower impurity by more than rounding could. */
const LEAST_GAIN = 1e-12;

/** Finds the best Gini split of a node. */
export class SplitFinder {
  private readonly shift: number;
  /** Cells of one feature. */
  private readonly span: number;
  private readonly histogram: Int32Array;
  private readonly leftCounts: Float64Array;
  /** (code << 8) | position in the node, for nodes of fewer than 128 rows. */
  private readonly sorted = new Uint16Array(MAX_BINS >> 1);

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
    // Few rows: sorting them costs less than clearing and reading all bins.
    const sorting = (to - from) * 2 < MAX_BINS;
    if (!sorting) {
      this.histogram.fill(0);
      this.bag.histograms(from, to, features, this.histogram, this.span, this.shift);
    }
    for (let q = 0; q < features.length; q++) {
      const feature = features[q] as number;
      const found = sorting
        ? this.bestOfFew(from, to, feature, counts, total, leastInChild, bestScore)
        : this.bestBin(q * this.span, (this.rows.edges[feature]?.length ?? 0) + 1, counts, total, leastInChild, bestScore);
      if (found.bin >= 0) {
        bestScore = found.score;
        bestFeature = feature;
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
      const candidate = this.score(counts, left, right);
      if (candidate > score) {
        score = candidate;
        bin = b;
      }
    }
    return { bin, score };
  }

  /** The same for a few rows, by sorting their codes. */
  private bestOfFew(
    from: number,
    to: number,
    feature: number,
    counts: Float64Array,
    total: number,
    leastInChild: number,
    toBeat: number,
  ): { readonly bin: number; readonly score: number } {
    const { bag, leftCounts } = this;
    const sorted = this.sorted.subarray(0, to - from);
    for (let i = from; i < to; i++) {
      sorted[i - from] = (bag.codeAt(i, feature) << 8) | (i - from);
    }
    sorted.sort();
    leftCounts.fill(0);
    let left = 0;
    let bin = -1;
    let score = toBeat;
    for (let i = 0; i < sorted.length - 1; i++) {
      const position = from + ((sorted[i] as number) & 255);
      const c = bag.classAt(position);
      const draws = bag.drawsAt(position);
      leftCounts[c] = (leftCounts[c] as number) + draws;
      left += draws;
      const code = (sorted[i] as number) >> 8;
      if (code === (sorted[i + 1] as number) >> 8 || left < leastInChild) continue;
      const right = total - left;
      if (right < leastInChild) break;
      const candidate = this.score(counts, left, right);
      if (candidate > score) {
        score = candidate;
        bin = code;
      }
    }
    return { bin, score };
  }

  /** Σ l²/|L| + Σ r²/|R| with the draws of each class in `leftCounts` on the left. */
  private score(counts: Float64Array, left: number, right: number): number {
    const { leftCounts } = this;
    let leftSquares = 0;
    let rightSquares = 0;
    for (let c = 0; c < leftCounts.length; c++) {
      const l = leftCounts[c] as number;
      const r = (counts[c] as number) - l;
      leftSquares += l * l;
      rightSquares += r * r;
    }
    return leftSquares / left + rightSquares / right;
  }
}
