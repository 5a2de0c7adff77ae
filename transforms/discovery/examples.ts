import { createHash } from "node:crypto";
import { stringAt, type SessionBlock } from "../../model/sessionBlock";

/** A real session near the middle of its cluster. Users are shown as salted hashes. */
export interface ExampleSession {
  readonly cluster: number;
  /** Distance to the medoid in the projected space. */
  readonly distance: number;
  /** First 10 hex digits of SHA-256 over salt and user. */
  readonly user: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly eventCount: number;
  /** First events in order, ms after the start. */
  readonly events: readonly { readonly name: string; readonly ms: number }[];
}

export const EXAMPLES_PER_CLUSTER = 3;
/** Sessions of one or two events show little. */
const MIN_EXAMPLE_EVENTS = 3;

export function exampleOf(block: SessionBlock, row: number, cluster: number, distance: number, salt: string): ExampleSession {
  const { sequence, strings } = block;
  const events: { name: string; ms: number }[] = [];
  if (sequence) {
    for (let at = sequence.offsets[row]!; at < sequence.offsets[row + 1]!; at++) {
      events.push({ name: stringAt(strings, sequence.events[at]!), ms: sequence.ms[at]! });
    }
  }
  return {
    cluster,
    distance,
    user: createHash("sha256").update(salt).update("\0").update(stringAt(block.users, row)).digest("hex").slice(0, 10),
    startMs: block.startMs[row]!,
    durationMs: block.endMs[row]! - block.startMs[row]!,
    eventCount: block.eventCount[row]!,
    events,
  };
}

/** The nearest few of each cluster; longer sessions come before those too short to show anything. Order of `all` does not matter. */
export function nearestExamples(all: readonly ExampleSession[]): ExampleSession[] {
  const sorted = [...all].sort(
    (a, b) =>
      a.cluster - b.cluster ||
      Number(a.eventCount < MIN_EXAMPLE_EVENTS) - Number(b.eventCount < MIN_EXAMPLE_EVENTS) ||
      a.distance - b.distance ||
      a.startMs - b.startMs ||
      (a.user < b.user ? -1 : a.user > b.user ? 1 : 0),
  );
  const taken = new Map<number, number>();
  return sorted.filter(({ cluster }) => {
    const count = taken.get(cluster) ?? 0;
    taken.set(cluster, count + 1);
    return count < EXAMPLES_PER_CLUSTER;
  });
}
