import { combinePerKey, onlyKeys } from "../../beam/stages";
import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import type { InputFile } from "../../io/inputs/inputFile";
import { SumCountsCombineFn } from "../counts/sumCountsCombineFn";
import { readEvents } from "../events/readEvents";
import type { ReadSettings } from "../events/readSettings";
import type { CutOptions } from "./cutOptions";
import { sessionize } from "./sessionize";
import { CUT_COUNTS_KEY } from "./sessionizeByGap";

/** What every job starts with. */
export interface FrontHalf {
  /** `KV<shard key, session block>`. */
  readonly sessions: PCollection<KeyedBytes>;
  /** `KV<"dead", dead letters as JSON lines>`. */
  readonly deadLetters: PCollection<KeyedBytes>;
  /** `KV<"counts", ReadCounts JSON>`, at most one element. */
  readonly readCounts: PCollection<KeyedBytes>;
  /** `KV<"cut-counts", CutCounts JSON>` summed over shards, at most one element. */
  readonly cutCounts: PCollection<KeyedBytes>;
}

/** Files → sessions, with all that was set aside on the way. */
export function frontHalf(root: Root, files: readonly InputFile[], settings: ReadSettings, cut: CutOptions): FrontHalf {
  const events = readEvents(root, files, settings);
  const cutOut = events.blocks.apply(sessionize(cut));
  return {
    sessions: cutOut.apply(onlyKeys("Sessions", "shard-")),
    deadLetters: events.deadLetters,
    readCounts: events.counts,
    cutCounts: cutOut
      .apply(onlyKeys("ShardCutCounts", CUT_COUNTS_KEY))
      .apply(combinePerKey("SumCutCounts", new SumCountsCombineFn())),
  };
}
