import { dateOfDay, dayNumber, dayStartMs } from "../../../model/localDays";
import { seeded } from "../../ml/forest/madeUp";
import { hours, minutes } from "../../support/builders";
import { EVENTS } from "../../transforms/scoring/madeUpModel";
import type { LogLine } from "./project";

export interface MonthOptions {
  readonly from: string;
  readonly days: number;
  /** Visits of a working day; weekends have a third. */
  readonly visits: number;
  readonly zone: string;
  readonly seed: number;
}

/** Lines by local day: the same people come again and again, fewer of them at weekends, some of them over midnight. */
export function monthLog({ from, days, visits, zone, seed }: MonthOptions): Map<string, LogLine[]> {
  const random = seeded(seed);
  const first = dayNumber(from);
  const startsMs = Array.from({ length: days + 2 }, (_, i) => dayStartMs(first + i, zone));
  const log = new Map(Array.from({ length: days }, (_, i) => [dateOfDay(first + i), [] as LogLine[]]));
  const add = (line: LogLine) => {
    const day = startsMs.findIndex((start, i) => line.ms >= start && line.ms < (startsMs[i + 1] ?? Infinity));
    log.get(dateOfDay(first + day))?.push(line);
  };
  for (let day = 0; day < days; day++) {
    const weekday = (first + day + 4) % 7;
    const share = weekday === 0 || weekday === 6 ? 1 / 3 : 1;
    const count = Math.round(visits * share * (0.85 + 0.3 * random()));
    for (let visit = 0; visit < count; visit++) {
      const user = `user-${Math.floor(random() ** 2 * 400)}`;
      const app = random() < 0.7 ? "web" : "iphone";
      let ms = (startsMs[day] as number) + Math.floor(hours(7 + 17 * random()));
      const events = 1 + Math.floor(random() * 12);
      for (let i = 0; i < events; i++) {
        const name = EVENTS[Math.floor(random() * EVENTS.length)] as string;
        add({ user, app, ms, name, ...(random() < 0.1 && { revenue: Math.round(random() * 1000) / 10 }) });
        ms += 1 + Math.floor(minutes(6) * random());
      }
    }
  }
  for (const lines of log.values()) lines.sort((a, b) => a.ms - b.ms);
  return log;
}
