/** Columns of web-server logs in the combined and common formats. */
export const WEB_LOG_COLUMNS: readonly string[] = [
  "host",
  "user",
  "time",
  "request",
  "method",
  "path",
  "status",
  "bytes",
  "referrer",
  "userAgent",
];

/** Columns of every session table; carried attributes take other names. */
export const SESSION_COLUMNS: readonly string[] = [
  "session_id",
  "user",
  "app",
  "start",
  "end",
  "date",
  "duration_s",
  "event_count",
  "distinct_events",
  "first_event",
  "last_event",
  "end_reason",
  "traffic",
  "category_id",
  "category",
  "confidence",
  "unsure",
  "noise_feature",
  "unknown_events",
  "duplicates_dropped",
  "model",
  "run_id",
];
