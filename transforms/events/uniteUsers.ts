import { registered } from "../../beam/registered";
import { uniteUserSets } from "../../model/userSet";
import { FoldCombineFn } from "../counts/foldCombineFn";

/** Unites sets of users, `KV<"users/2026-03-02", user set>` → one a key. */
export class UniteUsersCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    return uniteUserSets(inputs);
  }
}

registered("transforms/events/uniteUsers", { UniteUsersCombineFn });
