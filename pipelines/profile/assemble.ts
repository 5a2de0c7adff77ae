import { proposeGap } from "../../ml/gapMixture";
import { seedFrom } from "../../ml/random";
import { MIN_DAYS, seasonalFit } from "../../ml/seasonal";
import type { Counts } from "../../model/counts";
import { dateOfDay, dayNumber } from "../../model/localDays";
import { withProposedRate } from "./behaviourProposal";
import { PAUSE_EDGES_MS } from "../../model/pauseBins";
import type { AppGap, AppProfile, EventProfile } from "../../model/profileReport";

/** Pauses fewer than this say nothing about a gap. */
const MIN_PAUSES = 100;
/** An event is proposed as background when it is clockwork for at least this share of the users who have it often enough. */
const REGULAR_SHARE = 0.5;
const MIN_REGULAR_USERS = 3;

const of = (counts: Counts | undefined, name: string) => (counts?.[name] as Counts | undefined) ?? {};
const num = (counts: Counts | undefined, name: string) => (counts?.[name] as number | undefined) ?? 0;
const byName = <T>([a]: readonly [string, T], [b]: readonly [string, T]) => (a < b ? -1 : 1);

/** All local dates from the first to the last on which anything happened, gaps included. */
export function datesOf(counts: Counts): string[] {
  const dates = Object.values(of(counts, "apps")).flatMap((app) => Object.keys(of(app as Counts, "days")));
  if (dates.length === 0) return [];
  dates.sort();
  const [first, last] = [dayNumber(dates[0]!), dayNumber(dates[dates.length - 1]!)];
  return Array.from({ length: last - first + 1 }, (_, i) => dateOfDay(first + i));
}

/**
 * Apps of a profile's summed counts (see `profileShard`), in order of their names.
 * @param proposeRate whether the settings leave `maxEventsPerHour` open
 */
export function appProfiles(counts: Counts, givenSessions: boolean, seed: number, proposeRate: boolean): AppProfile[] {
  return Object.entries(of(counts, "apps"))
    .sort(byName)
    .map(([app, value]) => {
      const own = value as Counts;
      const pauses = pausesOf(of(own, "pauses"));
      const total = pauses.reduce((sum, { count }) => sum + count, 0);
      return {
        app,
        events: num(own, "events"),
        duplicates: num(own, "duplicates"),
        users: num(own, "users"),
        traffic: of(own, "traffic") as Record<string, number>,
        ...withProposedRate(own, proposeRate),
        days: Object.entries(of(own, "days"))
          .sort(byName)
          .map(([date, day]) => ({ date, events: num(day as Counts, "events"), users: num(day as Counts, "users") })),
        pauses,
        gap: givenSessions || total < MIN_PAUSES ? null : gapOf(of(own, "pauses"), num(own, "users"), seedFrom(seed, "gap", app)),
      };
    });
}

function pausesOf(bins: Counts): AppProfile["pauses"] {
  return Object.entries(bins)
    .map(([bin, count]) => ({
      fromMs: Number(bin) === 0 ? 0 : PAUSE_EDGES_MS[Number(bin) - 1]!,
      toMs: PAUSE_EDGES_MS[Number(bin)] ?? PAUSE_EDGES_MS[PAUSE_EDGES_MS.length - 1]! * 2,
      count: count as number,
    }))
    .sort((a, b) => a.fromMs - b.fromMs);
}

function gapOf(bins: Counts, userCount: number, seed: number): AppGap {
  const edgesMs = Float64Array.from([0, ...PAUSE_EDGES_MS]);
  const counts = new Float64Array(edgesMs.length - 1);
  for (const [bin, count] of Object.entries(bins)) {
    const at = Math.min(Number(bin), counts.length - 1);
    counts[at] = counts[at]! + (count as number);
  }
  const { curve, ...proposal } = proposeGap({ edgesMs, counts }, { userCount, seed });
  const points = Array.from(curve.gapSeconds, (gapSeconds, i) => ({ gapSeconds, sessions: curve.sessions[i]! }));
  return { ...proposal, curve: points };
}

/** Events of all apps, most frequent first. */
export function eventProfiles(counts: Counts, dates: readonly string[]): EventProfile[] {
  const profiles = Object.entries(of(counts, "events")).flatMap(([app, events]) =>
    Object.entries(events as Counts).map(([event, value]) => toEvent(app, event, value as Counts, dates)),
  );
  return profiles.sort((a, b) => b.count - a.count || (a.app < b.app ? -1 : a.app > b.app ? 1 : a.event < b.event ? -1 : 1));
}

function toEvent(app: string, event: string, own: Counts, dates: readonly string[]): EventProfile {
  const days = of(own, "days");
  const present = Object.keys(days).sort();
  const daily = dates.map((date) => num(days, date));
  const users = num(own, "users");
  const regular = num(own, "regular");
  const isRegular = regular >= MIN_REGULAR_USERS && regular >= REGULAR_SHARE * users;
  return {
    app,
    event,
    count: num(own, "count"),
    users,
    firstDate: present[0] ?? "",
    lastDate: present[present.length - 1] ?? "",
    daily,
    variance: dates.length >= MIN_DAYS ? seasonalFit(daily).variance : null,
    proposedKind: isRegular ? "background" : null,
    why: isRegular ? `comes like clockwork for ${regular} of ${users} users` : null,
  };
}
