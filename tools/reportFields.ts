export type FieldType = "string" | "number" | "boolean" | "array" | "object";

export interface ReportField {
  readonly name: string;
  readonly type: FieldType;
  /** May be null. */
  readonly nullable?: true;
  readonly what: string;
}

const field = (name: string, type: FieldType, what: string): ReportField => ({ name, type, what });
const orNull = (name: string, type: FieldType, what: string): ReportField => ({ name, type, nullable: true, what });

const WALL = field("wallMs", "number", "milliseconds the job took");

/**
 * Top-level fields of the JSON object that each command prints with `--json`: what scripts may rely on while `schemaVersion` stays. More
 * fields may come at any time.
 */
export const REPORT_FIELDS: Readonly<Record<string, readonly ReportField[]>> = {
  init: [
    field("configPath", "string", "the settings written"),
    field("catalogPath", "string", "the event catalogue written"),
    field("files", "number", "log files found"),
    field("bytes", "number", "their size"),
    field("rowsSeen", "number", "rows looked at"),
    orNull("firstMs", "number", "first time seen, epoch ms"),
    orNull("lastMs", "number", "last time seen, epoch ms"),
    field("guesses", "array", "settings with the reason for each"),
    field("remarks", "array", "what to fill in or look at"),
    field("eventNames", "number", "different event names"),
  ],
  profile: [
    field("id", "string", "the profile's folder name"),
    field("dates", "array", "local days seen"),
    field("rowsRead", "number", "rows read"),
    field("setAside", "object", "reason to rows"),
    field("apps", "array", "per app: events, users, robots, pauses, gap"),
    field("events", "array", "per event name: counts by day"),
    field("remarks", "array", "what a person should look at"),
    field("pagePath", "string", "the page"),
    field("proposedGapSeconds", "object", "app to seconds"),
    WALL,
  ],
  discover: [
    field("id", "string", "the discovery's id"),
    field("dates", "array", "local days seen"),
    field("rowsRead", "number", "rows read"),
    field("sessions", "number", "sessions of those days"),
    field("apps", "array", "per app: candidates for k, verdict, cards"),
    field("folder", "string", "the discovery's folder"),
    field("categoriesPath", "string", "the file to edit"),
    field("pagePath", "string", "the page"),
    WALL,
  ],
  review: [
    field("url", "string", "where the page was"),
    field("discovery", "string", "the discovery shown"),
    field("categoriesPath", "string", "the file it wrote"),
  ],
  train: [
    field("model", "string", "id of the model"),
    field("discovery", "string", "id of the discovery it learned from"),
    field("apps", "array", "per app: scoring events, errors, confusion"),
    field("warnings", "array", "worst first"),
    field("folder", "string", "the model's folder"),
    WALL,
  ],
  score: [
    field("output", "string", "folder of the tables"),
    field("model", "string", "id of the model"),
    field(
      "days",
      "array",
      "`{date, kind}`; `kind` is `published` (then `version`, `manifest`, `manifestPath`) or `unchanged` (then `runId`)",
    ),
    field("tooLate", "array", "stale days beyond `scoring.maxDaysLate`: `{date, reasons}`"),
    field("swept", "object", "traces of dead jobs removed: `{jobs, files}`"),
    WALL,
    field("peakRssBytes", "number", "largest resident set of the process"),
  ],
  status: [
    field("output", "string", "folder of the tables"),
    field("model", "string", "model that scoring would use"),
    field(
      "days",
      "array",
      "`{date, state, runId, model, sessions, reasons, tooLate, failure}`; `state` is `current`, `stale` or `missing`",
    ),
    field("unreadFiles", "array", "files whose times nobody knows yet"),
    field("tables", "array", "`{name, version, dates, bytes, files}`; `files` are the current Parquet files"),
  ],
  export: [
    field("to", "string", "the file or folder written"),
    field("version", "number", "version of the table"),
    field("days", "number", "days in it"),
    field("rows", "number", "rows in it"),
    field("bytes", "number", "its size"),
  ],
  explain: [
    field("session", "object", "the row of the session"),
    orNull("events", "array", "`{ms, name}` in order"),
    orNull("score", "object", "weights, noise feature, votes"),
    orNull("agrees", "boolean", "whether the category computed now is the table's"),
  ],
  backfill: [
    field("steps", "array", "`{dates, days, failure}`; `days` as of `score`"),
    field("published", "number", "days published"),
    field("unchanged", "number", "days that were up to date"),
    field("failed", "number", "days whose step failed"),
  ],
  diff: [
    field("versions", "array", "the two versions"),
    field("dates", "array", "per day: sessions before and after, models"),
    field("before", "number", "sessions before"),
    field("after", "number", "sessions after"),
    field("onlyBefore", "number", "sessions gone"),
    field("onlyAfter", "number", "sessions new"),
    field("both", "number", "sessions in both"),
    field("otherContent", "number", "of those, with other content"),
    field("moves", "array", "`{from, to, sessions, …}`"),
    field("movedShare", "number", "share of those in another category, 0..1"),
  ],
  prune: [
    field("files", "array", "`{table, path, bytes, why}`"),
    field("bytes", "number", "their size"),
    field("removed", "boolean", "whether they were removed"),
  ],
  generate: [
    field("outDir", "string", "folder of all"),
    field("logDir", "string", "the logs"),
    field("truthDir", "string", "the truth"),
    field("users", "number", "humans"),
    field("planted", "object", "what was planted"),
    field("seconds", "number", "time it took"),
    field("eventsPerSecond", "number", "events a second"),
  ],
  demo: [
    field("outDir", "string", "folder of all"),
    field("replaced", "boolean", "whether an earlier demo was there"),
    field("configPath", "string", "its settings"),
    field("pagePath", "string", "its page"),
    field("seconds", "object", "step to seconds"),
    field("summary", "object", "what was found of what was planted"),
    field("measured", "object", "the measures behind it"),
  ],
  "worker-pool": [field("address", "string", "`host:port`"), field("workers", "array", "workers that were started")],
};
