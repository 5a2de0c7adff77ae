import { registered } from "../../beam/registered";
import { decodeCounts, encodeCounts, sumCounts } from "../../model/counts";
import { FoldCombineFn } from "./foldCombineFn";

/** Sums nested integer counts (`model/counts.ts`); exact in any order and grouping. No counts give `{}`. */
export class SumCountsCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    return encodeCounts(sumCounts(decoded(inputs)));
  }
}

function* decoded(inputs: Iterable<Uint8Array>) {
  for (const input of inputs) yield decodeCounts(input);
}

registered("transforms/counts/sumCountsCombineFn", { SumCountsCombineFn });
