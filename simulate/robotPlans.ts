import { MS_PER_DAY, MS_PER_HOUR } from "./calendar";
import type { UserKind } from "./population";
import type { Random } from "./random";

/** One run of a robot: how many events, from when, how far apart, from which events. */
export interface RobotRun {
  readonly startMs: number;
  readonly count: number;
  /** Pause in ms before the next event. */
  pause(random: Random): number;
  /** Index into the client's robot events for event number i. */
  event(random: Random, i: number, events: number): number;
}

/**
 * The runs of a robot on one day. Crawlers walk all over in bursts; fast ones fetch a few kinds of pages several times a second;
 * sleepless ones act about every minute from 00:20 on through 24 clock hours; flooding ones repeat one event.
 */
export function robotRuns(kind: UserKind, dayMs: number, random: Random): RobotRun[] {
  const somewhen = () => dayMs + MS_PER_HOUR + random.below(20 * MS_PER_HOUR);
  switch (kind) {
    case "crawler":
      return [0, 1, 2].map(() => ({
        startMs: somewhen(),
        count: 100 + random.below(100),
        pause: (r) => 500 + r.below(1000),
        event: (r, _i, events) => r.below(events),
      }));
    case "fast":
      return [
        {
          startMs: somewhen(),
          count: 1200 + random.below(400),
          pause: (r) => 80 + r.below(220),
          event: (_r, i, events) => i % Math.min(3, events),
        },
      ];
    case "sleepless":
      return [
        {
          startMs: dayMs + 20 * 60_000,
          count: Math.floor((MS_PER_DAY - 40 * 60_000) / 60_000) - 20,
          pause: (r) => 59_000 + r.below(2000),
          event: (_r, i, events) => i % Math.min(4, events),
        },
      ];
    case "flooding":
      return [0, 1].map(() => ({
        startMs: somewhen(),
        count: 250 + random.below(100),
        pause: (r) => 1 + Math.floor(5000 * r.exponential()),
        event: () => 0,
      }));
    default:
      return [];
  }
}
