import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { addProgress } from "../../beam/progress";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { decodeCounts, encodeCounts, type Counts } from "../../model/counts";
import { selectSessions } from "../../model/selectSessions";
import { decodeSessionBlock, encodeSessionBlock, stringAt, TRAFFIC, type SessionBlock } from "../../model/sessionBlock";
import { SumCountsCombineFn } from "../counts/sumCountsCombineFn";
import { HASH_BINS, hashBin, sessionHashes } from "./sessionHash";

export interface SampleOptions {
  /** Sessions wanted per app. */
  readonly sampleSessions: number;
  /** Shorter sessions are not learned from. */
  readonly minEvents: number;
  readonly seed: number;
}

/**
 * A random sample of each app's human sessions that are not too short: all whose hash falls into the first of 4,096 bins, as many bins
 * as it takes to reach `sampleSessions`. The same sample on any engine, whatever the order; at most one bin larger than asked for.
 *
 *     KV<shard, session block>  →  KV<app, session block of that app>
 */
export function sampleSessions(options: SampleOptions) {
  return composite("SampleSessions", (sessions: PCollection<KeyedBytes>) => {
    const bins = sessions
      .apply(stage("CountHashBins", new CountHashBinsFn(options)))
      .apply(combinePerKey("SumHashBins", new SumCountsCombineFn()));
    return sessions.apply(stage("KeepSampled", new KeepSampledFn(options), { bins }));
  });
}

const HUMAN = TRAFFIC.indexOf("human");

/** Rows that may be learned from, by app (index into `strings`). */
function eligibleRows(block: SessionBlock, minEvents: number): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let i = 0; i < block.sessionCount; i++) {
    if (block.traffic[i] !== HUMAN || block.eventCount[i]! < minEvents) continue;
    const of = rows.get(block.app[i]!);
    if (of) of.push(i);
    else rows.set(block.app[i]!, [i]);
  }
  return rows;
}

/** Counts eligible sessions per app and hash bin. */
export class CountHashBinsFn extends BlockFn {
  constructor(private readonly options: SampleOptions) {
    super();
  }

  override process({ value }: KeyedBytes): KeyedBytes[] {
    const block = decodeSessionBlock(value);
    const { high } = sessionHashes(block, this.options.seed);
    const counts: Counts = Object.create(null) as Counts;
    for (const [app, rows] of eligibleRows(block, this.options.minEvents)) {
      const bins: Record<string, number> = {};
      for (const row of rows) bins[hashBin(high[row]!)] = (bins[hashBin(high[row]!)] ?? 0) + 1;
      counts[stringAt(block.strings, app)] = bins;
    }
    addProgress("sessions", block.sessionCount);
    return [{ key: "bins", value: encodeCounts(counts) }];
  }
}

/** Keeps the sessions of the bins that belong to the sample. */
export class KeepSampledFn extends BlockFn {
  constructor(private readonly options: SampleOptions) {
    super();
  }

  override process({ value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const lastBins = lastSampledBins(decodeCounts(side.single("bins")), this.options.sampleSessions);
    const block = decodeSessionBlock(value);
    const { high } = sessionHashes(block, this.options.seed);
    const out: KeyedBytes[] = [];
    for (const [app, rows] of eligibleRows(block, this.options.minEvents)) {
      const name = stringAt(block.strings, app);
      const lastBin = lastBins.get(name) ?? HASH_BINS;
      const kept = rows.filter((row) => hashBin(high[row]!) <= lastBin);
      if (kept.length === 0) continue;
      addProgress("sampled", kept.length);
      out.push({ key: name, value: encodeSessionBlock(selectSessions(block, Uint32Array.from(kept))) });
    }
    return out;
  }
}

/** Per app the last bin that belongs to a sample of `wanted` sessions. */
export function lastSampledBins(counts: Counts, wanted: number): Map<string, number> {
  return new Map(
    Object.entries(counts).map(([app, bins]) => {
      let sum = 0;
      let bin = -1;
      while (bin < HASH_BINS - 1 && sum < wanted) {
        bin += 1;
        sum += ((bins as Counts)[bin] as number | undefined) ?? 0;
      }
      return [app, bin];
    }),
  );
}

registered("transforms/discovery/sampleSessions", { CountHashBinsFn, KeepSampledFn });
