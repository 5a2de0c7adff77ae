import { mapBounded } from "../places/bounded";
import { placeOf } from "../places/place";

/*
 * Where runs leave their traces in an output folder. The table `runs` is there too; its readers and their vacuum pass over names that
 * start with `_`.
 *
 *     runs/_manifests/<run id>/manifest.json   what a day was made from; stays
 *     runs/_manifests/<run id>/columns.json    what its columns looked like
 *     runs/_manifests/<run id>/users.bin       who had events in its times, as hashes, where there is an identity map
 *     runs/_work/<job id>/job.json             who is at work; gone when the job ends
 *     runs/_work/<job id>/…                    receipts and counts of the job
 *     runs/_locks/<date>.json                  the day's lock
 */
export const manifestFolder = (output: string, runId: string) => `${output}/runs/_manifests/${runId}`;
export const manifestPath = (output: string, runId: string) => `${manifestFolder(output, runId)}/manifest.json`;
export const columnsPath = (output: string, runId: string) => `${manifestFolder(output, runId)}/columns.json`;
export const usersPath = (output: string, runId: string) => `${manifestFolder(output, runId)}/users.bin`;
export const workRoot = (output: string) => `${output}/runs/_work`;
export const workFolder = (output: string, jobId: string) => `${workRoot(output)}/${jobId}`;
export const jobPath = (output: string, jobId: string) => `${workFolder(output, jobId)}/job.json`;
export const lockPath = (output: string, date: string) => `${output}/runs/_locks/${date}.json`;

/** Writes plain data as JSON; whole or not at all. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await placeOf(path).write(path, Buffer.from(`${JSON.stringify(value, null, 2)}\n`, "utf8"));
}

/** @returns null when there is no such file */
export async function readJson<T>(path: string): Promise<T | null> {
  const place = placeOf(path);
  if ((await place.stat(path)) === null) return null;
  return JSON.parse(Buffer.from(await place.read(path)).toString("utf8")) as T;
}

/** Removes all files whose path starts with `folder`. */
export async function removeAll(folder: string): Promise<void> {
  const place = placeOf(folder);
  await mapBounded(await place.list(`${folder}/`), ({ path }) => place.remove(path));
}
