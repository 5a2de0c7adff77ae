import type { BytesCombineFn } from "../../beam/stages";

/**
 * A CombineFn that folds batches: accumulators, inputs and the output have the same encoding, and one function adds up any number of
 * them, none included, with the same result in any order and grouping.
 */
export abstract class FoldCombineFn implements BytesCombineFn {
  abstract combineBatch(inputs: Iterable<Uint8Array>): Uint8Array;

  createAccumulator(): Uint8Array {
    return this.combineBatch([]);
  }
  addInput(accumulator: Uint8Array, input: Uint8Array): Uint8Array {
    return this.combineBatch([accumulator, input]);
  }
  mergeAccumulators(accumulators: Iterable<Uint8Array>): Uint8Array {
    return this.combineBatch(accumulators);
  }
  extractOutput(accumulator: Uint8Array): Uint8Array {
    return accumulator;
  }
}
