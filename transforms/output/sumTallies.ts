import { registered } from "../../beam/registered";
import { FoldCombineFn } from "../counts/foldCombineFn";
import { Tally } from "./tally";

/** Adds up encoded tallies of one table. */
export class SumTalliesCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    const total = new Tally();
    for (const input of inputs) total.addEncoded(input);
    return total.encode();
  }
}

registered("transforms/output/sumTallies", { SumTalliesCombineFn });
