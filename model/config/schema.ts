import { z } from "zod";
import { inputSchema } from "./inputSchema";
import { classifierSchema, discoverySchema, scoringSchema } from "./learningSchema";

const userIds = z.array(z.union([z.string().min(1), z.number()])).default([]);
const limit = (description: string, value: number) =>
  z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .meta({ description: `${description}; null: off.`, examples: [value] });

const appsSchema = z.strictObject({
  rename: z
    .record(z.string(), z.string().min(1))
    .default({})
    .meta({ description: "Raw app value to app name; others stay as they are.", examples: [{ iOS: "iphone" }] }),
  only: z
    .array(z.string().min(1))
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: "Read only these apps, named as after `rename`; null: all.", examples: [["iphone", "web"]] }),
});

const gap = z
  .number()
  .gt(0)
  .max(7 * 86_400);
const sessionsSchema = z.strictObject({
  gapSeconds: z
    .union([gap, z.record(z.string(), gap)])
    .default(1_800)
    .meta({
      description:
        "A pause of this length or longer ends a session. Seconds: one number, or one per app with `default`. `sessionary profile` measures and proposes it.",
      examples: [{ default: 1800, iphone: 900 }],
    }),
  maxHours: z
    .number()
    .gt(0)
    .max(7 * 24)
    .default(12)
    .meta({ description: "A longer chain of activity is cut at each local midnight. Hours." }),
  minEvents: z.int().min(1).default(1).meta({
    description:
      "Sessions with fewer user events (background events do not count) are kept as `(short)`, not learned from and not in shares.",
  }),
  method: z.enum(["cut", "windows"]).default("cut").meta({
    description:
      "Who cuts: this program inside each shard (`cut`, right on every engine), or the engine's session windows where they are right (`windows`).",
  }),
  shards: z
    .union([z.literal("auto"), z.int().min(1).max(99_999)])
    .default("auto")
    .meta({
      description: "Groups of users that travel together; `auto`: from the input's size. One must fit in a worker's memory.",
    }),
});

const trafficSchema = z.strictObject({
  robotsByUserAgent: z
    .boolean()
    .optional()
    .meta({ description: "Flag robots by user agent; default: true where `input.userAgent` is known.", examples: [true] }),
  robotUsers: userIds.meta({ description: "Users that are robots." }),
  staffUsers: userIds.meta({ description: "Users that are staff.", examples: [["u-17", "u-42"]] }),
  robotColumn: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: "Column whose value true, 1 or yes marks a robot.", examples: ["is_bot"] }),
  behaviour: z
    .strictObject({
      maxEventsPerHour: limit("More events of one user in an hour mark a robot", 3_000),
      maxHoursAwakePerDay: limit("A user active in more hours of one day is a robot", 22),
      minPauseVariation: limit(
        "Pauses more regular than this mark a robot: the spread of their middle half over their median",
        0.05,
      ),
      maxOneEventShare: limit("One event name making up a larger share of a user's events marks a flood. 0..1", 0.99),
      minEventsForRules: z
        .int()
        .min(1)
        .default(100)
        .meta({ description: "Users with fewer events on a day are no flood, whatever they repeat." }),
    })
    .prefault({})
    .meta({ description: "Rules on what a user does." }),
});

const outputSchema = z.strictObject({
  path: z.string().min(1).default("output").meta({ description: "Folder or URL of everything made. Relative to this file." }),
  pseudonymize: z.boolean().default(false).meta({ description: "Replace user ids in tables by a salted hash." }),
  salt: z
    .string()
    .default("")
    .meta({ description: "Secret text mixed into the hash of user ids.", examples: ["change-me"] }),
  parts: z
    .union([z.literal("auto"), z.int().min(1).max(9_999)])
    .default("auto")
    .meta({ description: "Parquet files a day." }),
});

const runnerSchema = z.strictObject({
  kind: z
    .enum(["direct", "flink", "spark", "prism", "portable", "dataflow"])
    .default("direct")
    .meta({ description: "Where pipelines run: `direct` is this process." }),
  jobEndpoint: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: "host:port of the engine's Beam job service.", examples: ["localhost:8099"] }),
  workerPool: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: "host:port of `sessionary worker-pool`.", examples: ["localhost:50000"] }),
  parallelism: z.int().min(1).max(10_000).default(2).meta({ description: "Parallel tasks on an engine." }),
  threads: z
    .union([z.literal("auto"), z.int().min(1).max(1_024)])
    .default("auto")
    .meta({ description: "Threads of a run in this process; `auto`: one a core." }),
  spillMegabytes: z
    .number()
    .gt(0)
    .default(512)
    .meta({ description: "Data waiting in a group-by-key goes to disk above this. Megabytes." }),
  tempDir: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .meta({ description: "Folder for temporary files; null: the system's.", examples: ["tmp"] }),
  deadlineSeconds: z
    .number()
    .gt(0)
    .nullable()
    .default(null)
    .meta({ description: "A run that takes longer is stopped. Seconds." }),
  engineOptions: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
    .default({})
    .meta({ description: "The engine's own pipeline options by name." }),
});

/** What a person writes as `sessionary.yaml`: types, defaults and descriptions of every key. */
export const configSchema = z
  .strictObject({
    project: z
      .string()
      .min(1)
      .meta({ description: "Name of the project, shown on pages and in manifests.", examples: ["shop"] }),
    zone: z
      .string()
      .min(1)
      .default("UTC")
      .meta({
        description: "IANA time zone of the day that owns a session.",
        examples: ["Europe/Berlin"],
      }),
    catalog: z
      .string()
      .min(1)
      .nullable()
      .default(null)
      .meta({ description: "File that says what each event name is; null: none.", examples: ["catalog.yaml"] }),
    input: inputSchema.meta({ description: "Which logs, and what their columns mean." }),
    apps: appsSchema.prefault({}).meta({ description: "Clients of the product." }),
    sessions: sessionsSchema.prefault({}).meta({ description: "How events become sessions." }),
    traffic: trafficSchema.prefault({}).meta({ description: "Robots and staff: flagged, not deleted, and not learned from." }),
    discovery: discoverySchema.prefault({}).meta({ description: "Finding kinds of sessions." }),
    classifier: classifierSchema.prefault({}).meta({ description: "The model that labels every session." }),
    scoring: scoringSchema.prefault({}).meta({ description: "The daily run." }),
    output: outputSchema.prefault({}).meta({ description: "Where results go." }),
    runner: runnerSchema.prefault({}).meta({ description: "Where and how pipelines run." }),
  })
  .meta({ title: "sessionary.yaml", description: "Settings of a sessionary project." });

/** The file as written: defaults may be left out, short forms are allowed. */
export type WrittenConfig = z.input<typeof configSchema>;
/** The file with defaults filled in, short forms still as written. */
export type ParsedConfig = z.output<typeof configSchema>;
