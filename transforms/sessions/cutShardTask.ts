import type { TaskResult } from "../../beam/tasks";
import { splitBlocks, type BlockList } from "./blockList";
import { cutShard, type CutResult } from "./cutShard";
import type { CutOptions } from "./cutOptions";

export interface CutTaskInput extends BlockList {
  readonly options: CutOptions;
}

/** Task: `cutShard` over blocks that travelled as one buffer. */
export function cutShardTask(input: CutTaskInput): TaskResult<CutResult> {
  const result = cutShard(splitBlocks(input), input.options);
  return { value: result, transfer: result.blocks.map((block) => block.buffer as ArrayBuffer) };
}
