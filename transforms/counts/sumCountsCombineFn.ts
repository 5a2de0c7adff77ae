import type { BytesCombineFn } from "../../beam/stages";
import { registered } from "../../beam/registered";
import { addCounts, decodeCounts, encodeCounts, type Counts } from "../../model/counts";

/** Sums nested integer counts (`model/counts.ts`); exact in any order and grouping. No counts give `{}`. */
export class SumCountsCombineFn implements BytesCombineFn {
  createAccumulator(): Uint8Array {
    return encodeCounts({});
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
  combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    let sum: Counts = {};
    for (const input of inputs) sum = addCounts(sum, decodeCounts(input));
    return encodeCounts(sum);
  }
}

registered("transforms/counts/sumCountsCombineFn", { SumCountsCombineFn });
