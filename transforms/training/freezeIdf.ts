import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
import { decodeCounts, vocabulary } from "../../ml/documentFrequency";
import { encodeVocabulary } from "./appVocabulary";

/** KV<app, document frequency bytes> → KV<app, vocabulary>: every event seen in at least one session, not only the frequent ones. */
export class FreezeIdfFn extends BlockFn {
  process({ key, value }: KeyedBytes): KeyedBytes[] {
    return [{ key, value: encodeVocabulary(vocabulary(decodeCounts(value))) }];
  }
}

registered("transforms/training/freezeIdf", { FreezeIdfFn });
