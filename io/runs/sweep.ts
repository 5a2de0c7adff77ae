import { readSnapshot } from "../delta/deltaLog";
import { mapBounded } from "../places/bounded";
import { placeOf, schemeOf } from "../places/place";
import { isLocked } from "./dayLock";
import { isGone, type Owner } from "./owner";
import { jobPath, readJson, removeAll, workFolder, workRoot } from "./runFolder";

/** What a job says of itself while it works. */
export interface JobFile extends Owner {
  readonly jobId: string;
  /** Days it writes, with the fingerprints in the names of their files. */
  readonly days: Readonly<Record<string, string>>;
}

/** What was swept, for the report. */
export interface Swept {
  readonly jobs: readonly string[];
  readonly files: number;
}

/** Temporary files of a log folder may belong to a publisher of another day, unless they are this old. */
const OLD_TEMPORARY_MS = 3_600_000;

/** The same of uploads in parts to an object store, which may be of any day. */
const OLD_UPLOAD_MS = 86_400_000;

/**
 * Removes what dead jobs left: files that no version of a table names, receipts, and temporary files. Called with the locks of `dates`
 * held, so whoever wrote for these dates before is gone.
 */
export async function sweepDeadJobs(
  output: string,
  tables: readonly string[],
  dates: readonly string[],
  nowMs: number,
): Promise<Swept> {
  const held = new Set(dates);
  const jobs: string[] = [];
  let files = 0;
  for (const jobId of await jobIds(output)) {
    const job = await readJson<JobFile>(jobPath(output, jobId));
    const isDead = job === null || isGone(job) || Object.keys(job.days).some((date) => held.has(date));
    if (!isDead) continue;
    for (const table of tables) files += await removeUnpublished(`${output}/${table}`, job?.days ?? {});
    await removeAll(workFolder(output, jobId));
    jobs.push(jobId);
  }
  return { jobs, files: files + (await removeUnfinished(output, tables, dates, nowMs)) };
}

async function removeUnfinished(
  output: string,
  tables: readonly string[],
  dates: readonly string[],
  nowMs: number,
): Promise<number> {
  const place = placeOf(output);
  if (schemeOf(output) !== null) {
    // Who may write a table may perhaps not look for unfinished uploads: then the bucket's own rules end them.
    return place.removeUnfinished(`${output}/`, nowMs - OLD_UPLOAD_MS).catch(() => 0);
  }
  let files = 0;
  for (const table of tables) {
    for (const date of dates) files += await place.removeUnfinished(`${output}/${table}/date=${date}`, Infinity);
    files += await place.removeUnfinished(`${output}/${table}/_delta_log`, nowMs - OLD_TEMPORARY_MS);
  }
  return files;
}

async function jobIds(output: string): Promise<string[]> {
  const root = `${workRoot(output)}/`;
  const files = await placeOf(output).list(root);
  return [...new Set(files.map(({ path }) => path.slice(path.indexOf("/_work/") + "/_work/".length).split("/")[0] as string))];
}

/** Jobs that say they are at work, are not surely gone, and hold the lock of a day. */
export async function activeJobs(output: string): Promise<JobFile[]> {
  const active: JobFile[] = [];
  for (const jobId of await jobIds(output)) {
    const job = await readJson<JobFile>(jobPath(output, jobId));
    if (job === null || isGone(job)) continue;
    const locked = await mapBounded(Object.keys(job.days), (date) => isLocked(output, date));
    if (locked.includes(true)) active.push(job);
  }
  return active;
}

/** Removes part files of a dead job's days that the table never showed, in any version that can still be read. */
async function removeUnpublished(root: string, days: Readonly<Record<string, string>>): Promise<number> {
  const place = placeOf(root);
  const snapshot = await readSnapshot(root);
  let removed = 0;
  for (const [date, fingerprint] of Object.entries(days)) {
    const folder = `${root}/date=${date}/`;
    for (const { path } of await place.list(folder)) {
      const relative = `date=${date}/${path.slice(path.lastIndexOf("/") + 1)}`;
      const isKnown = snapshot.files.has(relative) || snapshot.removed.has(relative);
      if (isKnown || !path.includes(fingerprint.slice(0, 16))) continue;
      await place.remove(path);
      removed += 1;
    }
  }
  return removed;
}
