import type { Counts } from "../../model/counts";
import { dayIndexAt, localDays } from "../../model/localDays";
import { pauseBin } from "../../model/pauseBins";
import { stringAt, stringCount, type SessionBlock } from "../../model/sessionBlock";

/** Weights are added up as whole numbers of 2^-20, so that sums do not depend on their order. */
export const WEIGHT_UNIT = 2 ** 20;

/**
 * What the cards need to know of a block's sessions, as nested counts to be summed:
 *
 *     <cluster>.{ sessions, events, durationMs }
 *     <cluster>.durations.<bin>, <cluster>.lengths.<bin>     logarithmic bins of `model/pauseBins.ts` (ms; events)
 *     <cluster>.hours.<hours since local midnight>
 *     <cluster>.names.<event>.{ sessions, occurrences, weight }
 *
 * @param cluster of each session
 * @param weightOf idf of each string of the block, 0 where it has none
 */
export function cardCounts(block: SessionBlock, cluster: ArrayLike<number>, weightOf: Float64Array, zone: string): Counts {
  const days = localDays(Math.min(...block.startMs), Math.max(...block.startMs), zone);
  const counts: Record<string, ClusterCounts> = {};
  for (let i = 0; i < block.sessionCount; i++) {
    const of = (counts[cluster[i]!] ??= newCounts(stringCount(block.strings)));
    const durationMs = block.endMs[i]! - block.startMs[i]!;
    const hour = Math.floor((block.startMs[i]! - days.startsMs[dayIndexAt(days, block.startMs[i]!)]!) / 3_600_000);
    of.sessions += 1;
    of.events += block.eventCount[i]!;
    of.durationMs += durationMs;
    increase(of.durations, pauseBin(durationMs));
    increase(of.lengths, pauseBin(block.eventCount[i]!));
    increase(of.hours, hour);
    for (let at = block.bagOffsets[i]!; at < block.bagOffsets[i + 1]!; at++) {
      const name = block.bagEvents[at]!;
      of.nameSessions[name]! += 1;
      of.nameOccurrences[name]! += block.bagCounts[at]!;
    }
  }
  return Object.fromEntries(Object.entries(counts).map(([c, of]) => [c, toCounts(of, block, weightOf)]));
}

interface ClusterCounts {
  sessions: number;
  events: number;
  durationMs: number;
  durations: Record<number, number>;
  lengths: Record<number, number>;
  hours: Record<number, number>;
  nameSessions: Uint32Array;
  nameOccurrences: Uint32Array;
}

const newCounts = (names: number): ClusterCounts => ({
  sessions: 0,
  events: 0,
  durationMs: 0,
  durations: {},
  lengths: {},
  hours: {},
  nameSessions: new Uint32Array(names),
  nameOccurrences: new Uint32Array(names),
});

function increase(counts: Record<number, number>, bin: number): void {
  counts[bin] = (counts[bin] ?? 0) + 1;
}

function toCounts(
  { nameSessions, nameOccurrences, ...counts }: ClusterCounts,
  block: SessionBlock,
  weightOf: Float64Array,
): Counts {
  const names = Object.create(null) as Counts;
  nameSessions.forEach((sessions, name) => {
    if (sessions === 0) return;
    const occurrences = nameOccurrences[name]!;
    names[stringAt(block.strings, name)] = {
      sessions,
      occurrences,
      weight: Math.round(weightOf[name]! * WEIGHT_UNIT) * occurrences,
    };
  });
  return { ...counts, names };
}
