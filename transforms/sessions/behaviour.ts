import type { BehaviourRules } from "../../model/config";
import type { LocalDays } from "../../model/localDays";
import { dayIndexAt } from "../../model/localDays";

/** The rules by name, in the order of their bits. Each looks at one user in one app on one local day. */
export const BEHAVIOUR_RULES = ["rate", "awake", "regular", "flood"] as const;
export type BehaviourRule = (typeof BEHAVIOUR_RULES)[number];

const HOUR_MS = 3_600_000;

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
  /** Standard deviation of the pauses over their mean; NaN with fewer than two pauses or a mean of 0. */
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
  let sum = 0;
  let sumOfSquares = 0;
  for (let i = start; i < end; i++) {
    const t = timeMs[i]!;
    while (timeMs[windowStart]! <= t - HOUR_MS) windowStart++;
    eventsPerHour = Math.max(eventsPerHour, i - windowStart + 1);
    hours.add(Math.floor((t - dayStartMs) / HOUR_MS));
    perName.set(names[i]!, (perName.get(names[i]!) ?? 0) + 1);
    if (i > start) {
      // Whole seconds: a squared sum of milliseconds would leave the exact integers for a very busy day.
      const pause = (t - timeMs[i - 1]!) / 1000;
      sum += pause;
      sumOfSquares += pause * pause;
    }
  }
  const pauses = end - start - 1;
  const mean = sum / pauses;
  const variance = Math.max(0, sumOfSquares / pauses - mean * mean);
  return {
    events: end - start,
    eventsPerHour,
    hoursAwake: hours.size,
    pauseVariation: pauses >= 2 && mean > 0 ? Math.sqrt(variance) / mean : NaN,
    oneEventShare: end > start ? Math.max(...perName.values()) / (end - start) : 0,
  };
}

/** Rules broken on that day, as bits in the order of `BEHAVIOUR_RULES`; 0 = looks human. */
export function brokenRules(day: DayBehaviour, rules: BehaviourRules): number {
  const enough = day.events >= rules.minEventsForRules;
  const broken = [
    rules.maxEventsPerHour !== null && day.eventsPerHour > rules.maxEventsPerHour,
    rules.maxHoursAwakePerDay !== null && day.hoursAwake > rules.maxHoursAwakePerDay,
    rules.minPauseVariation !== null && enough && day.pauseVariation < rules.minPauseVariation,
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
