import { packColumns, unpackColumns, type TypedColumn } from "./columnBlock";
import { allStrings, decodeSessionBlock, toStringTable, type SessionBlock } from "./sessionBlock";

/** Category of sessions with fewer user events than `sessions.minEvents`: kept, not scored, not in shares. */
export const SHORT = "(short)";
/** Category of sessions whose app the model does not know: kept, not scored. */
export const NO_MODEL = "(no model)";

/** Facts about a scored session, added up in `SessionScores.flags`. The codes are part of the format. */
export const SCORE_FLAGS = {
  /** No event of the session has a weight in the model (all unknown, or in every training session): η is 0. */
  noKnownEvent: 1,
  /** η was divided by the model's training mean, because the app's batch was smaller than `scoring.minBatchSessions`. */
  modelMean: 2,
} as const;

/** What scoring adds to the sessions of a block, one value a session, same order. */
export interface SessionScores {
  /** Category ids that `category` indexes: `SHORT`, `NO_MODEL`, then the model's categories in their order. */
  readonly categoryIds: readonly string[];
  /** Names people see, parallel to `categoryIds`. */
  readonly categoryNames: readonly string[];
  /** Index into `categoryIds`. */
  readonly category: Uint16Array;
  /** Share of trees that voted for the category, (0, 1]; NaN for sessions that were not scored. */
  readonly confidence: Float32Array;
  /** 1 where `confidence` is below `scoring.minConfidence`. */
  readonly unsure: Uint8Array;
  /** η / mean η, ≥ 0: high = little noise (paper §4.3); NaN for sessions that were not scored. */
  readonly noiseFeature: Float32Array;
  /** Events (occurrences, not names) whose name the model never saw; 0 where the app has no model. */
  readonly unknownEvents: Uint32Array;
  /** Sum of `SCORE_FLAGS`. */
  readonly flags: Uint8Array;
}

/** A session block after scoring. */
export interface ScoredBlock extends SessionBlock {
  readonly scores: SessionScores;
}

/** Adds scores to an encoded session block; everything else is kept as it is. The result is a session block too. */
export function encodeScoredBlock(sessionBlock: Uint8Array, scores: SessionScores): Uint8Array {
  const ids = toStringTable(scores.categoryIds);
  const names = toStringTable(scores.categoryNames);
  return packColumns({
    ...unpackColumns(sessionBlock),
    categoryIdOffsets: ids.offsets,
    categoryIdBytes: ids.bytes,
    categoryNameOffsets: names.offsets,
    categoryNameBytes: names.bytes,
    category: scores.category,
    confidence: scores.confidence,
    unsure: scores.unsure,
    noiseFeature: scores.noiseFeature,
    unknownEvents: scores.unknownEvents,
    scoreFlags: scores.flags,
  });
}

/** @throws RangeError when `bytes` is not a scored block (a session block without scores is none). */
export function decodeScoredBlock(bytes: Uint8Array): ScoredBlock {
  const columns = unpackColumns(bytes);
  const take = <T extends TypedColumn>(name: string): T => {
    const column = columns[name];
    if (column === undefined) {
      throw new RangeError(`not a scored block: column ${name} is missing`);
    }
    return column as T;
  };
  const strings = (name: string) => allStrings({ offsets: take(`${name}Offsets`), bytes: take(`${name}Bytes`) });
  return {
    ...decodeSessionBlock(bytes),
    scores: {
      categoryIds: strings("categoryId"),
      categoryNames: strings("categoryName"),
      category: take("category"),
      confidence: take("confidence"),
      unsure: take("unsure"),
      noiseFeature: take("noiseFeature"),
      unknownEvents: take("unknownEvents"),
      flags: take("scoreFlags"),
    },
  };
}
