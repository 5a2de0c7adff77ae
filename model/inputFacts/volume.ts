import { dayNumber } from "../localDays";
import type { InputChange } from "./change";
import { median } from "./shareRule";

/** Events of one local day. */
export interface DayVolume {
  readonly date: string;
  readonly events: number;
}

/** Weeks looked back at. */
export const VOLUME_WEEKS = 6;
const MIN_WEEKDAYS = 3;
/** Smallest factor, up or down, that is far off. */
const MIN_FACTOR = 1.6;
const DEVIATIONS = 5;
/** Fewer events a day come and go by chance. */
const MIN_EVENTS = 50;
const WEEKDAYS = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"] as const;

/**
 * Whether a day has far more or fewer events than the same weekdays of the six weeks before: by a factor of more than 1.6, and by more
 * than 5 standard deviations of those days on the log scale (from their median absolute deviation). At least three such weekdays are
 * needed.
 *
 * @param what the app, or null for all events
 */
export function volumeChange(day: DayVolume, history: readonly DayVolume[], what: string | null = null): InputChange | null {
  const today = dayNumber(day.date);
  const same = history.filter(({ date }) => {
    const age = today - dayNumber(date);
    return age > 0 && age % 7 === 0 && age <= 7 * VOLUME_WEEKS;
  });
  if (same.length < MIN_WEEKDAYS) return null;
  const logs = same.map(({ events }) => Math.log(Math.max(1, events)));
  const usual = median(logs);
  if (Math.exp(usual) < MIN_EVENTS) return null;
  const spread = 1.4826 * median(logs.map((log) => Math.abs(log - usual)));
  const off = Math.log(Math.max(1, day.events)) - usual;
  if (Math.abs(off) <= Math.max(Math.log(MIN_FACTOR), DEVIATIONS * spread)) return null;
  const weekday = WEEKDAYS[((today % 7) + 7) % 7] as string;
  const events = same.map((one) => one.events);
  const range = `${number(Math.min(...events))} … ${number(Math.max(...events))}`;
  const whose = what === null ? "" : ` of ${what}`;
  return {
    kind: "volume",
    since: day.date,
    column: what,
    text: `${number(day.events)} events${whose} on ${day.date}, a ${weekday}; the ${same.length} ${weekday}s before had ${range}`,
    advice: off < 0 ? "are all logs of the day there?" : "did logs come twice, or does a robot make noise?",
    explains: [],
  };
}

const number = (n: number) => n.toLocaleString("en-US");
