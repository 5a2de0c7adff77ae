import type { TaskResult } from "../../beam/tasks";
import type { Counts } from "../../model/counts";
import { splitBlocks, type BlockList } from "../sessions/blockList";
import { profileShard, type ProfileOptions } from "./profileShard";

export interface ProfileTaskInput extends BlockList {
  readonly options: ProfileOptions;
}

/** Task: `profileShard` over blocks that travelled as one buffer. */
export function profileShardTask(input: ProfileTaskInput): TaskResult<Counts> {
  return { value: profileShard(splitBlocks(input), input.options) };
}
