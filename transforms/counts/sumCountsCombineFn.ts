import { registered } from "../../beam/registered";
import { addCounts, decodeCounts, encodeCounts, type Counts } from "../../model/counts";
import { FoldCombineFn } from "./foldCombineFn";

/** Sums nested integer counts (`model/counts.ts`); exact in any order and grouping. No counts give `{}`. */
export class SumCountsCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    let sum: Counts = {};
    for (const input of inputs) sum = addCounts(sum, decodeCounts(input));
    return encodeCounts(sum);
  }
}

registered("transforms/counts/sumCountsCombineFn", { SumCountsCombineFn });
