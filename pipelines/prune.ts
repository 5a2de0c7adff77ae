import { readSnapshot } from "../io/delta/deltaLog";
import { mapBounded } from "../io/places/bounded";
import { placeOf } from "../io/places/place";
import { activeJobs } from "../io/runs/sweep";
import { filePath } from "../io/tables/tableFiles";
import type { Config } from "../model/config";
import { UserError } from "../model/errors";
import { allTables } from "../model/tables/tables";

/** Versions younger than this stay readable. */
export const MIN_KEEP_DAYS = 30;

export interface PruneOptions {
  /** Files that a version of the last so many days showed stay. */
  readonly keepDays: number;
  /** False only looks. */
  readonly remove: boolean;
  readonly nowMs: number;
}

export interface PrunedFile {
  readonly table: string;
  readonly path: string;
  readonly bytes: number;
  /** old: no version of the last `keepDays` days shows it. leftover: no version shows it, and no job at work will. */
  readonly why: "old" | "leftover";
}

export interface PruneReport {
  readonly files: readonly PrunedFile[];
  readonly bytes: number;
  readonly removed: boolean;
}

/**
 * Finds, and removes where asked to, part files that only old versions show. Files of the newest version are never touched.
 * @throws UserError for less than 30 days
 */
export async function prune(config: Config, { keepDays, remove, nowMs }: PruneOptions): Promise<PruneReport> {
  if (keepDays < MIN_KEEP_DAYS) throw new UserError(`old versions are kept for at least ${MIN_KEEP_DAYS} days; got ${keepDays}`);
  const output = config.output.path;
  const files: PrunedFile[] = [];
  for (const { name } of allTables([])) {
    const root = `${output}/${name}`;
    // In this order: a job tells of itself before it writes, and what it has written is shown before it goes.
    const found = await placeOf(root).list(`${root}/date=`);
    const fingerprints = (await activeJobs(output)).flatMap(({ days }) => Object.values(days));
    const snapshot = await readSnapshot(root);
    const current = new Set([...snapshot.files.values()].map((file) => filePath(root, file)));
    const removedAt = new Map([...snapshot.removed.values()].map((file) => [filePath(root, file), file.deletionTimestamp]));
    for (const { path, bytes } of found) {
      const deletedMs = removedAt.get(path);
      const isActive = fingerprints.some((fingerprint) => path.includes(fingerprint.slice(0, 16)));
      if (current.has(path) || isActive) continue;
      if (deletedMs !== undefined && deletedMs > nowMs - keepDays * 86_400_000) continue;
      files.push({ table: name, path, bytes, why: deletedMs === undefined ? "leftover" : "old" });
    }
  }
  if (remove) await mapBounded(files, ({ path }) => placeOf(path).remove(path));
  return { files, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), removed: remove };
}
