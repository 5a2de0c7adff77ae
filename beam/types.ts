import type { KV } from "apache-beam";
import type { Root } from "apache-beam";
import type { ProgressSnapshot } from "./progress";

export type { KV, PCollection, Root } from "apache-beam";
export type { ProgressSnapshot } from "./progress";

/** The element of every edge: a key without lone surrogates and bytes that nobody writes to once they were emitted. */
export type KeyedBytes = KV<string, Uint8Array>;

/** All values of one key, after a group-by-key. The order of the values is not defined, and the iterable may be read once. */
export type Grouped = KV<string, Iterable<Uint8Array>>;

/** What a stage may take in. `Uint8Array` is the one empty element of an impulse, see `source`. */
export type StageInput = KeyedBytes | Grouped | Uint8Array;

export type RunKind = "direct" | "flink" | "spark" | "prism" | "portable" | "dataflow";

/** How and where a pipeline runs. All but `kind` "direct" go to an engine; then the first block of fields is not used. */
export interface RunSettings {
  readonly kind: RunKind;
  /** Threads for tasks of an embedded run; 0 runs tasks in the main thread. */
  readonly threads: number;
  /** Values held in memory by group-by-keys and waiting stages of an embedded run; above it they go to `tempDir`. */
  readonly spillBytes: number;
  /** Folder for temporary files; each run makes and removes its own folder in it. */
  readonly tempDir: string;
  /** `host:port` of the engine's job service. */
  readonly jobEndpoint?: string | null;
  /** `host:port` of the worker pool as the engine reaches it. */
  readonly workerPool?: string | null;
  readonly parallelism?: number;
  readonly deadlineSeconds?: number | null;
  /** The engine's own options by name. */
  readonly engineOptions?: Readonly<Record<string, string | number | boolean>>;
  /** Run before the job where workers are not this process's own. */
  readonly probe?: EngineProbe;
}

/** A small job that asks the engine's workers whether they can do what the real job needs. */
export interface EngineProbe {
  readonly build: BuildPipeline;
  /** After the small job. @throws UserError when what the worker did cannot be seen here */
  verify(): Promise<void>;
}

/** What a finished run says of itself. */
export interface RunReport {
  readonly wallMs: number;
  /** Sums of `addProgress` by counter. Good for people; nothing that must be exact depends on them (engines may retry bundles). */
  readonly counters: Readonly<Record<string, number>>;
  /** Largest resident set of this process so far, bytes. */
  readonly peakRssBytes: number;
}

export type BuildPipeline = (root: Root) => void;

/** What `beam/submit` offers to `runPipeline`. */
export interface Submitter {
  submitPipeline(
    name: string,
    build: BuildPipeline,
    settings: RunSettings,
    onProgress?: (progress: ProgressSnapshot) => void,
  ): Promise<RunReport>;
}
