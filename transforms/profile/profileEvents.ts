import { join } from "node:path";
import { withName, type PCollection } from "apache-beam";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, groupByKey, stage } from "../../beam/stages";
import { defineTask, runTask } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { encodeCounts, type Counts } from "../../model/counts";
import { SumCountsCombineFn } from "../counts/sumCountsCombineFn";
import { concatenate } from "../sessions/blockList";
import type { ProfileOptions } from "./profileShard";
import type { ProfileTaskInput } from "./profileShardTask";

/** Key of the one element that `profileEvents` gives. */
export const PROFILE_KEY = "profile.json";

/**
 * Pauses, days, traffic and events of the whole log as nested counts (see `profileShard`).
 *
 *     KV<shard, event block>  →  KV<"profile.json", counts JSON>
 */
export function profileEvents(options: ProfileOptions) {
  return withName("ProfileEvents", (events: PCollection<KeyedBytes>) =>
    events
      .apply(groupByKey("GroupByShard"))
      .apply(stage("ProfileShards", new ProfileShardsFn(options)))
      .apply(combinePerKey("SumProfiles", new SumCountsCombineFn())),
  );
}

export class ProfileShardsFn extends BlockFn<Grouped> {
  constructor(private readonly options: ProfileOptions) {
    super();
  }

  override async process({ value }: Grouped): Promise<KeyedBytes[]> {
    const input = concatenate([...value]);
    const counts = await runTask(PROFILE, { ...input, options: this.options }, [input.bytes.buffer as ArrayBuffer]);
    return [{ key: PROFILE_KEY, value: encodeCounts(counts) }];
  }
}

const PROFILE = defineTask<ProfileTaskInput, Counts>(join(__dirname, "profileShardTask"), "profileShardTask");

registered("transforms/profile/profileEvents", { ProfileShardsFn });
