import { UserError } from "../../model/errors";
import { mapBounded } from "../places/bounded";
import { placeOf, type Place } from "../places/place";
import { decodeCommit, encodeCommit, type Action } from "./actions";
import { readCheckpoint } from "./checkpoint";
import { applyActions, assertReadable, NO_TABLE, type Snapshot } from "./snapshot";

/** Where the log of a table is. */
export const logFolder = (root: string) => `${root}/_delta_log`;

export const commitPath = (root: string, version: number) => `${logFolder(root)}/${String(version).padStart(20, "0")}.json`;

export const checkpointPath = (root: string, version: number) =>
  `${logFolder(root)}/${String(version).padStart(20, "0")}.checkpoint.parquet`;

/** A commit file and its version. */
const COMMIT_NAME = /\/(\d{20})\.json$/;
const CHECKPOINT_NAME = /\/(\d{20})\.checkpoint\.parquet$/;

interface LogListing {
  /** Versions whose commit file is there, ascending. */
  readonly commits: readonly number[];
  readonly checkpoints: readonly number[];
}

async function listLog(place: Place, root: string): Promise<LogListing> {
  const files = await place.list(`${logFolder(root)}/`);
  const versions = (name: RegExp) =>
    files
      .map(({ path }) => name.exec(path)?.[1])
      .filter((digits) => digits !== undefined)
      .map(Number)
      .sort((a, b) => a - b);
  return { commits: versions(COMMIT_NAME), checkpoints: versions(CHECKPOINT_NAME) };
}

/** Newest version of a table, −1 when there is no table. */
export async function latestVersion(root: string): Promise<number> {
  const { commits, checkpoints } = await listLog(placeOf(root), root);
  return Math.max(-1, commits.at(-1) ?? -1, checkpoints.at(-1) ?? -1);
}

/**
 * The table at a version, or the newest: from the last checkpoint before it and the commits after that.
 * @throws UserError when the version does not exist, the log has a hole, or the table needs a newer protocol
 */
export async function readSnapshot(root: string, version?: number): Promise<Snapshot> {
  const place = placeOf(root);
  const { commits, checkpoints } = await listLog(place, root);
  const newest = Math.max(-1, commits.at(-1) ?? -1, checkpoints.at(-1) ?? -1);
  const wanted = version ?? newest;
  if (wanted < 0 && version === undefined) {
    return NO_TABLE;
  }
  if (wanted > newest || wanted < 0) {
    throw new UserError(
      newest < 0 ? `there is no table at ${root}` : `${root} has no version ${wanted}; its newest is ${newest}`,
    );
  }
  const base = checkpoints.filter((one) => one <= wanted).at(-1);
  let snapshot = base === undefined ? NO_TABLE : applyActions(NO_TABLE, base, await readCheckpoint(checkpointPath(root, base)));
  const present = new Set(commits);
  const first = snapshot.version + 1;
  const versions = Array.from({ length: wanted - first + 1 }, (_, i) => first + i);
  const missing = versions.find((v) => !present.has(v));
  if (missing !== undefined) {
    throw new UserError(`the log of ${root} lacks version ${missing}, so version ${wanted} cannot be read`);
  }
  const actions = await mapBounded(versions, (v) => readCommit(root, v));
  for (const [i, v] of versions.entries()) snapshot = applyActions(snapshot, v, actions[i] as Action[]);
  assertReadable(snapshot, root);
  return snapshot;
}

/** @throws UserError when a commit file is damaged */
export async function readCommit(root: string, version: number): Promise<Action[]> {
  const path = commitPath(root, version);
  try {
    return decodeCommit(await placeOf(root).read(path));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UserError(`${path} is damaged: ${error.message}`);
    }
    throw error;
  }
}

/** Publishes `actions` as `version`. @returns false when another writer was first: read again, then decide */
export const writeCommit = (root: string, version: number, actions: readonly Action[]): Promise<boolean> =>
  placeOf(root).writeIfAbsent(commitPath(root, version), encodeCommit(actions));

/** Every commit of a table that is still there, oldest first, with its version. */
export async function readHistory(root: string): Promise<{ readonly version: number; readonly actions: readonly Action[] }[]> {
  const { commits } = await listLog(placeOf(root), root);
  return mapBounded(commits, async (version) => ({ version, actions: await readCommit(root, version) }));
}
