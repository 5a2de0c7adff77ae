/**
 * Why a row of a log was not used. Every row read is either packed as an event or counted under exactly one of these.
 * The order is part of the counts' format: append only.
 */
export const REASONS = [
  "malformed",
  "too_long",
  "truncated_input",
  "missing_time",
  "bad_time",
  "outside_range",
  "missing_app",
  "other_app",
  "missing_user",
  "given_session_missing",
  "bad_encoding",
  "nul_in_key",
  "missing_event",
  "background",
  "system",
  "clock_ahead",
] as const;
export type Reason = (typeof REASONS)[number];

/** What each reason means to a person, and whether the row is at fault (kept as a dead letter) or was left out on purpose. */
export const REASON_INFO: Readonly<Record<Reason, { readonly bad: boolean; readonly text: string }>> = {
  malformed: { bad: true, text: "the line is not of the input's format" },
  too_long: { bad: true, text: "the line is longer than input.maxLineBytes" },
  truncated_input: { bad: true, text: "the compressed file ends or breaks off here; what was before it is kept" },
  missing_time: { bad: true, text: "no time" },
  bad_time: { bad: true, text: "the time is not of the input's time format" },
  outside_range: { bad: false, text: "outside the dates this run reads" },
  missing_app: { bad: true, text: "no app" },
  other_app: { bad: false, text: "an app not listed in apps.only" },
  missing_user: { bad: true, text: "no user" },
  given_session_missing: { bad: true, text: "no session id, though session ids are given" },
  bad_encoding: { bad: true, text: "user, app, event or session id is not valid UTF-8" },
  nul_in_key: { bad: true, text: "user, app or session id holds a NUL byte" },
  missing_event: { bad: true, text: "no event name" },
  background: { bad: false, text: "a background event by the catalogue or the address rule" },
  system: { bad: false, text: "a system event by the catalogue" },
  clock_ahead: { bad: true, text: "later than the receive time plus input.clockToleranceSeconds" },
};

/** Codes for tight loops: 0 means the row was packed, otherwise the index of its reason plus 1. */
export const reasonCode = (reason: Reason) => REASONS.indexOf(reason) + 1;
export const reasonOf = (code: number) => REASONS[code - 1] as Reason;
