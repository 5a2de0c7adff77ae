import type { PCollection } from "apache-beam";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { decodeCounts, encodeCounts, mergeCounts } from "../../ml/documentFrequency";
import { FoldCombineFn } from "../counts/foldCombineFn";
import { decodeSessionBlock, stringAt, stringCount } from "../../model/sessionBlock";

/**
 * In how many sessions each event occurs, per key.
 *
 *     KV<app, session block>  →  KV<app, document frequency bytes>
 *
 * Lifted: each bundle counts its own blocks, and only the counts cross the network.
 */
export function documentFrequencyPerApp() {
  return composite("DocumentFrequencyPerApp", (blocks: PCollection<KeyedBytes>) =>
    blocks
      .apply(stage("CountSessionsPerEvent", new CountSessionsPerEventFn()))
      .apply(combinePerKey("SumDocumentFrequency", new DocumentFrequencyCombineFn())),
  );
}

/** Document frequencies of one block. */
export class CountSessionsPerEventFn extends BlockFn {
  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    const block = decodeSessionBlock(value);
    // Each event stands at most once in a session's bag.
    const sessions = new Uint32Array(stringCount(block.strings));
    for (const name of block.bagEvents) sessions[name]!++;
    const sessionsByEvent = new Map<string, number>();
    sessions.forEach((count, name) => count > 0 && sessionsByEvent.set(stringAt(block.strings, name), count));
    return [{ key, value: encodeCounts({ sessionCount: block.sessionCount, sessionsByEvent }) }];
  }
}

/** Accumulator, input and output are encoded counts (`ml/documentFrequency.ts`). */
export class DocumentFrequencyCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    return encodeCounts(mergeCounts(Array.from(inputs, decodeCounts)));
  }
}

registered("transforms/features/documentFrequencyPerApp", { CountSessionsPerEventFn, DocumentFrequencyCombineFn });
