import type { BinnedRows } from "./bins";

/** The bootstrap rows of one tree, kept so that each node of the tree owns a contiguous range of positions. */
export interface Bag {
  /** Positions in use: distinct rows drawn. */
  readonly size: number;
  /** Draws of each class among positions `from..to`. */
  classCounts(from: number, to: number): Float64Array;
  /**
   * Adds the draws at `from..to` of each feature to its part of `histogram`: feature number q of `features` to
   * `histogram[q · span + ((bin << shift) | class)]`.
   */
  histograms(from: number, to: number, features: Uint32Array, histogram: Int32Array, span: number, shift: number): void;
  /** Code of the row at a position; its draws and class. */
  codeAt(position: number, feature: number): number;
  drawsAt(position: number): number;
  classAt(position: number): number;
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

  histograms(from: number, to: number, features: Uint32Array, histogram: Int32Array, span: number, shift: number): void {
    const { bytes } = this;
    const step = this.stride * 4;
    const drawsAt = this.rows.featureCount;
    const start = from * step;
    const end = to * step;
    let q = 0;
    // Three features a pass: draws and class of a row are read once for all three.
    for (; q + 3 <= features.length; q += 3) {
      const a = features[q] as number;
      const b = features[q + 1] as number;
      const c = features[q + 2] as number;
      const atA = q * span;
      const atB = atA + span;
      const atC = atB + span;
      for (let at = start; at < end; at += step) {
        const times = bytes[at + drawsAt] as number;
        const of = bytes[at + drawsAt + 1] as number;
        const cellA = atA + (((bytes[at + a] as number) << shift) | of);
        histogram[cellA] = (histogram[cellA] as number) + times;
        const cellB = atB + (((bytes[at + b] as number) << shift) | of);
        histogram[cellB] = (histogram[cellB] as number) + times;
        const cellC = atC + (((bytes[at + c] as number) << shift) | of);
        histogram[cellC] = (histogram[cellC] as number) + times;
      }
    }
    for (; q < features.length; q++) {
      const feature = features[q] as number;
      const base = q * span;
      for (let at = start; at < end; at += step) {
        const cell = base + (((bytes[at + feature] as number) << shift) | (bytes[at + drawsAt + 1] as number));
        histogram[cell] = (histogram[cell] as number) + (bytes[at + drawsAt] as number);
      }
    }
  }

  codeAt(position: number, feature: number): number {
    return this.bytes[position * this.stride * 4 + feature] as number;
  }

  drawsAt(position: number): number {
    return this.bytes[position * this.stride * 4 + this.rows.featureCount] as number;
  }

  classAt(position: number): number {
    return this.bytes[position * this.stride * 4 + this.rows.featureCount + 1] as number;
  }

  split(from: number, to: number, feature: number, bin: number): number {
    return this.stride === 4 ? this.splitFourWords(from, to, feature, bin) : this.splitWords(from, to, feature, bin);
  }

  private splitWords(from: number, to: number, feature: number, bin: number): number {
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

  /** The same with the inner loops written out, for 11 to 14 features: the usual case, and the paper's. */
  private splitFourWords(from: number, to: number, feature: number, bin: number): number {
    const { bytes, words, spare } = this;
    let left = from * 4;
    let right = 0;
    const end = to * 4;
    for (let at = from * 4; at < end; at += 4) {
      if ((bytes[at * 4 + feature] as number) <= bin) {
        words[left] = words[at] as number;
        words[left + 1] = words[at + 1] as number;
        words[left + 2] = words[at + 2] as number;
        words[left + 3] = words[at + 3] as number;
        left += 4;
      } else {
        spare[right] = words[at] as number;
        spare[right + 1] = words[at + 1] as number;
        spare[right + 2] = words[at + 2] as number;
        spare[right + 3] = words[at + 3] as number;
        right += 4;
      }
    }
    words.set(spare.subarray(0, right), left);
    return left / 4;
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

  histograms(from: number, to: number, features: Uint32Array, histogram: Int32Array, span: number, shift: number): void {
    const { index, draws } = this;
    const { codes, classes, featureCount } = this.rows;
    for (let i = from; i < to; i++) {
      const row = index[i] as number;
      const at = row * featureCount;
      const times = draws[row] as number;
      const of = classes[row] as number;
      for (let q = 0, base = 0; q < features.length; q++, base += span) {
        const cell = base + (((codes[at + (features[q] as number)] as number) << shift) | of);
        histogram[cell] = (histogram[cell] as number) + times;
      }
    }
  }

  codeAt(position: number, feature: number): number {
    return this.rows.codes[(this.index[position] as number) * this.rows.featureCount + feature] as number;
  }

  drawsAt(position: number): number {
    return this.draws[this.index[position] as number] as number;
  }

  classAt(position: number): number {
    return this.rows.classes[this.index[position] as number] as number;
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
