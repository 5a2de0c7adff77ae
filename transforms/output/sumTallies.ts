import type { BytesCombineFn } from "../../beam/stages";
import { registered } from "../../beam/registered";
import { Tally } from "./tally";

/** Adds up encoded tallies of one table. */
export class SumTalliesCombineFn implements BytesCombineFn {
  createAccumulator(): Uint8Array {
    return new Tally().encode();
  }
  addInput(accumulator: Uint8Array, input: Uint8Array): Uint8Array {
    return this.mergeAccumulators([accumulator, input]);
  }
  mergeAccumulators(accumulators: Iterable<Uint8Array>): Uint8Array {
    const total = new Tally();
    for (const accumulator of accumulators) total.addEncoded(accumulator);
    return total.encode();
  }
  extractOutput(accumulator: Uint8Array): Uint8Array {
    return accumulator;
  }
}

registered("transforms/output/sumTallies", { SumTalliesCombineFn });
