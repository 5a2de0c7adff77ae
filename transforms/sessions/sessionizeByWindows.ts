import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { composite, stage } from "../../beam/stages";
import type { Grouped, KeyedBytes, PCollection } from "../../beam/types";
import type { SessionIntervalFn } from "../../beam/windows/assignSessions";
import { sessionWindows } from "../../beam/windows/sessionWindows";
import { UserError } from "../../model/errors";
import { splitPauseMs, type CutOptions } from "./cutOptions";
import { cutShard } from "./cutShard";
import { fragmentsOf } from "./fragments";
import { CUT_COUNTS_KEY } from "./sessionizeByGap";

/** Start and length of the interval, two float64, before the fragment's block. */
const INTERVAL_BYTES = 16;

/**
 * Sessions made by the engine's own merging session windows, each app with its gap: what `sessionizeByGap` gives, and slower; offered for
 * comparison and where a day's user does not fit a worker.
 *
 *     KV<shard, event block>  →  KV<shard, session block>  and  KV<"cut-counts", counts JSON>
 *
 * The elements are fragments of users; a fragment lasts until its last event and a gap. The engine brings together what overlaps: one chain
 * of activity, in which duplicates are dropped and the cap is applied as in the cut.
 * @throws UserError when behaviour rules are on: they look at a user's whole day, a window sees one chain
 */
export function sessionizeByWindows(options: CutOptions) {
  if (options.behaviour !== null) {
    throw new UserError("sessions.method `windows` cannot apply the rules of traffic.behaviour", [
      "switch the rules off (null), or use sessions.method `cut`",
    ]);
  }
  return composite("SessionizeByWindows", (events: PCollection<KeyedBytes>): PCollection<KeyedBytes> => {
    const fragments = events.apply(stage("CutFragments", new CutFragmentsFn(options))) as PCollection<KeyedBytes>;
    const chains = fragments.apply(sessionWindows("MergeFragments", new FragmentIntervalFn())) as PCollection<Grouped>;
    return chains.apply(stage("CutChains", new CutChainFn(options))) as PCollection<KeyedBytes>;
  });
}

export class CutFragmentsFn extends BlockFn {
  constructor(private readonly options: CutOptions) {
    super();
  }

  *process({ key: shard, value }: KeyedBytes) {
    const pauseOf = (app: string): number => splitPauseMs(this.options, app);
    for (const { key, firstMs, lastMs, block, pauseMs } of fragmentsOf(value, pauseOf)) {
      const bytes = new Uint8Array(INTERVAL_BYTES + block.length);
      const view = new DataView(bytes.buffer);
      view.setFloat64(0, firstMs);
      view.setFloat64(8, lastMs - firstMs + pauseMs);
      bytes.set(block, INTERVAL_BYTES);
      yield { key: `${shard} ${Buffer.from(key).toString("hex")}`, value: bytes };
    }
  }
}

export class FragmentIntervalFn implements SessionIntervalFn {
  interval({ value }: KeyedBytes) {
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    return { startMs: view.getFloat64(0), gapMs: view.getFloat64(8) };
  }
}

export class CutChainFn extends BlockFn<Grouped> {
  constructor(private readonly options: CutOptions) {
    super();
  }

  process({ key, value }: Grouped): KeyedBytes[] {
    const shard = key.slice(0, key.indexOf(" "));
    const { blocks, counts } = cutShard(
      Array.from(value, (bytes) => bytes.slice(INTERVAL_BYTES)),
      this.options,
    );
    return [
      ...blocks.map((block) => ({ key: shard, value: block })),
      { key: CUT_COUNTS_KEY, value: Buffer.from(JSON.stringify(counts)) },
    ];
  }
}

registered("transforms/sessions/sessionizeByWindows", { CutFragmentsFn, FragmentIntervalFn, CutChainFn });
