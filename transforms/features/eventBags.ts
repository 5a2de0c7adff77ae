import { NO_COLUMN, type EventBags } from "../../ml/tfidf";
import { stringAt, stringCount, type SessionBlock } from "../../model/sessionBlock";

/** Vocabulary index of each string of a block, or `NO_COLUMN`. */
export function columnsOfStrings(block: SessionBlock, index: ReadonlyMap<string, number>): Uint32Array {
  const columns = new Uint32Array(stringCount(block.strings));
  for (let i = 0; i < columns.length; i++) columns[i] = index.get(stringAt(block.strings, i)) ?? NO_COLUMN;
  return columns;
}

/**
 * The bags of a block over a vocabulary in byte order. Both are sorted the same way, so columns ascend inside a row (events outside the
 * vocabulary, `NO_COLUMN`, stand between them and are skipped by the weighting).
 */
export function eventBags(block: SessionBlock, vocabulary: ReadonlyMap<string, number>): EventBags {
  const columns = columnsOfStrings(block, vocabulary);
  return {
    rowCount: block.sessionCount,
    offsets: block.bagOffsets,
    columns: block.bagEvents.map((name) => columns[name]!),
    counts: block.bagCounts,
  };
}

/** Event → index, for `eventBags`. */
export const vocabularyIndex = (events: readonly string[]): ReadonlyMap<string, number> =>
  new Map(events.map((event, i) => [event, i]));
