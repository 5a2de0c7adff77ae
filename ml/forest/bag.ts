import type { BinnedRows } from "./bins";

/** The bootstrap rows of one tree, kept so that each node of the tree owns a contiguous range of positions. */
export interface Bag {
  /** Positions in use: distinct rows drawn. */
  readonly size: number;
  /** Draws of each class among positions `from..to`. */
  classCounts(from: number, to: number): Float64Array;
  /** Adds the draws at `from..to` of one feature to `histogram[(bin << shift) | class]`. */
  histogram(from: number, to: number, feature: number, histogram: Int32Array, shift: number): void;
  /** Moves rows with code ≤ bin before the others, keeping their order; gives the position of the first of the others. */
  split(from: number, to: number, feature: number, bin: number): number;
}

/** Rows of at most this many bytes are moved; wider ones stay and are pointed at. */
const MOVED_BYTES = 32;

/**
 * @param draws how often each row was drawn, at most 255 times
 */
export function bagOf(rows: BinnedRows, draws: Uint8Array): Bag {
  return rows.featureCount + 2 <= MOVED_BYTES ? new MovedBag(rows, draws) : new IndexedBag(rows, draws);
}

/**
 * A row is a record of bytes: codes, draws, class. Records move when a node is split, so a node's rows lie next to each other in
 * memory: twice as fast as following an index, for narrow rows.
 */
export class MovedBag implements Bag {
  readonly size: number;
  private readonly stride: number;
  private readonly words: Uint32Array;
  private readonly bytes: Uint8Array;
  private readonly spare: Uint32Array;

  constructor(
    private readonly rows: BinnedRows,
    draws: Uint8Array,
  ) {
    const { rowCount, featureCount, codes, classes } = rows;
    this.size = draws.reduce((count, times) => count + (times > 0 ? 1 : 0), 0);
    this.stride = (featureCount + 2 + 3) >> 2;
    this.words = new Uint32Array(this.size * this.stride);
    this.bytes = new Uint8Array(this.words.buffer);
    this.spare = new Uint32Array(this.size * this.stride);
    const { bytes } = this;
    const step = this.stride * 4;
    let at = 0;
    for (let row = 0; row < rowCount; row++) {
      if ((draws[row] as number) > 0) {
        const from = row * featureCount;
        for (let f = 0; f < featureCount; f++) bytes[at + f] = codes[from + f] as number;
        bytes[at + featureCount] = draws[row] as number;
        bytes[at + featureCount + 1] = classes[row] as number;
        at += step;
      }
    }
  }

  classCounts(from: number, to: number): Float64Array {
    const counts = new Float64Array(this.rows.classCount);
    const { bytes } = this;
    const step = this.stride * 4;
    const drawsAt = this.rows.featureCount;
    for (let at = from * step; at < to * step; at += step) {
      const c = bytes[at + drawsAt + 1] as number;
      counts[c] = (counts[c] as number) + (bytes[at + drawsAt] as number);
    }
    return counts;
  }

  histogram(from: number, to: number, feature: number, histogram: Int32Array, shift: number): void {
    const { bytes } = this;
    const step = this.stride * 4;
    const drawsAt = this.rows.featureCount;
    const end = to * step;
    for (let at = from * step; at < end; at += step) {
      const cell = ((bytes[at + feature] as number) << shift) | (bytes[at + drawsAt + 1] as number);
      histogram[cell] = (histogram[cell] as number) + (bytes[at + drawsAt] as number);
    }
  }

  split(from: number, to: number, feature: number, bin: number): number {
    const { bytes, words, spare, stride } = this;
    let left = from * stride;
    let right = 0;
    const end = to * stride;
    for (let at = from * stride; at < end; at += stride) {
      if ((bytes[at * 4 + feature] as number) <= bin) {
        for (let w = 0; w < stride; w++) words[left + w] = words[at + w] as number;
        left += stride;
      } else {
        for (let w = 0; w < stride; w++) spare[right + w] = words[at + w] as number;
        right += stride;
      }
    }
    words.set(spare.subarray(0, right), left);
    return left / stride;
  }
}

/** Row numbers move, rows stay: for rows too wide to copy at each split. */
export class IndexedBag implements Bag {
  readonly size: number;
  private readonly index: Uint32Array;
  private readonly spare: Uint32Array;

  constructor(
    private readonly rows: BinnedRows,
    private readonly draws: Uint8Array,
  ) {
    this.index = Uint32Array.from(rows.classes, (_, row) => row).filter((row) => (draws[row] as number) > 0);
    this.size = this.index.length;
    this.spare = new Uint32Array(this.size);
  }

  classCounts(from: number, to: number): Float64Array {
    const counts = new Float64Array(this.rows.classCount);
    for (let i = from; i < to; i++) {
      const row = this.index[i] as number;
      const c = this.rows.classes[row] as number;
      counts[c] = (counts[c] as number) + (this.draws[row] as number);
    }
    return counts;
  }

  histogram(from: number, to: number, feature: number, histogram: Int32Array, shift: number): void {
    const { index, draws } = this;
    const { codes, classes, featureCount } = this.rows;
    for (let i = from; i < to; i++) {
      const row = index[i] as number;
      const cell = ((codes[row * featureCount + feature] as number) << shift) | (classes[row] as number);
      histogram[cell] = (histogram[cell] as number) + (draws[row] as number);
    }
  }

  split(from: number, to: number, feature: number, bin: number): number {
    const { index, spare } = this;
    const { codes, featureCount } = this.rows;
    let left = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = index[i] as number;
      if ((codes[row * featureCount + feature] as number) <= bin) index[left++] = row;
      else spare[right++] = row;
    }
    index.set(spare.subarray(0, right), left);
    return left;
  }
}
