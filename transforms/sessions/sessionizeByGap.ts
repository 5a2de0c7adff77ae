import { join } from "node:path";
import { withName, type PCollection } from "apache-beam";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { groupByKey, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { concatenate } from "./blockList";
import type { CutResult } from "./cutShard";
import type { CutTaskInput } from "./cutShardTask";
import type { CutOptions } from "./cutOptions";

/** Key under which the cut reports its counts, one JSON `CutCounts` a shard. */
export const CUT_COUNTS_KEY = "cut-counts";

/**
 * Sessions of every user, exact on any engine: group by shard in the global window, then cut inside the shard.
 *
 *     KV<shard, event block>  →  KV<shard, session block>  and  KV<"cut-counts", counts JSON>
 *
 * Engines' own merging session windows are not used: on Flink in batch mode they give wrong sessions as soon as parallelism exceeds 1.
 */
export function sessionizeByGap(options: CutOptions) {
  return withName("SessionizeByGap", (events: PCollection<KeyedBytes>) =>
    events.apply(groupByKey("GroupByShard")).apply(stage("CutSessions", new CutSessionsFn(options))),
  );
}

export class CutSessionsFn extends BlockFn<Grouped> {
  constructor(private readonly options: CutOptions) {
    super();
  }

  override async process({ key, value }: Grouped): Promise<KeyedBytes[]> {
    const input = concatenate([...value]);
    const result = await runTask(CUT, { ...input, options: this.options }, [input.bytes.buffer as ArrayBuffer]);
    const counts = Buffer.from(JSON.stringify(result.counts));
    return [...result.blocks.map((block) => ({ key, value: block })), { key: CUT_COUNTS_KEY, value: counts }];
  }
}

const CUT = defineTask<CutTaskInput, CutResult>(join(__dirname, "cutShardTask"), "cutShardTask");

registered("transforms/sessions/sessionizeByGap", { CutSessionsFn });
