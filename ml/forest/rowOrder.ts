import type { CompiledForest } from "./compile";
import { codeOf, type Quantiser } from "./quantise";

const KEYS = 1 << 16;

/**
 * Turns rows into codes and finds an order in which rows alike stand together, so that few of the rows that share a machine word part
 * ways in a tree: by the two largest features and the code of the last one. The order changes the time taken, never a vote.
 */
export class RowOrder {
  private keys = new Uint16Array(0);
  private readonly keyStart = new Uint32Array(KEYS + 1);

  constructor(private readonly forest: CompiledForest) {}

  /** codes[row · featureCount + f] = position among all masks. */
  quantise(rows: Float32Array, rowCount: number, codes: Int32Array): void {
    const { quantisers, maskStart, featureCount } = this.forest;
    for (let f = 0; f < featureCount; f++) {
      const quantiser = quantisers[f] as Quantiser;
      const base = maskStart[f] as number;
      for (let row = 0, at = f; row < rowCount; row++, at += featureCount) {
        codes[at] = base + codeOf(quantiser, rows[at] as number);
      }
    }
  }

  /** Fills `order` with the rows; `codes` as `quantise` made them. */
  sort(rows: Float32Array, rowCount: number, codes: Int32Array, order: Int32Array): void {
    const { keyStart } = this;
    const { maskStart, featureCount } = this.forest;
    if (this.keys.length < rowCount) this.keys = new Uint16Array(rowCount);
    const { keys } = this;
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
}
