import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { groupByKey, source, spread, stage } from "../../beam/stages";
import type { BuildPipeline, Grouped, KeyedBytes } from "../../beam/types";
import type { SessionIntervalFn } from "../../beam/windows/assignSessions";
import { sessionWindows } from "../../beam/windows/sessionWindows";

export interface SessionTestOptions {
  readonly dir: string;
  readonly users: number;
  readonly eventsPerUser: number;
  /** One split of the events each: the order of a user's events is lost among them. */
  readonly splits: number;
}

const GAPS_MS = [1_800_000, 60_000];
const FIRST_MS = 1_460_000_000_000;

/** Gap of a user: one of two. */
export function gapOf(user: number): number {
  return GAPS_MS[user % GAPS_MS.length]!;
}

/** Times of a user's events: pauses of 1 s, the gap, 1 ms less, 1 ms more, and five gaps, in an order that looks random. */
export function timesOf(user: number, count: number): number[] {
  const gap = gapOf(user);
  const pauses = [gap - 1, gap, gap + 1, 5 * gap, 0, 1000, 1000, 1000, 1000, 1000];
  let time = FIRST_MS + user * 12_345;
  return Array.from({ length: count }, (_, index) => (time += pauses[mixed(user, index) % pauses.length]!));
}

/** Sessions by brute force: `user start count`, sorted. */
export function sessionsByHand({ users, eventsPerUser }: SessionTestOptions): string[] {
  const sessions: string[] = [];
  for (let user = 0; user < users; user++) {
    let [start, last, count] = [NaN, NaN, 0];
    for (const time of timesOf(user, eventsPerUser)) {
      if (!(time - last < gapOf(user))) {
        if (count > 0) sessions.push(`u${user} ${start} ${count}`);
        [start, count] = [time, 0];
      }
      [last, count] = [time, count + 1];
    }
    sessions.push(`u${user} ${start} ${count}`);
  }
  return sessions.sort();
}

/** Sessions through the engine's own windows, written to `sessions.txt` as {@link sessionsByHand} gives them. */
export function sessionPipeline(options: SessionTestOptions): BuildPipeline {
  return (root) =>
    void root
      .apply(source("ListSplits", new ListSplitsFn(options.splits)))
      .apply(spread("SpreadSplits"))
      .apply(stage("MakeEvents", new MakeEventsFn(options)))
      .apply(sessionWindows("Sessionize", new EventIntervalFn()))
      .apply(stage("Describe", new DescribeSessionFn()))
      .apply(groupByKey("All"))
      .apply(stage("Write", new WriteSessionsFn(options.dir)));
}

export class ListSplitsFn extends BlockFn<Uint8Array> {
  constructor(private readonly splits: number) {
    super();
  }

  *process() {
    for (let split = 0; split < this.splits; split++) {
      yield { key: String(split), value: new Uint8Array() };
    }
  }
}

export class MakeEventsFn extends BlockFn {
  constructor(private readonly options: SessionTestOptions) {
    super();
  }

  *process({ key }: KeyedBytes) {
    const { users, eventsPerUser, splits } = this.options;
    for (let user = 0; user < users; user++) {
      const times = timesOf(user, eventsPerUser);
      for (let index = 0; index < times.length; index++) {
        if ((index * 7 + user) % splits === Number(key)) {
          const value = Buffer.alloc(8);
          value.writeDoubleBE(times[index]!);
          yield { key: `u${user}`, value };
        }
      }
    }
  }
}

export class EventIntervalFn implements SessionIntervalFn {
  interval({ key, value }: KeyedBytes) {
    return { startMs: timeIn(value), gapMs: gapOf(Number(key.slice(1))) };
  }
}

export class DescribeSessionFn extends BlockFn<Grouped> {
  process({ key, value }: Grouped): KeyedBytes[] {
    const times = Array.from(value, timeIn);
    return [{ key: "all", value: Buffer.from(`${key} ${Math.min(...times)} ${times.length}`) }];
  }
}

export class WriteSessionsFn extends BlockFn<Grouped> {
  constructor(private readonly dir: string) {
    super();
  }

  process({ value }: Grouped): void {
    const lines = Array.from(value, (bytes) => Buffer.from(bytes).toString()).sort();
    writeFileSync(join(this.dir, "sessions.txt"), lines.join("\n"));
  }
}

function timeIn(value: Uint8Array): number {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).readDoubleBE();
}

function mixed(a: number, b: number): number {
  let hash = Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

registered("test/engines/sessionPipeline", {
  ListSplitsFn,
  MakeEventsFn,
  EventIntervalFn,
  DescribeSessionFn,
  WriteSessionsFn,
});
