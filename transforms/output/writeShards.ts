import { join } from "node:path";
import { BlockFn } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, groupByKey, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { Grouped, KeyedBytes, PCollection } from "../../beam/types";
import { SumTalliesCombineFn } from "./sumTallies";
import type { WritePartInput, WrittenPart } from "./writePart";
import { partKey, partOfShard, type WriteSettings } from "./writeSettings";
import { WriteSummaryFn } from "./writeSummary";

/**
 * Writes a day's scored sessions and the small tables made of them, with a receipt a file. Nothing of it is visible before the driver
 * commits.
 *
 *     KV<shard, scored block>  →  nothing
 *
 * All sessions of a user are in one part, so a part file is sorted by user and counts users and transitions exactly.
 */
export function writeShards(settings: WriteSettings) {
  return composite("WriteShards", (scored: PCollection<KeyedBytes>): PCollection<KeyedBytes> =>
    scored
      .apply(stage("PartOfShard", new PartOfShardFn(settings.parts)))
      .apply(groupByKey("GroupByPart"))
      .apply(stage("WritePart", new WritePartFn(settings)))
      .apply(combinePerKey("SumTallies", new SumTalliesCombineFn()))
      .apply(stage("WriteSummary", new WriteSummaryFn(settings))),
  );
}

/** KV<shard, block> → KV<part, block>. */
export class PartOfShardFn extends BlockFn {
  constructor(private readonly parts: number) {
    super();
  }

  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    return [{ key: partKey(partOfShard(key, this.parts)), value }];
  }
}

const writePartTask = defineTask<WritePartInput, WrittenPart>(join(__dirname, "writePart.js"), "writePart");

/** KV<part, scored blocks> → KV<table, tally>. */
export class WritePartFn extends BlockFn<Grouped> {
  constructor(private readonly settings: WriteSettings) {
    super();
  }

  override async process({ key, value }: Grouped): Promise<KeyedBytes[]> {
    const part = Number(key.slice(key.lastIndexOf("-") + 1));
    const written = await runTask(writePartTask, { blocks: [...value], part, settings: this.settings });
    addProgress("sessions_written", written.rows);
    return [
      { key: "daily", value: written.daily },
      { key: "transitions", value: written.transitions },
      { key: "event_counts", value: written.events },
    ];
  }
}

registered("transforms/output/writeShards", { PartOfShardFn, WritePartFn });
