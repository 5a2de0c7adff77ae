import { randomUUID } from "node:crypto";
import { UserError } from "../../model/errors";
import { placeOf } from "../places/place";
import { isGone, thisProcess, type Owner } from "./owner";
import { lockPath, readJson } from "./runFolder";

interface LockFile extends Owner {
  readonly id: string;
}

/** A lock that is held; `release` gives it back, once. */
export interface DayLock {
  readonly dates: readonly string[];
  release(): Promise<void>;
}

/**
 * Locks days for writing: one job at a time works on a day. A lock whose process is gone from this machine is taken over. The lock saves
 * work and keeps sweeping safe; that readers see a day once and whole is the commit's doing.
 *
 * @throws UserError when another job works on one of the days; then none stays locked
 */
export async function lockDays(output: string, dates: readonly string[], nowMs: number): Promise<DayLock> {
  const place = placeOf(output);
  const id = randomUUID();
  const held: string[] = [];
  const release = async () => {
    for (const path of held.splice(0)) {
      // A lock that someone took over is no longer ours.
      if ((await readJson<LockFile>(path))?.id === id) await place.remove(path);
    }
  };
  try {
    for (const date of [...dates].sort()) {
      const path = lockPath(output, date);
      await lockOne(path, date, { id, ...thisProcess(nowMs) });
      held.push(path);
    }
  } catch (error) {
    await release();
    throw error;
  }
  const lock = { dates, release: () => release().finally(() => heldLocks.delete(lock)) };
  heldLocks.add(lock);
  return lock;
}

const heldLocks = new Set<DayLock>();

/** For a process that is told to stop: on another machine nobody could tell that it is gone. */
export async function releaseHeldLocks(): Promise<void> {
  await Promise.all([...heldLocks].map((lock) => lock.release()));
}

async function lockOne(path: string, date: string, lock: LockFile): Promise<void> {
  const place = placeOf(path);
  const bytes = Buffer.from(JSON.stringify(lock), "utf8");
  while (!(await place.writeIfAbsent(path, bytes))) {
    const other = await readJson<LockFile>(path);
    if (other === null) continue;
    if (!isGone(other)) {
      throw new UserError(`${date} is being scored by process ${other.pid} on ${other.host} since ${other.since}`, [
        `wait for it to end; if it is gone, remove ${path}`,
      ]);
    }
    await place.remove(path);
  }
}
