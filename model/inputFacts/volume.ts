import { dayNumber } from "../localDays";
import type { InputChange } from "./change";
import { median } from "./shareRule";

/** How much there was. */
export interface Volume {
  readonly events: number;
  readonly sessions: number;
}

/** Volume of one local day. */
export interface DayVolume extends Volume {
  readonly date: string;
}

/** Weeks looked back at. */
export const VOLUME_WEEKS = 6;
const MIN_WEEKDAYS = 3;
/** Smallest factor, up or down, that is far off. */
export const MIN_FACTOR = 1.6;
/** Standard deviations of the same weekdays, of which there are few, and of what a day may be by all that is known. */
const DEVIATIONS_OF_WEEKDAYS = 3;
const DEVIATIONS = 4;
/** Fewer events a day come and go by chance. */
const MIN_EVENTS = 50;
const WEEKDAYS = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"] as const;

/** A day against the same weekdays of the weeks before. */
export interface VolumeStep {
  /** Logarithm of how many times as many events as usual there are. */
  readonly off: number;
  readonly isFar: boolean;
  /** Events of a usual day. */
  readonly usual: number;
  /** Events of the days compared with. */
  readonly events: readonly number[];
}

/**
 * Compares a day with the same weekdays of the six weeks before, on the log scale. It is far off when it lies away from their median by
 * a factor of more than 1.6, by more than 3 standard deviations of these days (from their median absolute deviation), and by more than 4 of
 * what is to be expected of a day: of all days of the six weeks around their own weekdays, or of a chance number of sessions, whichever
 * is larger, with the uncertainty of the median. One session's events are added to both sides: a few sessions a day may be none by chance.
 *
 * @returns null when there are fewer than three such weekdays, or fewer than 50 events on a usual one
 */
export function volumeStep(day: DayVolume, history: readonly DayVolume[]): VolumeStep | null {
  const today = dayNumber(day.date);
  const weeks = history.filter(({ date }) => today - dayNumber(date) > 0 && today - dayNumber(date) <= 7 * VOLUME_WEEKS);
  const same = weeks.filter(({ date }) => (today - dayNumber(date)) % 7 === 0);
  if (same.length < MIN_WEEKDAYS) return null;
  const usual = median(same.map(({ events }) => events));
  if (usual < MIN_EVENTS) return null;
  const sessions = Math.max(1, median(same.map((one) => one.sessions)));
  const level = (events: number) => Math.log(events + usual / sessions);
  const off = level(day.events) - level(usual);
  const spread = deviation(same.map(({ events }) => level(events) - level(usual)));
  // Twice the variance of counting sessions: their lengths vary by about as much as their number.
  const expected = Math.max(deviation(residuals(weeks, level)), Math.sqrt(2 / sessions));
  const uncertain = Math.sqrt(1 + Math.PI / 2 / same.length);
  const far = Math.max(Math.log(MIN_FACTOR), DEVIATIONS_OF_WEEKDAYS * spread, DEVIATIONS * expected * uncertain);
  return { off, isFar: Math.abs(off) > far, usual, events: same.map(({ events }) => events) };
}

/** Of each day, how far it lies from the other days that are the same weekday. */
function residuals(days: readonly DayVolume[], level: (events: number) => number): number[] {
  const byWeekday = new Map<number, number[]>();
  for (const { date, events } of days) {
    const weekday = dayNumber(date) % 7;
    byWeekday.set(weekday, [...(byWeekday.get(weekday) ?? []), level(events)]);
  }
  return [...byWeekday.values()].flatMap((levels) => {
    const others = levels.length - 1;
    if (others === 0) return [];
    // The median of the others is uncertain itself; without that, days would seem to vary more than they do.
    const shrink = 1 / Math.sqrt(1 + (others < 3 ? 1 : Math.PI / 2) / others);
    return levels.map((own, i) => (own - median(levels.filter((_, j) => j !== i))) * shrink);
  });
}

/** Standard deviation around 0 of a normal distribution with this median absolute value; 0 of nothing. */
const deviation = (values: readonly number[]) => (values.length === 0 ? 0 : 1.4826 * median(values.map(Math.abs)));

/** @param what the app, or null for all events */
export function volumeChange({ date, events }: DayVolume, { off, events: before }: VolumeStep, what: string | null): InputChange {
  const weekday = WEEKDAYS[((dayNumber(date) % 7) + 7) % 7] as string;
  const range = `${number(Math.min(...before))} … ${number(Math.max(...before))}`;
  const whose = what === null ? "" : ` of ${what}`;
  return {
    kind: "volume",
    since: date,
    column: what,
    text: `${number(events)} events${whose} on ${date}, a ${weekday}; the ${before.length} ${weekday}s before had ${range}`,
    advice: off < 0 ? `are all logs${whose || " of the day"} there?` : "did logs come twice, or does a robot make noise?",
    explains: [],
  };
}

const number = (n: number) => n.toLocaleString("en-US");
