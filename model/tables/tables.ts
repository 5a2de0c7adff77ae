import type { AttributeConfig } from "../config";
import type { TableColumn, TableSchema, TableType } from "./tableSchema";

const column = (name: string, type: TableType, about: string): TableColumn => ({ name, type, about });

const DATE = column("date", "date", "local day of the first event; the partition");
const RUN_ID = column("run_id", "string", "run that wrote the row");
const MODEL = column("model", "string", "id of the model bundle");
const APP = column("app", "string", "application");
const TRAFFIC = column("traffic", "string", "human, staff or robot");

type Attributes = readonly Pick<AttributeConfig, "name" | "type" | "take">[];

/** Every session once. Rows of a part file ascend by app, user, start and given id, as UTF-8 bytes. */
export const sessionsTable = (attributes: Attributes): TableSchema => ({
  name: "sessions",
  about: "every user session with its category",
  columns: [
    column("session_id", "string", "first 16 bytes of SHA-256(app NUL user NUL epoch ms of the first event [NUL given id]), hex"),
    column("user", "string", "user, after the identity map"),
    APP,
    column("start", "timestamp", "first event, UTC"),
    column("end", "timestamp", "last event, UTC"),
    DATE,
    column("duration_s", "double", "end - start, seconds"),
    column("event_count", "integer", "events, duplicates not counted"),
    column("distinct_events", "integer", "different event names"),
    column("first_event", "string", "name of the first event"),
    column("last_event", "string", "name of the last event"),
    column("end_reason", "string", "gap, cap, given or provisional"),
    TRAFFIC,
    column("category_id", "string", "category of the session; (short) and (no model) were not scored"),
    column("category", "string", "name of the category"),
    column("confidence", "double", "share of trees that voted for the category, 0..1; null where not scored"),
    column("unsure", "boolean", "confidence is below scoring.minConfidence"),
    column("noise_feature", "double", "noise share over its mean of the day; high = little noise; null where not scored"),
    column("unknown_events", "integer", "events whose name the model does not know"),
    column("duplicates_dropped", "integer", "duplicates of the session's events that were dropped"),
    MODEL,
    RUN_ID,
    ...attributes.map(({ name, type, take }) =>
      column(
        name,
        type === "number" ? "double" : "string",
        `attribute: ${take} value of the session's events; null where none has it`,
      ),
    ),
  ],
});

/** Sums per category; they add up over days but for `users`. */
export const dailyTable = (attributes: Attributes): TableSchema => ({
  name: "daily",
  about: "sessions of a day per app, traffic and category",
  columns: [
    DATE,
    APP,
    TRAFFIC,
    column("category_id", "string", "category"),
    column("category", "string", "name of the category"),
    column("sessions", "long", "sessions"),
    column("users", "long", "different users with such a session on the day"),
    column("events", "long", "events in the sessions"),
    column("duration_ms", "long", "sum of the sessions' durations, milliseconds"),
    column("unsure", "long", "sessions whose confidence is low"),
    column("unknown_events", "long", "events whose name the model does not know"),
    ...numeric(attributes).map(({ name }) => column(`${name}_sessions`, "long", `sessions with a value of ${name}`)),
    ...numeric(attributes).map(({ name }) =>
      column(`${name}_sum`, "double", `sum of ${name}; null where no session has a value`),
    ),
    MODEL,
    RUN_ID,
  ],
});

/** How users move between categories within a day: a session and the same user's next one in the same app. */
export const transitionsTable = (): TableSchema => ({
  name: "transitions",
  about: "pairs of consecutive sessions of a user in an app on one day",
  columns: [
    DATE,
    APP,
    column("traffic", "string", "traffic of the first of the two sessions"),
    column("from_category_id", "string", "category of a session"),
    column("from_category", "string", "its name"),
    column("to_category_id", "string", "category of the user's next session of the day; (end) when there was none"),
    column("to_category", "string", "its name"),
    column("transitions", "long", "how many"),
    MODEL,
    RUN_ID,
  ],
});

export const eventCountsTable = (): TableSchema => ({
  name: "event_counts",
  about: "events of a day's sessions by name",
  columns: [
    DATE,
    APP,
    TRAFFIC,
    column("event", "string", "event name"),
    column("events", "long", "events of that name in sessions of the day"),
    column("sessions", "long", "sessions with at least one"),
    MODEL,
    RUN_ID,
  ],
});

export const deadLettersTable = (): TableSchema => ({
  name: "dead_letters",
  about: "rows that a run could not use; a run reads more than its own day, so neighbouring days may list the same row",
  columns: [
    column("date", "date", "day that the run scored (the first one of a range)"),
    column("stage", "string", "stage that set the row aside"),
    column("reason", "string", "why"),
    column("file", "string", "path or URL"),
    column("offset", "long", "byte offset of the line in the uncompressed text; for Parquet the row number"),
    column("raw", "string", "the row's text, capped"),
    RUN_ID,
  ],
});

export const runsTable = (): TableSchema => ({
  name: "runs",
  about: "what each published day was made from, in numbers that add up",
  columns: [
    column("date", "date", "day that was scored"),
    RUN_ID,
    MODEL,
    column("fingerprint", "string", "hash of inputs, settings, model and format: same fingerprint, same bytes"),
    column("rows_read_from", "date", "first day of the job that made the day; row counts are the job's"),
    column("rows_read_to", "date", "last day of that job"),
    column("rows_read", "long", "rows of all files read, look-around included"),
    column("events_packed", "long", "rows that became events"),
    column("events_in_sessions", "long", "events used in sessions of the job's days"),
    column("duplicates", "long", "duplicates dropped from those sessions"),
    column("events_outside", "long", "events of sessions that other days own"),
    column("rows_set_aside", "long", "rows not used, all reasons"),
    column("set_aside", "string", "JSON: reason to rows"),
    column("sessions", "long", "sessions written for the day"),
    column("events", "long", "events in them"),
    column("format", "integer", "format of the tables"),
  ],
});

/** All tables of an output folder, in the order of their publish: `sessions` is last, so a day is there when it is there. */
export const allTables = (attributes: Attributes): readonly TableSchema[] => [
  dailyTable(attributes),
  transitionsTable(),
  eventCountsTable(),
  deadLettersTable(),
  runsTable(),
  sessionsTable(attributes),
];

/** Part of every fingerprint: raise it when the same inputs would give other bytes. */
export const TABLE_FORMAT = 1;

/** Next category of a user's last session of a day. */
export const NO_NEXT = "(end)";

function numeric(attributes: Attributes): Attributes {
  return attributes.filter(({ type }) => type === "number");
}
