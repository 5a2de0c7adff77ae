/**
 * The settings of a project, after defaults and normalisation. What a person writes (`sessionary.yaml`) is `WrittenConfig` in
 * `model/config/schema.ts`; every field here is filled in, every path absolute, every unit named.
 */
export interface Config {
  /** Name of the project, shown on pages and in manifests. */
  readonly project: string;
  /** IANA zone of the local day that owns a session, e.g. `Europe/Berlin`. */
  readonly zone: string;
  /** Folder of the config file; relative paths were resolved against it. */
  readonly baseDir: string;
  readonly input: InputConfig;
  readonly apps: AppsConfig;
  readonly sessions: SessionsConfig;
  readonly traffic: TrafficConfig;
  readonly discovery: DiscoveryConfig;
  readonly classifier: ClassifierConfig;
  readonly scoring: ScoringConfig;
  readonly output: OutputConfig;
  readonly runner: RunnerConfig;
  /** Absolute path of `catalog.yaml`, or null when there is none. */
  readonly catalogPath: string | null;
}

export type InputFormat = "auto" | "jsonl" | "csv" | "tsv" | "parquet" | "combined" | "common";

/**
 * Where a value comes from: a column (JSON path with dots, `user.id`; CSV header name; `host`, `time`, `request`, `method`, `path`,
 * `status`, `bytes`, `referrer`, `userAgent`, `user` for web-server logs), or a constant.
 */
export type ColumnSource = { readonly column: string } | { readonly constant: string };

/** How the event name is made. Columns are joined by `separator`; `address` turns a URL or path into a short name. */
export interface EventNameConfig {
  readonly columns: readonly string[];
  /** Joins several columns; a missing part is left empty. */
  readonly separator: string;
  readonly address: AddressRule | null;
}

export interface AddressRule {
  /** Path parts kept, 1 or more: `/a/b/c.html` at depth 2 becomes `/a/b`. */
  readonly depth: number;
  readonly dropQuery: boolean;
  /** File endings whose requests are background events, lower case without the dot. */
  readonly backgroundExtensions: readonly string[];
}

export type TimeFormat = "auto" | "iso" | "epoch_s" | "epoch_ms" | "epoch_us" | "clf" | { readonly pattern: string };

/** How the events' values of one attribute become the session's value. */
export type AttributeTake = "first" | "last" | "sum" | "max" | "min";

export interface AttributeConfig {
  /** Column name in the session table, `[a-z][a-z0-9_]*`. */
  readonly name: string;
  readonly column: string;
  readonly type: "number" | "string";
  readonly take: AttributeTake;
}

export interface InputConfig {
  /** Files, folders, globs or URLs (`s3://`, `gs://`), absolute. May hold `{yyyy}`, `{MM}`, `{dd}`, `{HH}` date parts. */
  readonly paths: readonly string[];
  readonly format: InputFormat;
  readonly csv: { readonly delimiter: string | null; readonly header: readonly string[] | null };
  readonly user: ColumnSource;
  readonly time: { readonly column: string; readonly format: TimeFormat; readonly zone: string };
  readonly event: EventNameConfig;
  readonly app: ColumnSource;
  /** Given session ids; null cuts by gap. */
  readonly sessionId: ColumnSource | null;
  /** A unique id per event for duplicate removal; null compares user, app, time, name and attributes. */
  readonly eventId: ColumnSource | null;
  readonly userAgent: ColumnSource | null;
  /** When the event reached the server; used for the clock check only. */
  readonly receivedTime: { readonly column: string; readonly format: TimeFormat } | null;
  readonly attributes: readonly AttributeConfig[];
  /** Events later than receive time + this are set aside as `clock_ahead`. */
  readonly clockToleranceSeconds: number;
  /** Byte-range size of splits of large plain files. */
  readonly splitBytes: number;
  /** Alias → user table (CSV: alias,user[,valid_from]); null when there is none. */
  readonly identityMapPath: string | null;
  /** A run fails (exit 1, nothing published) when bad rows exceed this share of rows read, 0..1. */
  readonly maxBadRowShare: number;
  /** Lines longer than this are dead-lettered unread. */
  readonly maxLineBytes: number;
  /** Raw text kept with a dead letter, at most; 0 leaves it out. */
  readonly deadLetterRawBytes: number;
}

export interface AppsConfig {
  /** Raw app value → app name; values not named stay as they are. */
  readonly rename: Readonly<Record<string, string>>;
  /** Only these apps (after renaming) are read; null reads all. Others are set aside as `other_app`. */
  readonly only: readonly string[] | null;
}

export interface SessionsConfig {
  /** Inactivity gap per app in seconds; `default` for apps without their own. A pause equal to the gap splits. */
  readonly gapSeconds: Readonly<Record<string, number>> & { readonly default: number };
  /** Longest chain of activity that stays one session, hours; longer chains are cut at each local midnight. */
  readonly maxHours: number;
  /** Sessions with fewer user events are kept as `(short)`. */
  readonly minEvents: number;
  readonly method: "cut" | "windows";
  /** Hash shards of (app, user); `auto` = from the input's size. */
  readonly shards: number | "auto";
}

export interface TrafficConfig {
  /** Flag robots by user agent (needs `input.userAgent`). */
  readonly robotsByUserAgent: boolean;
  readonly robotUsers: readonly string[];
  readonly staffUsers: readonly string[];
  /** Column whose value true/1/yes marks a robot event; null when there is none. */
  readonly robotColumn: string | null;
  readonly behaviour: BehaviourRules;
}

/** Behaviour rules; null switches a rule off. */
export interface BehaviourRules {
  readonly maxEventsPerHour: number | null;
  readonly maxHoursAwakePerDay: number | null;
  /** Spread of the middle half of the pauses over their median, below this (with at least 20 events), marks a robot. */
  readonly minPauseVariation: number | null;
  /** One event name making up at least this share of at least `minEventsForRules` events marks a flood. */
  readonly maxOneEventShare: number | null;
  readonly minEventsForRules: number;
}

export interface DiscoveryConfig {
  /** Sessions per app used to learn vocabulary, IDF, PCA and clusters. */
  readonly sampleSessions: number;
  /** Events in fewer than this share of sampled sessions are left out of clustering, 0..1. */
  readonly minEventShare: number;
  /** Components = first that reach this share of variance, unless `components` is given. */
  readonly minVariance: number;
  readonly components: number | null;
  readonly kMin: number;
  readonly kMax: number;
  /** A chosen k per app, or for all others (`default`); overrides the proposal. */
  readonly k: Readonly<Record<string, number>>;
  /** Sessions of a CLARA subsample and of the stability runs. */
  readonly clusterSampleSessions: number;
  readonly claraRuns: number;
  /** What a session's cluster is told by: the nearest mean of a cluster, or the nearest medoid. */
  readonly assignTo: "mean" | "medoid";
  readonly stabilitySubsets: number;
  readonly nullRuns: number;
  readonly seed: number;
  /** Term frequency: raw counts, 1+ln(count), or presence. */
  readonly weighting: "count" | "log" | "binary";
}

export interface ClassifierConfig {
  readonly trees: number;
  readonly leafRule: "nodesize" | "childMinimum";
  /** Smallest leaf in rows; `auto` scales 1,000 of 333,333 rows to the sample, at least 5. */
  readonly minLeaf: number | "auto";
  readonly testShare: number;
  readonly seed: number;
  /** A category counts as accurate enough at this error or below. */
  readonly maxCategoryError: number;
  /** At most this many scoring events are proposed. */
  readonly maxScoringEvents: number;
}

export interface ScoringConfig {
  /** Absolute path of the model bundle folder, or null for the newest under `output`. */
  readonly model: string | null;
  readonly minConfidence: number;
  readonly minBatchSessions: number;
  readonly maxUnknownEventShare: number;
  readonly minSessions: number;
  readonly maxDaysLate: number;
}

export interface OutputConfig {
  /** Folder or URL of all output, absolute. */
  readonly path: string;
  /** Replace user ids in tables by a salted hash. */
  readonly pseudonymize: boolean;
  readonly salt: string;
  /** Part files a day. */
  readonly parts: number | "auto";
}

export interface RunnerConfig {
  readonly kind: "direct" | "flink" | "spark" | "prism" | "portable" | "dataflow";
  readonly jobEndpoint: string | null;
  readonly workerPool: string | null;
  readonly parallelism: number;
  /** Threads of an embedded run; `auto` = all cores. */
  readonly threads: number | "auto";
  /** The embedded group-by-key writes to disk above this. */
  readonly spillMegabytes: number;
  readonly tempDir: string | null;
  readonly deadlineSeconds: number | null;
  /** The engine's own options by name. */
  readonly engineOptions: Readonly<Record<string, string | number | boolean>>;
}

/** Gap of an app in milliseconds. */
export function gapMsOf(sessions: SessionsConfig, app: string): number {
  return Math.round((sessions.gapSeconds[app] ?? sessions.gapSeconds.default) * 1000);
}
