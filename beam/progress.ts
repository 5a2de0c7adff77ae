import { runContext } from "./runContext";

/** The state of a run, for people. */
export interface ProgressSnapshot {
  /** Stage that last took an element, as its full name in the pipeline; null before the first. */
  readonly stage: string | null;
  readonly counters: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}

// Amounts added outside of an embedded run (engine workers, task threads), until someone takes them along.
const pending = new Map<string, number>();

/**
 * Adds to a counter of the run, e.g. `addProgress("rows", 1000)`. Works in stages and in tasks. In an engine worker the amounts
 * become Beam counters when the current stage finishes its bundle.
 */
export function addProgress(counter: string, amount: number): void {
  const counters = runContext.getStore()?.counters ?? pending;
  counters.set(counter, (counters.get(counter) ?? 0) + amount);
}

/** Hands over, and forgets, what was added outside of an embedded run. */
export function takePendingProgress(): [counter: string, amount: number][] {
  const taken = [...pending];
  pending.clear();
  return taken;
}

/** Calls `listener` with `snapshot()` every `everyMs` until the returned function is called; that calls it a last time. */
export function reportProgress(
  snapshot: () => ProgressSnapshot,
  listener: ((progress: ProgressSnapshot) => void) | undefined,
  everyMs = 200,
): () => void {
  if (!listener) {
    return () => {};
  }
  const timer = setInterval(() => listener(snapshot()), everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    listener(snapshot());
  };
}
