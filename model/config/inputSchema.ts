import { z } from "zod";

/** A column by name, or one value for every event. */
const columnSource = z.union([
  z.string().min(1),
  z.strictObject({ column: z.string().min(1).meta({ description: "Column name." }) }),
  z.strictObject({
    constant: z.union([z.string().min(1), z.number()]).meta({ description: "One value for every event." }),
  }),
]);

const timeFormat = z.union([
  z.enum(["auto", "iso", "epoch_s", "epoch_ms", "epoch_us", "clf"]),
  z.strictObject({
    pattern: z
      .string()
      .min(1)
      .meta({ description: "Date parts as in Luxon and Java: yyyy MM dd HH mm ss SSS ZZZ.", examples: ["dd.MM.yyyy HH:mm:ss"] }),
  }),
]);

const address = z.strictObject({
  depth: z.int().min(1).default(2).meta({ description: "Path parts kept: `/a/b/c.html` at depth 2 becomes `/a/b`." }),
  dropQuery: z.boolean().default(true).meta({ description: "Leave out what follows `?` and `#`." }),
  backgroundExtensions: z
    .array(z.string().min(1))
    .default(["gif", "jpg", "jpeg", "png", "ico", "svg", "webp", "css", "js", "map", "woff", "woff2", "ttf", "xbm", "mpg", "wav"])
    .meta({ description: "File endings whose requests nobody asked for by hand: kept as background events." }),
});

const eventName = z.union([
  z.string().min(1),
  z.array(z.string().min(1)).min(1),
  z.strictObject({
    columns: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .meta({ description: "Column, or columns joined by `separator`.", examples: [["category", "action"]] }),
    separator: z.string().default(" | ").meta({ description: "Joins several columns; a missing part is left empty." }),
    address: z
      .union([z.boolean(), address])
      .default(false)
      .meta({ description: "The column holds a URL or path: make a short name of it. `true` takes the rule's defaults." }),
  }),
]);

const attribute = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "must be lower-case letters, digits and _, a letter first")
    .meta({ description: "Column name in the session table.", examples: ["revenue"] }),
  column: z
    .string()
    .min(1)
    .optional()
    .meta({ description: "Column in the logs; `name` when left out.", examples: ["order_value"] }),
  type: z
    .enum(["number", "string"])
    .default("string")
    .meta({ description: "Numbers or text.", examples: ["number"] }),
  take: z
    .enum(["first", "last", "sum", "max", "min"])
    .optional()
    .meta({
      description: "How the events' values become the session's: default `sum` for numbers, `first` for text.",
      examples: ["sum"],
    }),
});

/** `input`: which logs, and what each column means. */
export const inputSchema = z.strictObject({
  paths: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).meta({
    description:
      "Files, folders, globs or URLs (`s3://`, `gs://`); one or a list. Relative to this file. `{yyyy}`, `{MM}`, `{dd}`, `{HH}` stand for date parts.",
    examples: [["logs/*.jsonl.gz"]],
  }),
  format: z
    .enum(["auto", "jsonl", "csv", "tsv", "parquet", "combined", "common"])
    .default("auto")
    .meta({
      description: "Format; `auto` looks at the file's name and first lines. `combined` and `common` are web-server logs.",
      examples: ["jsonl"],
    }),
  csv: z
    .strictObject({
      delimiter: z
        .string()
        .length(1)
        .nullable()
        .default(null)
        .meta({ description: "One character; null: comma for CSV, tab for TSV." }),
      header: z
        .array(z.string())
        .nullable()
        .default(null)
        .meta({ description: "Column names of files without a header line; null: the first line names them." }),
    })
    .prefault({})
    .meta({ description: "Only for CSV and TSV." }),
  user: columnSource.optional().meta({
    description:
      "Who did it: a column, or `{ constant: … }`. JSON paths use dots (`user.id`). Web-server logs: `host` unless told otherwise.",
    examples: ["user_id"],
  }),
  time: z
    .union([
      z.string().min(1),
      z.strictObject({
        column: z.string().min(1).meta({ description: "Column with the time of the event." }),
        format: timeFormat.default("auto").meta({
          description: "`auto`, `iso`, `epoch_s`, `epoch_ms`, `epoch_us`, `clf`, or `{ pattern: … }`.",
          examples: ["epoch_ms"],
        }),
        zone: z
          .string()
          .optional()
          .meta({
            description: "Zone of times that carry none; default: the project's `zone`.",
            examples: ["UTC"],
          }),
      }),
    ])
    .optional()
    .meta({
      description: "When: a column, or column, format and zone.",
      examples: [{ column: "ts", format: "epoch_ms", zone: "UTC" }],
    }),
  event: eventName.optional().meta({
    description:
      "What: a column, a list of columns to join, or `{ columns, separator, address }`. Web-server logs: the request path.",
    examples: [{ columns: ["category", "action"], separator: " | ", address: false }],
  }),
  app: columnSource.default({ constant: "app" }).meta({
    description: "Which client (iphone, web …): a column, or `{ constant: … }`. Each app has its own gap, clusters and model.",
    examples: ["platform"],
  }),
  sessionId: columnSource
    .nullable()
    .default(null)
    .meta({ description: "Column of given session ids; null: sessions are cut where a user pauses for the gap." }),
  eventId: columnSource
    .nullable()
    .default(null)
    .meta({
      description:
        "Column with one id per event, for duplicates; null: same user, app, time, name and attributes is a duplicate.",
      examples: ["event_id"],
    }),
  userAgent: columnSource
    .nullable()
    .optional()
    .meta({
      description: "Column with the browser's user agent, to find robots. Web-server logs in combined format: `userAgent`.",
      examples: ["user_agent"],
    }),
  receivedTime: z
    .union([
      z.string().min(1),
      z.strictObject({
        column: z.string().min(1).meta({ description: "Column with the server's time." }),
        format: timeFormat.default("auto").meta({ description: "As in `time`.", examples: ["iso"] }),
      }),
    ])
    .nullable()
    .default(null)
    .meta({ description: "When the event reached the server; only to find clocks that run ahead.", examples: ["received_at"] }),
  attributes: z
    .array(attribute)
    .default([])
    .meta({ description: "Values carried into the session table, like revenue or country." }),
  clockToleranceSeconds: z
    .number()
    .min(0)
    .default(300)
    .meta({ description: "Events later than their receive time by more than this are set aside as `clock_ahead`. Seconds." }),
  splitBytes: z
    .int()
    .min(1)
    .default(16 * 1024 * 1024)
    .meta({ description: "Large plain files are read in ranges of this size. Bytes." }),
  identityMap: z
    .string()
    .nullable()
    .default(null)
    .meta({ description: "CSV of alias,user[,valid_from]: several ids of one person become one.", examples: ["identities.csv"] }),
  maxBadRowShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .meta({ description: "A run with a larger share of unreadable rows fails and publishes nothing. 0..1." }),
  maxLineBytes: z
    .int()
    .min(1)
    .default(1024 * 1024)
    .meta({ description: "Longer lines are set aside unread. Bytes." }),
  deadLetterRawBytes: z
    .int()
    .min(0)
    .default(4096)
    .meta({ description: "Raw text kept with a row set aside; 0 keeps none. Bytes." }),
});
