import { registered } from "../../beam/registered";
import { FoldCombineFn } from "../counts/foldCombineFn";
import { decodeReadCounts, encodeReadCounts, mergeReadCounts } from "./readCounts";

/** Sums read counts, `KV<"counts", ReadCounts JSON>` → one of them. */
export class SumReadCountsCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    return encodeReadCounts(mergeReadCounts(Array.from(inputs, decodeReadCounts)));
  }
}

registered("transforms/events/sumReadCounts", { SumReadCountsCombineFn });
