import { compareBytes } from "../../model/byteTable";
import type { BehaviourRules } from "../../model/config";
import { dayIndexAt, localDays, type LocalDays } from "../../model/localDays";
import { END_REASONS, TRAFFIC } from "../../model/sessionBlock";
import { BEHAVIOUR_RULES, robotDays, type BehaviourRule } from "./behaviour";
import { splitPauseMs, type CutOptions } from "./cutOptions";
import { dropDuplicates, KeptEvents } from "./dropDuplicates";
import { SessionBlockBuilder, type CutSession } from "./sessionBlockBuilder";
import { readShardEvents, type ShardEvents } from "./shardEvents";
import { sortEvents, type SortedEvents } from "./sortEvents";

/**
 * What became of one shard's events. `eventsRead` = `eventsInSessions` + `duplicates` + `eventsOutside`, always.
 */
export interface CutCounts {
  readonly eventsRead: number;
  readonly eventsInSessions: number;
  /** Duplicates dropped from the sessions made. */
  readonly duplicates: number;
  /** Events (and their duplicates) of sessions that other days own. */
  readonly eventsOutside: number;
  readonly sessions: number;
  readonly capCut: number;
  /** Sessions that a behaviour rule flagged as robot, by rule; one session may break several. */
  readonly robotsByRule: Readonly<Record<BehaviourRule, number>>;
}

export interface CutResult {
  readonly blocks: Uint8Array[];
  readonly counts: CutCounts;
}

/**
 * Event blocks of one shard → session blocks sorted by (app, user, start, given id). Pure: the order of the blocks does not matter.
 *
 * A pause of at least the app's gap ends a chain of activity. A chain no longer than the cap is one session; a longer one is cut at each
 * local midnight (end reason `cap`). With given ids the id joins the key, and a pause of at least the cap ends a chain.
 */
export function cutShard(blocks: readonly Uint8Array[], options: CutOptions): CutResult {
  const events = readShardEvents(blocks);
  const sorted = sortEvents(events);
  const days = events.count > 0 ? localDays(events.minMs, events.maxMs, options.zone) : { firstDay: 0, startsMs: [] };
  const builder = new SessionBlockBuilder(events, sorted, options.attributes, options.given, options.sequenceEvents);
  const cutter = new ChainCutter(options, days, sorted.timeMs);
  const keyOrder = events.keys.sortedIds();
  const counts = { eventsRead: events.count, eventsInSessions: 0, duplicates: 0, eventsOutside: 0, sessions: 0, capCut: 0 };
  const robotsByRule = { rate: 0, awake: 0, regular: 0, flood: 0 };
  const pauseOfApp = new Map<number, number>();
  const kept = new KeptEvents();
  for (let i = 0; i < keyOrder.length;) {
    // All keys of one (app, user): one without given ids, several with them.
    const sessions: CutSession[] = [];
    kept.clear();
    const firstKey = keyOrder[i]!;
    do {
      const key = keyOrder[i++]!;
      const app = events.appOfKey[key]!;
      let pauseMs = pauseOfApp.get(app);
      if (pauseMs === undefined) {
        pauseMs = splitPauseMs(options, appName(events, app));
        pauseOfApp.set(app, pauseMs);
      }
      const from = kept.count;
      dropDuplicates(events, sorted, sorted.offsets[key]!, sorted.offsets[key + 1]!, kept);
      cutter.cut(key, kept, from, pauseMs, sessions);
    } while (options.given && i < keyOrder.length && sameAppAndUser(events, firstKey, keyOrder[i]!));
    if (options.given) sessions.sort((a, b) => compareStarts(a, b, sorted.timeMs, kept, events));
    const robots = options.behaviour ? robotDaysOf(sorted, kept, days, options.behaviour) : NO_ROBOT;
    for (const session of sessions) {
      if (options.ownedDays && (session.day < options.ownedDays.from || session.day > options.ownedDays.to)) {
        counts.eventsOutside += session.end - session.start + session.duplicates;
        continue;
      }
      const broken = robots.get(session.day - days.firstDay) ?? 0;
      BEHAVIOUR_RULES.forEach((rule, bit) => (robotsByRule[rule] += (broken >> bit) & 1));
      builder.add(session, kept.positions, broken === 0 ? 0 : ROBOT);
      counts.eventsInSessions += session.end - session.start;
      counts.duplicates += session.duplicates;
      counts.sessions += 1;
      if (session.endReason === CAP) counts.capCut += 1;
    }
  }
  return { blocks: builder.finish(), counts: { ...counts, robotsByRule } };
}

const NO_ROBOT: ReadonlyMap<number, number> = new Map();
const ROBOT = TRAFFIC.indexOf("robot");
const GAP = END_REASONS.indexOf("gap");
const CAP = END_REASONS.indexOf("cap");
const GIVEN = END_REASONS.indexOf("given");
const PROVISIONAL = END_REASONS.indexOf("provisional");

/** Cuts the kept events of one key into sessions. */
class ChainCutter {
  constructor(
    private readonly options: CutOptions,
    private readonly days: LocalDays,
    private readonly timeMs: Float64Array,
  ) {}

  cut(key: number, kept: KeptEvents, from: number, pauseMs: number, sessions: CutSession[]): void {
    const { timeMs, options } = this;
    const { positions } = kept;
    const completeUntilMs = options.completeUntilMs ?? Infinity;
    const natural = options.given ? GIVEN : GAP;
    let chainStart = from;
    for (let i = from + 1; i <= kept.count; i++) {
      const lastMs = timeMs[positions[i - 1]!]!;
      if (i < kept.count && timeMs[positions[i]!]! - lastMs < pauseMs) continue;
      const open = lastMs + pauseMs > completeUntilMs;
      const endReason = open ? PROVISIONAL : natural;
      if (lastMs - timeMs[positions[chainStart]!]! > options.capMs) {
        chainStart = this.cutAtMidnights(key, kept, chainStart, i, sessions);
      }
      sessions.push(this.session(key, kept, chainStart, i, endReason));
      chainStart = i;
    }
  }

  /** Pushes all pieces of an overlong chain but the last, whose first event it returns. */
  private cutAtMidnights(key: number, kept: KeptEvents, start: number, end: number, sessions: CutSession[]): number {
    let pieceStart = start;
    let day = dayIndexAt(this.days, this.timeMs[kept.positions[start]!]!);
    for (let i = start + 1; i < end; i++) {
      const timeMs = this.timeMs[kept.positions[i]!]!;
      if (timeMs < this.days.startsMs[day + 1]!) continue;
      sessions.push(this.session(key, kept, pieceStart, i, CAP));
      pieceStart = i;
      day = dayIndexAt(this.days, timeMs);
    }
    return pieceStart;
  }

  private session(key: number, kept: KeptEvents, start: number, end: number, endReason: number): CutSession {
    let duplicates = 0;
    for (let i = start; i < end; i++) duplicates += kept.duplicates[i]!;
    const day = this.days.firstDay + dayIndexAt(this.days, this.timeMs[kept.positions[start]!]!);
    return { key, start, end, duplicates, day, endReason };
  }
}

/** Days on which the user of the kept events (one key, or all given ids of one user) looks like a robot. */
function robotDaysOf(
  sorted: SortedEvents,
  kept: KeptEvents,
  days: LocalDays,
  rules: BehaviourRules,
): ReadonlyMap<number, number> {
  const positions = kept.positions.slice(0, kept.count);
  // With given ids the keys of one user follow each other, each in order.
  positions.sort((a, b) => sorted.timeMs[a]! - sorted.timeMs[b]!);
  const timeMs = Float64Array.from(positions, (position) => sorted.timeMs[position]!);
  return robotDays(
    timeMs,
    Uint32Array.from(positions, (position) => sorted.code[position]! >>> 2),
    days,
    rules,
  );
}

function appName({ apps }: ShardEvents, app: number): string {
  return Buffer.from(apps.arenaBytes().subarray(apps.start(app), apps.end(app))).toString("utf8");
}

/** Length of `app NUL user` inside a key that also holds a given id. */
function appUserEnd(events: ShardEvents, key: number): number {
  const arena = events.keys.arenaBytes();
  return arena.indexOf(0, arena.indexOf(0, events.keys.start(key)) + 1);
}

function sameAppAndUser(events: ShardEvents, a: number, b: number): boolean {
  const arena = events.keys.arenaBytes();
  const { keys } = events;
  return compareBytes(arena, keys.start(a), appUserEnd(events, a), arena, keys.start(b), appUserEnd(events, b)) === 0;
}

/** By start, then given id. */
function compareStarts(a: CutSession, b: CutSession, timeMs: Float64Array, kept: KeptEvents, events: ShardEvents): number {
  return timeMs[kept.positions[a.start]!]! - timeMs[kept.positions[b.start]!]! || events.keys.compare(a.key, b.key);
}
