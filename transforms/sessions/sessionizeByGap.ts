import { withName, type PCollection } from "apache-beam";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { groupByKey, stage } from "../../beam/stages";
import { defineTask, runTask, type TaskResult } from "../../beam/tasks";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { cutShard, type CutCounts } from "./cutShard";
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

interface CutTaskInput {
  /** All blocks end to end; block i is `bytes[offsets[i] .. offsets[i+1]]`. */
  readonly bytes: Uint8Array;
  readonly offsets: number[];
  readonly options: CutOptions;
}

/** Task: `cutShard` over blocks that travelled as one buffer. */
export function cutShardTask({ bytes, offsets, options }: CutTaskInput): TaskResult<{ blocks: Uint8Array[]; counts: CutCounts }> {
  const result = cutShard(splitBlocks(bytes, offsets), options);
  return { value: result, transfer: result.blocks.map((block) => block.buffer as ArrayBuffer) };
}

const CUT = defineTask<CutTaskInput, { blocks: Uint8Array[]; counts: CutCounts }>(__filename, "cutShardTask");

/** One fresh buffer for many blocks: an element may be a view on a buffer that others read, so it is copied before it goes to a thread. */
export function concatenate(blocks: readonly Uint8Array[]): { bytes: Uint8Array; offsets: number[] } {
  const offsets = [0];
  for (const block of blocks) offsets.push(offsets[offsets.length - 1]! + block.length);
  const bytes = new Uint8Array(offsets[blocks.length]!);
  blocks.forEach((block, i) => bytes.set(block, offsets[i]!));
  return { bytes, offsets };
}

/** The blocks of `concatenate`, as views. */
export function splitBlocks(bytes: Uint8Array, offsets: readonly number[]): Uint8Array[] {
  return offsets.slice(1).map((end, i) => bytes.subarray(offsets[i], end));
}

registered("transforms/sessions/sessionizeByGap", { CutSessionsFn });
