export const MS_PER_HOUR = 3_600_000;
export const MS_PER_DAY = 86_400_000;

/** `2026-03-02` of an instant, in UTC. */
export const isoDate = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** Weekday of an instant in UTC, Monday = 0. */
export const weekdayOf = (ms: number) => (((Math.floor(ms / MS_PER_DAY) + 3) % 7) + 7) % 7;

/** How a day's visits spread over the local hours 0..23. */
export const HOUR_WEIGHTS = [
  2, 1, 0.6, 0.4, 0.4, 0.7, 1.6, 3, 4, 4, 4.2, 5, 5.6, 5, 4.2, 4.2, 5, 6.4, 7.6, 8, 8.4, 8, 6, 3.6,
] as const;
