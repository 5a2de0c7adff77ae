import { randomUUID } from "node:crypto";
import { UserError } from "../../model/errors";
import { mapBounded } from "../places/bounded";
import { placeOf } from "../places/place";
import { isGone, thisProcess, type Owner } from "./owner";
import { lockPath, readJson } from "./runFolder";

interface LockFile extends Owner {
  readonly id: string;
  /** ISO time until which the lock holds; the owner moves it on as long as it lives. */
  readonly until?: string;
}

/** A lock that nobody moved on for this long is nobody's: its owner died on a machine we cannot look at. */
const LEASE_MS = 600_000;

/** A lock that is held; `release` gives it back, once. */
export interface DayLock {
  readonly dates: readonly string[];
  /** @throws UserError when another job took a day over, because this one had stood still for too long */
  assertHeld(date: string): Promise<void>;
  release(): Promise<void>;
}

/**
 * Locks days for writing: one job at a time works on a day. A lock is taken over when its process is gone from this machine, or, where
 * it runs elsewhere, when it has not been moved on for ten minutes. The lock saves work and keeps sweeping safe; that readers see a day
 * once and whole is the commit's doing.
 *
 * @param leaseMs how long a lock holds unless it is moved on
 * @throws UserError when another job works on one of the days; then none stays locked
 */
export async function lockDays(output: string, dates: readonly string[], nowMs: number, leaseMs = LEASE_MS): Promise<DayLock> {
  const place = placeOf(output);
  const own = { id: randomUUID(), ...thisProcess(nowMs) };
  const held: string[] = [];
  let renewing = Promise.resolve();
  const renew = () => {
    renewing = renewing.then(() => mapBounded(held, (path) => moveOn(path, own, leaseMs)).then(() => undefined));
  };
  const timer = setInterval(renew, leaseMs / 4).unref();
  const release = async () => {
    clearInterval(timer);
    await renewing;
    await mapBounded(held.splice(0), async (path) => {
      // A lock that someone took over is no longer ours.
      if ((await readJson<LockFile>(path))?.id === own.id) await place.remove(path);
    });
  };
  try {
    for (const date of [...dates].sort()) {
      const path = lockPath(output, date);
      await lockOne(path, date, own, leaseMs);
      held.push(path);
    }
  } catch (error) {
    await release();
    throw error;
  }
  const assertHeld = async (date: string) => {
    const now = await readJson<LockFile>(lockPath(output, date));
    if (now?.id === own.id) return;
    const who = now === null ? "its lock was removed" : `process ${now.pid} on ${now.host} has taken it over`;
    throw new UserError(`${date} is no longer this run's: ${who}; nothing of this run is shown`, [
      "run `sessionary status`, then score the day again if need be",
    ]);
  };
  const lock = { dates, assertHeld, release: () => release().finally(() => heldLocks.delete(lock)) };
  heldLocks.add(lock);
  return lock;
}

const heldLocks = new Set<DayLock>();

/** For a process that is told to stop: on another machine nobody could tell that it is gone. */
export async function releaseHeldLocks(): Promise<void> {
  await Promise.all([...heldLocks].map((lock) => lock.release()));
}

/** Whether a job works on the day, as far as can be known. */
export async function isLocked(output: string, date: string): Promise<boolean> {
  const lock = await readJson<LockFile>(lockPath(output, date));
  return lock !== null && !isOver(lock);
}

const isOver = (lock: LockFile) => isGone(lock) || Date.parse(lock.until ?? "") < Date.now();

const lockBytes = (own: Omit<LockFile, "until">, leaseMs: number) =>
  Buffer.from(JSON.stringify({ ...own, until: new Date(Date.now() + leaseMs).toISOString() }), "utf8");

async function lockOne(path: string, date: string, own: Omit<LockFile, "until">, leaseMs: number): Promise<void> {
  const place = placeOf(path);
  while (!(await place.writeIfAbsent(path, lockBytes(own, leaseMs)))) {
    const tag = (await place.stat(path))?.tag;
    const other = await readJson<LockFile>(path);
    if (tag === undefined || other === null) continue;
    if (!isOver(other)) {
      throw new UserError(`${date} is being scored by process ${other.pid} on ${other.host} since ${other.since}`, [
        `wait for it to end; if it is gone, remove ${path}`,
      ]);
    }
    // Of several that find it over, one replaces it.
    if (await place.writeIfSame(path, lockBytes(own, leaseMs), tag)) return;
  }
}

/** A store that does not answer now may answer next time, long before the lock is over. */
async function moveOn(path: string, own: Omit<LockFile, "until">, leaseMs: number): Promise<void> {
  try {
    const place = placeOf(path);
    const tag = (await place.stat(path))?.tag;
    if (tag === undefined || (await readJson<LockFile>(path))?.id !== own.id) return;
    await place.writeIfSame(path, lockBytes(own, leaseMs), tag);
  } catch {
    // Whether the lock is still held is asked again before anything is shown.
  }
}
