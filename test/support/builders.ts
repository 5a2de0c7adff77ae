import { encodeEventBlock, type PackedEvent } from "../../model/eventBlock";
import {
  encodeSessionBlock,
  END_REASONS,
  NO_STRING,
  TRAFFIC,
  toStringTable,
  type EndReason,
  type SessionBlock,
  type Traffic,
} from "../../model/sessionBlock";

/** Durations in milliseconds. */
export const seconds = (n: number) => n * 1000;
export const minutes = (n: number) => n * 60_000;
export const hours = (n: number) => n * 3_600_000;
export const days = (n: number) => n * 86_400_000;

/** Moment from which `event` and `session` count: 2016-07-01T00:00:00Z, a Friday. */
export const START_MS = Date.UTC(2016, 6, 1);

/** Strings in the order of their UTF-8 bytes, the order of every file and block. */
export const byUtf8 = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export interface TestEvent {
  readonly user: string;
  readonly name: string;
  readonly timeMs: number;
  readonly app: string;
  /** Given session id; null where sessions are cut by gap. */
  readonly sessionId: string | null;
  readonly traffic: Traffic;
  readonly numbers: readonly number[];
  readonly texts: readonly (string | null)[];
  readonly idHash: Uint8Array | null;
}

/** `event("ana", "SEARCH", minutes(3))`: three minutes after `START_MS`, app `web`, human. */
export function event(
  user: string,
  name: string,
  offsetMs: number,
  more: Partial<Omit<TestEvent, "user" | "name">> = {},
): TestEvent {
  return {
    user,
    name,
    timeMs: START_MS + offsetMs,
    app: "web",
    sessionId: null,
    traffic: "human",
    numbers: [],
    texts: [],
    idHash: null,
    ...more,
  };
}

/** Key of an event in an event block: `app NUL user`, with `NUL session id` where given. */
export const keyOf = ({ app, user, sessionId }: Pick<TestEvent, "app" | "user" | "sessionId">) =>
  Buffer.from([app, user, ...(sessionId === null ? [] : [sessionId])].join("\0"), "utf8");

/** One event block of all `events`: a run per key in first-seen order, ascending in time inside a run. */
export function eventBlock(events: readonly TestEvent[]): Uint8Array {
  const runs = new Map<string, TestEvent[]>();
  for (const one of events) {
    const key = keyOf(one).toString("utf8");
    const run = runs.get(key);
    if (run) run.push(one);
    else runs.set(key, [one]);
  }
  const packed = (one: TestEvent): PackedEvent => ({ ...one, traffic: TRAFFIC.indexOf(one.traffic) });
  return encodeEventBlock(
    {
      hasEventIds: events.some(({ idHash }) => idHash !== null),
      numberCount: events[0]?.numbers.length ?? 0,
      textCount: events[0]?.texts.length ?? 0,
    },
    [...runs].map(([key, run]) => ({
      key: Buffer.from(key, "utf8"),
      events: [...run].sort((a, b) => a.timeMs - b.timeMs).map(packed),
    })),
  );
}

export interface TestSession {
  readonly user: string;
  readonly app: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Events and how often each occurred. */
  readonly events: Readonly<Record<string, number>>;
  readonly given: string | null;
  readonly endReason: EndReason;
  readonly traffic: Traffic;
  readonly duplicates: number;
  readonly numbers: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string | null>>;
}

/** `session("ana", { SEARCH: 2, CLICK: 1 }, { startMs: START_MS + hours(2) })`: app `web`, human, ended by the gap, a minute an event. */
export function session(user: string, events: Readonly<Record<string, number>>, more: Partial<TestSession> = {}): TestSession {
  const startMs = more.startMs ?? START_MS;
  return {
    user,
    events,
    app: "web",
    startMs,
    endMs: startMs + minutes(Math.max(0, total(events) - 1)),
    given: null,
    endReason: "gap",
    traffic: "human",
    duplicates: 0,
    numbers: {},
    texts: {},
    ...more,
  };
}

const total = (events: Readonly<Record<string, number>>) => Object.values(events).reduce((sum, n) => sum + n, 0);

/**
 * A session block as the cut makes it: rows by (app, user, start, given id), one sorted string table. First and last event are the
 * first and last name of the bag in the order written; the day is the UTC day of the start.
 */
export function sessionBlock(sessions: readonly TestSession[]): SessionBlock {
  const rows = [...sessions].sort(
    (a, b) => byUtf8(a.app, b.app) || byUtf8(a.user, b.user) || a.startMs - b.startMs || byUtf8(a.given ?? "", b.given ?? ""),
  );
  const texts = (row: TestSession) => Object.values(row.texts).filter((text) => text !== null);
  const strings = [...new Set(rows.flatMap((row) => [row.app, ...Object.keys(row.events), ...texts(row)]))].sort(byUtf8);
  const codes = new Map(strings.map((text, i) => [text, i]));
  const code = (text: string | undefined) => codes.get(text ?? "") ?? NO_STRING;
  const bags = rows.map((row) => Object.entries(row.events).sort(([a], [b]) => byUtf8(a, b)));
  const offsets = bags.reduce<number[]>((all, bag) => [...all, (all.at(-1) ?? 0) + bag.length], [0]);
  const names = (of: (row: TestSession) => object) => [...new Set(rows.flatMap((row) => Object.keys(of(row))))].sort(byUtf8);
  return {
    sessionCount: rows.length,
    strings: toStringTable(strings),
    app: Uint32Array.from(rows, (row) => code(row.app)),
    users: toStringTable(rows.map((row) => row.user)),
    given: rows.some((row) => row.given !== null) ? toStringTable(rows.map((row) => row.given ?? "")) : null,
    startMs: Float64Array.from(rows, (row) => row.startMs),
    endMs: Float64Array.from(rows, (row) => row.endMs),
    day: Int32Array.from(rows, (row) => Math.floor(row.startMs / days(1))),
    eventCount: Uint32Array.from(rows, (row) => total(row.events)),
    duplicates: Uint32Array.from(rows, (row) => row.duplicates),
    firstEvent: Uint32Array.from(rows, (row) => code(Object.keys(row.events)[0])),
    lastEvent: Uint32Array.from(rows, (row) => code(Object.keys(row.events).at(-1))),
    endReason: Uint8Array.from(rows, (row) => END_REASONS.indexOf(row.endReason)),
    traffic: Uint8Array.from(rows, (row) => TRAFFIC.indexOf(row.traffic)),
    bagOffsets: Uint32Array.from(offsets),
    bagEvents: Uint32Array.from(bags.flatMap((bag) => bag.map(([name]) => code(name)))),
    bagCounts: Uint32Array.from(bags.flatMap((bag) => bag.map(([, count]) => count))),
    numbers: new Map(
      names((row) => row.numbers).map((name) => [name, Float64Array.from(rows, (row) => row.numbers[name] ?? NaN)]),
    ),
    texts: new Map(
      names((row) => row.texts).map((name) => [
        name,
        Uint32Array.from(rows, (row) => (row.texts[name] == null ? NO_STRING : code(row.texts[name]))),
      ]),
    ),
    sequence: null,
  };
}

/** `sessionBlock` as the bytes that travel between stages. */
export const sessionBlockBytes = (sessions: readonly TestSession[]): Uint8Array => encodeSessionBlock(sessionBlock(sessions));
