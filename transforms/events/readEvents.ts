import { join } from "node:path";
import { BlockFn } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, onlyKeys, spread, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import type { InputFile } from "../../io/inputs/inputFile";
import { decodeSplit, listInputs } from "./listInputs";
import { COUNTS_KEY, DEAD_KEY, type ReadAndPackInput } from "./readAndPack";
import { decodeReadCounts } from "./readCounts";
import type { ReadSettings } from "./readSettings";
import { SumReadCountsCombineFn } from "./sumReadCounts";
import { UniteUsersCombineFn } from "./uniteUsers";
import { USERS_KEY } from "./usersByDay";

/** What reading logs gives. */
export interface EventCollections {
  /** `KV<shard key, event block>`, several a shard. */
  readonly blocks: PCollection<KeyedBytes>;
  /** `KV<"dead", dead letters as JSON lines>`. */
  readonly deadLetters: PCollection<KeyedBytes>;
  /** `KV<"counts", ReadCounts JSON>`, one element; none when there was no split. */
  readonly counts: PCollection<KeyedBytes>;
  /** `KV<"users/" date, user set>`, one element a day that has users; null where they are not asked for. */
  readonly users: PCollection<KeyedBytes> | null;
}

/** The first part of every job: list → spread → read and pack, and the branches of what comes out. */
export function readEvents(root: Root, files: readonly InputFile[], settings: ReadSettings): EventCollections {
  const read = root.apply(listInputs(files, settings.input.splitBytes)).apply(readAndPackSplits(settings));
  return {
    blocks: read.apply(onlyKeys("EventBlocks", "shard-")),
    deadLetters: read.apply(onlyKeys("DeadLetters", DEAD_KEY)),
    counts: read.apply(onlyKeys("SplitCounts", COUNTS_KEY)).apply(combinePerKey("SumReadCounts", new SumReadCountsCombineFn())),
    users:
      settings.users === undefined || settings.identityHash === null
        ? null
        : read.apply(onlyKeys("SplitUsers", USERS_KEY)).apply(combinePerKey("UniteUsers", new UniteUsersCombineFn())),
  };
}

/** `KV<split id, Split JSON>` → event blocks (`shard-…`), dead letters (`dead`) and counts (`counts`) of all splits. */
function readAndPackSplits(settings: ReadSettings): (splits: PCollection<KeyedBytes>) => PCollection<KeyedBytes> {
  return composite("ReadAndPack", (splits: PCollection<KeyedBytes>) =>
    splits.apply(spread("SpreadSplits")).apply(stage("ReadAndPackSplit", new ReadAndPackFn(JSON.stringify(settings)))),
  );
}

const readAndPackTask = defineTask<ReadAndPackInput, KeyedBytes[]>(join(__dirname, "readAndPack.js"), "readAndPack");

export class ReadAndPackFn extends BlockFn {
  constructor(private readonly settings: string) {
    super();
  }

  async process({ value }: KeyedBytes): Promise<Iterable<KeyedBytes>> {
    const elements = await runTask(readAndPackTask, { split: decodeSplit(value), settings: this.settings });
    addProgress("splits read", 1);
    const counts = elements.find(({ key }) => key === COUNTS_KEY);
    if (counts !== undefined) {
      const { rowsRead, eventsPacked } = decodeReadCounts(counts.value);
      addProgress("rows read", rowsRead);
      addProgress("events", eventsPacked);
    }
    return elements;
  }
}

registered("transforms/events/readEvents", { ReadAndPackFn });
