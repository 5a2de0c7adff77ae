import { FLAWS, type Flaw } from "./lineWriter";

/** What was made, counted while it was made. */
export interface Counts {
  /** Lines written, flawed ones and duplicates among them (no CSV headers). */
  lines: number;
  /** Good events: user and background, duplicates not counted. */
  userEvents: number;
  backgroundEvents: number;
  duplicates: number;
  /** Extra lines by what is wrong with them. */
  flaws: Record<Flaw, number>;
  /** Sessions and user events by traffic. */
  sessions: Record<"human" | "staff" | "robot", number>;
  events: Record<"human" | "staff" | "robot", number>;
  /** Sessions delivered later than their day. */
  lateSessions: number;
  lateFiles: number;
  /** Steps inside a session of exactly the gap minus 1 ms; pauses between two sessions of a user and app of exactly the gap. */
  justBelowGap: number;
  exactGap: number;
  /** Sessions whose first and last event fall on different UTC dates. */
  overMidnight: number;
  endlessSessions: number;
  anonymousSessions: number;
  files: number;
  bytes: number;
}

export const noCounts = (): Counts => ({
  lines: 0,
  userEvents: 0,
  backgroundEvents: 0,
  duplicates: 0,
  flaws: Object.fromEntries(FLAWS.map((flaw) => [flaw, 0])) as Record<Flaw, number>,
  sessions: { human: 0, staff: 0, robot: 0 },
  events: { human: 0, staff: 0, robot: 0 },
  lateSessions: 0,
  lateFiles: 0,
  justBelowGap: 0,
  exactGap: 0,
  overMidnight: 0,
  endlessSessions: 0,
  anonymousSessions: 0,
  files: 0,
  bytes: 0,
});
