import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { decodeCounts, encodeCounts, type Counts } from "../../model/counts";
import { encodeJson } from "../../model/json";
import { decodeSessionBlock, stringAt, stringCount, TRAFFIC } from "../../model/sessionBlock";
import { SumCountsCombineFn } from "../counts/sumCountsCombineFn";
import { decodeSpace } from "./discoverySpace";

/** Human sessions of an app by length, before any sample is drawn. */
export interface SessionLengths {
  readonly sessions: number;
  readonly single: number;
  /** Shorter than `minEvents`: not learned from. */
  readonly tooShort: number;
}

/** What is odd about the events of an app's sample, for the remarks of the report. */
export interface SampleShape {
  readonly events: number;
  readonly sessions: number;
  /** Sessions of `LONG_EVENTS` events and more, and their share of all events. */
  readonly longSessions: number;
  readonly longEventShare: number;
  /** Event names that occur in one session only. */
  readonly namesSeenInOne: number;
  /** Share of the events whose name is too rare for the vocabulary. */
  readonly outsideShare: number;
  /** The most frequent name: its share of the events, and of all TF-IDF weight under each term weighting. */
  readonly top: {
    readonly event: string;
    readonly eventShare: number;
    readonly weightShare: { readonly count: number; readonly log: number; readonly binary: number };
  };
}

export const LONG_EVENTS = 1000;
const HUMAN = TRAFFIC.indexOf("human");
/** Logarithms are added up as whole numbers of 2^-20, so that sums do not depend on their order. */
const LOG_UNIT = 2 ** 20;

/**
 *     KV<shard, session block>  →  KV<app, SessionLengths>
 */
export function sessionLengths(minEvents: number) {
  return composite("SessionLengths", (sessions: PCollection<KeyedBytes>) =>
    sessions
      .apply(stage("CountLengths", new CountLengthsFn(minEvents)))
      .apply(combinePerKey("SumLengths", new SumCountsCombineFn())),
  );
}

export class CountLengthsFn extends BlockFn {
  constructor(private readonly minEvents: number) {
    super();
  }

  override process({ value }: KeyedBytes): KeyedBytes[] {
    const block = decodeSessionBlock(value);
    const byApp = new Map<number, { sessions: number; single: number; tooShort: number }>();
    for (let i = 0; i < block.sessionCount; i++) {
      if (block.traffic[i] !== HUMAN) continue;
      let of = byApp.get(block.app[i]!);
      if (of === undefined) byApp.set(block.app[i]!, (of = { sessions: 0, single: 0, tooShort: 0 }));
      of.sessions += 1;
      if (block.eventCount[i] === 1) of.single += 1;
      if (block.eventCount[i]! < this.minEvents) of.tooShort += 1;
    }
    return [...byApp].map(([app, of]) => ({ key: stringAt(block.strings, app), value: encodeCounts(of) }));
  }
}

/**
 *     KV<app, session block>, spaces  →  KV<app, SampleShape JSON>
 */
export function sampleShape(spaces: PCollection<KeyedBytes>) {
  return composite("SampleShape", (sample: PCollection<KeyedBytes>) =>
    sample
      .apply(stage("CountUse", new CountUseFn()))
      .apply(combinePerKey("SumUse", new SumCountsCombineFn()))
      .apply(stage("Summarise", new SummariseShapeFn(), { spaces })),
  );
}

/** Per event name: occurrences, sessions, and the sum of 1 + ln(count) over sessions. */
export class CountUseFn extends BlockFn {
  override process({ key, value }: KeyedBytes): KeyedBytes[] {
    const block = decodeSessionBlock(value);
    const names = stringCount(block.strings);
    const occurrences = new Uint32Array(names);
    const sessions = new Uint32Array(names);
    const logs = new Float64Array(names);
    block.bagEvents.forEach((name, at) => {
      const count = block.bagCounts[at]!;
      occurrences[name]! += count;
      sessions[name]! += 1;
      logs[name]! += Math.round((1 + Math.log(count)) * LOG_UNIT);
    });
    const uses = Object.create(null) as Counts;
    sessions.forEach((count, name) => {
      if (count > 0)
        uses[stringAt(block.strings, name)] = { occurrences: occurrences[name]!, sessions: count, logs: logs[name]! };
    });
    const long = block.eventCount.filter((events) => events >= LONG_EVENTS);
    const longEvents = long.reduce((sum, events) => sum + events, 0);
    return [{ key, value: encodeCounts({ sessions: block.sessionCount, long: long.length, longEvents, uses }) }];
  }
}

interface Use {
  readonly event: string;
  readonly occurrences: number;
  readonly sessions: number;
  readonly logs: number;
}

export class SummariseShapeFn extends BlockFn {
  override process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const counts = decodeCounts(value);
    const space = decodeSpace(side.all("spaces").get(key)!);
    const uses = Object.entries(counts["uses"] as Counts).map(([event, use]) => ({
      event,
      ...(use as unknown as Omit<Use, "event">),
    }));
    const idf = new Map(space.events.map((event, i) => [event, space.idf[i]!]));
    const total = (of: (use: Use) => number) => uses.reduce((sum, use) => sum + of(use), 0);
    const top = uses.reduce((best, use) => (use.occurrences > best.occurrences ? use : best));
    const events = total(({ occurrences }) => occurrences);
    const weightShare = (of: (use: Use) => number) => {
      const weight = (use: Use) => of(use) * (idf.get(use.event) ?? 0);
      const all = total(weight);
      return all > 0 ? weight(top) / all : 0;
    };
    const shape: SampleShape = {
      events,
      sessions: counts["sessions"] as number,
      longSessions: counts["long"] as number,
      longEventShare: (counts["longEvents"] as number) / events,
      namesSeenInOne: uses.filter(({ sessions }) => sessions === 1).length,
      outsideShare: total(({ event, occurrences }) => (idf.has(event) ? 0 : occurrences)) / events,
      top: {
        event: top.event,
        eventShare: top.occurrences / events,
        weightShare: {
          count: weightShare(({ occurrences }) => occurrences),
          log: weightShare(({ logs }) => logs),
          binary: weightShare(({ sessions }) => sessions),
        },
      },
    };
    return [{ key, value: encodeJson(shape) }];
  }
}

registered("transforms/discovery/sampleShape", { CountLengthsFn, CountUseFn, SummariseShapeFn });
