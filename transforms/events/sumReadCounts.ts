import type { BytesCombineFn } from "../../beam/combine";
import { registered } from "../../beam/registered";
import { decodeReadCounts, encodeReadCounts, mergeReadCounts, NO_READ_COUNTS } from "./readCounts";

/** Sums read counts, `KV<"counts", ReadCounts JSON>` → one of them. */
export class SumReadCountsCombineFn implements BytesCombineFn {
  createAccumulator(): Uint8Array {
    return encodeReadCounts(NO_READ_COUNTS);
  }

  addInput(sum: Uint8Array, counts: Uint8Array): Uint8Array {
    return encodeReadCounts(mergeReadCounts([decodeReadCounts(sum), decodeReadCounts(counts)]));
  }

  mergeAccumulators(sums: Iterable<Uint8Array>): Uint8Array {
    return encodeReadCounts(mergeReadCounts(Array.from(sums, decodeReadCounts)));
  }

  combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    return this.mergeAccumulators(inputs);
  }

  extractOutput(sum: Uint8Array): Uint8Array {
    return sum;
  }
}

registered("transforms/events/sumReadCounts", { SumReadCountsCombineFn });
