import type { BehaviourRules } from "../../model/config";
import type { Counts } from "../../model/counts";
import { dateOfDay, dayIndexAt, localDays, type LocalDays } from "../../model/localDays";
import { pauseBin } from "../../model/pauseBins";
import { TRAFFIC } from "../../model/sessionBlock";
import { BEHAVIOUR_RULES, brokenRules, measureDay } from "../sessions/behaviour";
import { dropDuplicates, KeptEvents } from "../sessions/dropDuplicates";
import { readShardEvents, type ShardEvents } from "../sessions/shardEvents";
import { sortEvents, type SortedEvents } from "../sessions/sortEvents";

export interface ProfileOptions {
  readonly zone: string;
  /** Rules tried on every user and day; nothing is flagged, only counted. */
  readonly behaviour: BehaviourRules;
}

/**
 * One shard of a profile as nested counts, to be summed over shards:
 *
 *     apps.<app>.{ events, duplicates, users }
 *     apps.<app>.days.<date>.{ events, users }
 *     apps.<app>.pauses.<bin>                                   pauses of human events, bins of `model/pauseBins.ts`
 *     apps.<app>.traffic.<human|staff|robot>                    events
 *     apps.<app>.rules.<rule>.{ userDays, events }              behaviour rules broken; `any` = at least one
 *     apps.<app>.busiest.<bin>.{ userDays, events, others }     busiest hour of users with five events or more on a day, bins of
 *                                                               `busiestBin`; others: those of them that break a rule
 *     events.<app>.<name>.{ count, users, alone, regular }      alone: users with no other event; regular: users for whom it is clockwork
 *     events.<app>.<name>.days.<date>                           events
 *
 * Duplicates are dropped first. With given session ids each id counts as a user of its own in `users` and `pauses`.
 */
export function profileShard(blocks: readonly Uint8Array[], options: ProfileOptions): Counts {
  const events = readShardEvents(blocks);
  if (events.count === 0) return {};
  const sorted = sortEvents(events);
  const days = localDays(events.minMs, events.maxMs, options.zone);
  const apps = events.apps.sortedIds();
  const profiles = new Map(Array.from(apps, (app) => [app, new AppProfile(days)]));
  const kept = new KeptEvents();
  for (let key = 0; key < events.keys.count; key++) {
    kept.clear();
    const start = sorted.offsets[key]!;
    const end = sorted.offsets[key + 1]!;
    dropDuplicates(events, sorted, start, end, kept);
    profiles.get(events.appOfKey[key]!)!.addUser(sorted, kept, end - start - kept.count, options.behaviour);
  }
  const counts = { apps: empty(), events: empty() };
  for (const [app, profile] of profiles) {
    const name = text(events, "apps", app);
    counts.apps[name] = profile.app;
    counts.events[name] = profile.eventCounts(events);
  }
  return counts;
}

/** Users with fewer occurrences say nothing about how regular an event is. */
const MIN_OCCURRENCES = 10;
const REGULAR_VARIATION = 0.15;
/** Users with fewer events on a day say nothing about what is much. */
const MIN_BUSY_EVENTS = 5;

/** Bin of the events in the busiest hour of a day: four to a doubling, the upper edge `2 ** (bin / 4)` included. */
export const busiestBin = (eventsPerHour: number) => Math.ceil(4 * Math.log2(eventsPerHour));

class AppProfile {
  readonly app: Counts = empty();
  private readonly perEvent = new Map<number, { count: number; users: number; alone: number; regular: number; days: Counts }>();

  constructor(private readonly days: LocalDays) {}

  addUser(sorted: SortedEvents, kept: KeptEvents, duplicates: number, rules: BehaviourRules): void {
    const positions = kept.positions.subarray(0, kept.count);
    const timeMs = Float64Array.from(positions, (position) => sorted.timeMs[position]!);
    const names = Uint32Array.from(positions, (position) => sorted.code[position]! >>> 2);
    const traffic = Uint8Array.from(positions, (position) => sorted.code[position]! & 3);
    add(this.app, ["events"], kept.count);
    add(this.app, ["duplicates"], duplicates);
    add(this.app, ["users"], 1);
    for (let i = 0; i < kept.count; i++) {
      add(this.app, ["traffic", TRAFFIC[traffic[i]!]!], 1);
      if (i > 0 && traffic[i] === 0 && traffic[i - 1] === 0)
        add(this.app, ["pauses", String(pauseBin(timeMs[i]! - timeMs[i - 1]!))], 1);
    }
    this.addDays(timeMs, names, rules);
    this.addEvents(timeMs, names);
  }

  private addDays(timeMs: Float64Array, names: Uint32Array, rules: BehaviourRules): void {
    for (let start = 0; start < timeMs.length;) {
      const day = dayIndexAt(this.days, timeMs[start]!);
      let end = start + 1;
      while (end < timeMs.length && timeMs[end]! < this.days.startsMs[day + 1]!) end++;
      const date = dateOfDay(this.days.firstDay + day);
      add(this.app, ["days", date, "events"], end - start);
      add(this.app, ["days", date, "users"], 1);
      for (let i = start; i < end; i++) add(this.eventOf(names[i]!).days, [date], 1);
      const measured = measureDay(timeMs, names, start, end, this.days.startsMs[day]!);
      const broken = brokenRules(measured, rules);
      if (measured.events >= MIN_BUSY_EVENTS) {
        const bin = ["busiest", String(busiestBin(measured.eventsPerHour))];
        for (const path of broken === 0 ? [bin] : [bin, [...bin, "others"]]) {
          add(this.app, [...path, "userDays"], 1);
          add(this.app, [...path, "events"], measured.events);
        }
      }
      const rulesBroken = [...BEHAVIOUR_RULES.filter((_, bit) => (broken >> bit) & 1), ...(broken ? ["any"] : [])];
      for (const rule of rulesBroken) {
        add(this.app, ["rules", rule, "userDays"], 1);
        add(this.app, ["rules", rule, "events"], end - start);
      }
      start = end;
    }
  }

  private addEvents(timeMs: Float64Array, names: Uint32Array): void {
    const times = new Map<number, number[]>();
    names.forEach((name, i) => {
      const of = times.get(name);
      if (of) of.push(timeMs[i]!);
      else times.set(name, [timeMs[i]!]);
    });
    for (const [name, at] of times) {
      const event = this.eventOf(name);
      event.count += at.length;
      event.users += 1;
      if (times.size === 1) event.alone += 1;
      if (at.length >= MIN_OCCURRENCES && isRegular(at)) event.regular += 1;
    }
  }

  private eventOf(name: number) {
    let event = this.perEvent.get(name);
    if (!event) {
      event = { count: 0, users: 0, alone: 0, regular: 0, days: empty() };
      this.perEvent.set(name, event);
    }
    return event;
  }

  eventCounts(events: ShardEvents): Counts {
    const counts = empty();
    for (const [rank, event] of this.perEvent) counts[text(events, "strings", events.byRank[rank]!)] = event;
    return counts;
  }
}

/** Whether the middle half of an event's own pauses lies within 15 % of their median: a timer, not a person. */
function isRegular(at: readonly number[]): boolean {
  const pauses = at
    .slice(1)
    .map((t, i) => t - at[i]!)
    .sort((a, b) => a - b);
  const quantile = (share: number) => pauses[Math.floor((pauses.length - 1) * share)]!;
  const median = quantile(0.5);
  return median > 0 && quantile(0.75) - quantile(0.25) <= REGULAR_VARIATION * median;
}

const empty = () => Object.create(null) as Counts;

function add(counts: Counts, path: readonly string[], amount: number): void {
  let at = counts;
  for (const name of path.slice(0, -1)) at = (at[name] ??= empty()) as Counts;
  const last = path[path.length - 1]!;
  at[last] = ((at[last] as number | undefined) ?? 0) + amount;
}

function text(events: ShardEvents, table: "apps" | "strings", id: number): string {
  const { [table]: strings } = events;
  return Buffer.from(strings.arenaBytes().subarray(strings.start(id), strings.end(id))).toString("utf8");
}
