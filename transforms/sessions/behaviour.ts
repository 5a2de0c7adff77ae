import type { BehaviourRules } from "../../model/config";
import type { LocalDays } from "../../model/localDays";
import { dayIndexAt } from "../../model/localDays";

/** The rules by name, in the order of their bits. Each looks at one user in one app on one local day. */
export const BEHAVIOUR_RULES = ["rate", "awake", "regular", "flood"] as const;
export type BehaviourRule = (typeof BEHAVIOUR_RULES)[number];

const HOUR_MS = 3_600_000;
/** Fewer events are too few to call their pauses regular; clockwork shows soon, so this does not wait for `minEventsForRules`. */
const MIN_REGULAR_EVENTS = 20;
/** Shorter pauses are those of one page that loads, and clocks of whole seconds make them all alike. */
const MIN_REGULAR_PAUSE_MS = 5_000;

/** Whether any rule is on. */
export const hasBehaviourRules = (rules: BehaviourRules) =>
  rules.maxEventsPerHour !== null ||
  rules.maxHoursAwakePerDay !== null ||
  rules.minPauseVariation !== null ||
  rules.maxOneEventShare !== null;

/** What the rules look at: one user's events in one app on one local day. */
export interface DayBehaviour {
  readonly events: number;
  /** Most events in any 60 minutes. */
  readonly eventsPerHour: number;
  /** Hours since local midnight in which the user did something. */
  readonly hoursAwake: number;
  /**
   * Spread of the middle half of the pauses over their median: near 0 for a timer, also for one that misses a beat. NaN with fewer than
   * two pauses or a median below 5 seconds.
   */
  readonly pauseVariation: number;
  /** Share of the most frequent event name, 0..1. */
  readonly oneEventShare: number;
}

/** Measures events `start .. end`, ascending in time, all of one local day that begins at `dayStartMs`. */
export function measureDay(
  timeMs: ArrayLike<number>,
  names: ArrayLike<number>,
  start: number,
  end: number,
  dayStartMs: number,
): DayBehaviour {
  const hours = new Set<number>();
  const perName = new Map<number, number>();
  let eventsPerHour = 0;
  let windowStart = start;
  const pauses = new Float64Array(Math.max(0, end - start - 1));
  for (let i = start; i < end; i++) {
    const t = timeMs[i]!;
    while (timeMs[windowStart]! <= t - HOUR_MS) windowStart++;
    eventsPerHour = Math.max(eventsPerHour, i - windowStart + 1);
    hours.add(Math.floor((t - dayStartMs) / HOUR_MS));
    perName.set(names[i]!, (perName.get(names[i]!) ?? 0) + 1);
    if (i > start) pauses[i - start - 1] = t - timeMs[i - 1]!;
  }
  return {
    events: end - start,
    eventsPerHour,
    hoursAwake: hours.size,
    pauseVariation: variationOf(pauses),
    oneEventShare: end > start ? Math.max(...perName.values()) / (end - start) : 0,
  };
}

function variationOf(pauses: Float64Array): number {
  if (pauses.length < 2) return NaN;
  pauses.sort();
  const quantile = (share: number) => pauses[Math.floor((pauses.length - 1) * share)]!;
  const median = quantile(0.5);
  return median >= MIN_REGULAR_PAUSE_MS ? (quantile(0.75) - quantile(0.25)) / median : NaN;
}

/** Rules broken on that day, as bits in the order of `BEHAVIOUR_RULES`; 0 = looks human. */
export function brokenRules(day: DayBehaviour, rules: BehaviourRules): number {
  const enough = day.events >= rules.minEventsForRules;
  const broken = [
    rules.maxEventsPerHour !== null && day.eventsPerHour > rules.maxEventsPerHour,
    rules.maxHoursAwakePerDay !== null && day.hoursAwake > rules.maxHoursAwakePerDay,
    rules.minPauseVariation !== null && day.events >= MIN_REGULAR_EVENTS && day.pauseVariation < rules.minPauseVariation,
    rules.maxOneEventShare !== null && enough && day.oneEventShare >= rules.maxOneEventShare,
  ];
  return broken.reduce((bits, isBroken, i) => (isBroken ? bits | (1 << i) : bits), 0);
}

/**
 * Rules that one user in one app broke, per local day. Only events of the day itself count, so that a daily run and a run over a month
 * say the same.
 *
 * @param timeMs ascending
 * @param names any ids that tell names apart
 * @returns day index in `days` → bits; days without a broken rule are absent
 */
export function robotDays(
  timeMs: ArrayLike<number>,
  names: ArrayLike<number>,
  days: LocalDays,
  rules: BehaviourRules,
): Map<number, number> {
  const found = new Map<number, number>();
  const { length } = timeMs;
  for (let start = 0; start < length;) {
    const day = dayIndexAt(days, timeMs[start]!);
    const dayEndMs = days.startsMs[day + 1] ?? Infinity;
    let end = start + 1;
    while (end < length && timeMs[end]! < dayEndMs) end++;
    const bits = brokenRules(measureDay(timeMs, names, start, end, days.startsMs[day] ?? 0), rules);
    if (bits !== 0) found.set(day, bits);
    start = end;
  }
  return found;
}
