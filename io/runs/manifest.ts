import type { InputChange } from "../../model/inputFacts/change";
import type { DayFacts } from "../../model/inputFacts/facts";
import { placeOf } from "../places/place";
import { columnsPath, manifestPath, readJson, usersPath, writeJson } from "./runFolder";

export const MANIFEST_FORMAT = 1;

/** A log file that a day may hang on. */
export interface InputRecord {
  /** Relative to the config's folder, or a URL. */
  readonly path: string;
  readonly bytes: number;
  readonly tag: string;
  /** Whether it held rows in the times that the day hangs on. */
  readonly near: boolean;
  /** Whether the job read it; the others were known to hold nothing near its days. */
  readonly read: boolean;
}

/** Where every row that was read went. `rowsRead` = `eventsPacked` + Σ `setAside`; `eventsPacked` = sum of the next three. */
export interface RowEquation {
  readonly rowsRead: number;
  readonly eventsPacked: number;
  readonly eventsInSessions: number;
  readonly duplicates: number;
  /** Events of sessions that other days own: the look-around. */
  readonly eventsOutside: number;
  readonly setAside: Readonly<Record<string, number>>;
  readonly sessions: number;
}

/** Mean of η over a day's human sessions of an app, and whether it was used. */
export interface AppNoise {
  readonly sessions: number;
  readonly mean: number;
  readonly used: "batch" | "model";
}

/** What a published day was made from. Written before the commit, never changed. */
export interface RunManifest {
  readonly format: number;
  readonly runId: string;
  readonly jobId: string;
  readonly date: string;
  readonly zone: string;
  readonly fingerprint: string;
  readonly settingsHash: string;
  readonly createdAt: string;
  readonly program: string;
  readonly model: string;
  /** Hash of the identity map that was used; null without one. */
  readonly identityMap: string | null;
  /** Hash of what that map said of the users in `users.bin` at times of this day; null without a map. */
  readonly identityUse: string | null;
  /** First and last day of the job, and the times it read. */
  readonly job: {
    readonly from: string;
    readonly to: string;
    readonly readFrom: string;
    readonly readTo: string;
    readonly rows: RowEquation;
    /** Sessions that a behaviour rule flagged, by rule. */
    readonly robotsByRule: Readonly<Record<string, number>>;
  };
  readonly inputs: readonly InputRecord[];
  /** What is no longer in the logs of this day as it was on the days before. */
  readonly changes: readonly InputChange[];
  readonly day: {
    readonly sessions: number;
    readonly events: number;
    readonly duplicates: number;
    readonly unknownEvents: number;
    readonly categories: Readonly<Record<string, number>>;
    /** By app; not there in manifests of earlier versions. */
    readonly apps?: Readonly<Record<string, { readonly sessions: number; readonly events: number }>>;
    readonly noise: Readonly<Record<string, AppNoise>>;
  };
  readonly files: readonly { readonly table: string; readonly path: string; readonly bytes: number; readonly rows: number }[];
  /** Sessions that the day had before and has no more, or that are new: null when the day was not there before. */
  readonly restated: RestatedCounts | null;
}

export interface RestatedCounts {
  readonly before: string;
  readonly same: number;
  /** Same id, other content. */
  readonly changed: number;
  readonly added: number;
  readonly removed: number;
  /** JSON lines beside the manifest: `{"old": id, "new": id}`, null where there is no counterpart. */
  readonly list: string | null;
}

export const writeManifest = (output: string, manifest: RunManifest) => writeJson(manifestPath(output, manifest.runId), manifest);

/** Writes what the columns of a day looked like, for the days after it to compare with. */
export async function writeColumns(output: string, runId: string, facts: DayFacts): Promise<void> {
  const path = columnsPath(output, runId);
  await placeOf(path).write(path, Buffer.from(JSON.stringify(facts), "utf8"));
}

/** Writes the set of users (`model/userSet.ts`) whom a day's sessions may hang on, as they stand in the logs. */
export async function writeUsers(output: string, runId: string, users: Uint8Array): Promise<void> {
  const path = usersPath(output, runId);
  await placeOf(path).write(path, users);
}

/** @returns null when there is none */
export async function readUsers(output: string, runId: string): Promise<Uint8Array | null> {
  const path = usersPath(output, runId);
  const place = placeOf(path);
  return (await place.stat(path)) === null ? null : place.read(path);
}

/** @returns null for a run that did not look */
export const readColumns = (output: string, runId: string) => readJson<DayFacts>(columnsPath(output, runId));

export const readManifest = (output: string, runId: string) => readJson<RunManifest>(manifestPath(output, runId));
