import { createHash } from "node:crypto";
import { stringAt, type SessionBlock } from "../../model/sessionBlock";

/** A real session near the middle of its cluster. Users are shown as salted hashes. */
export interface ExampleSession {
  readonly cluster: number;
  /** Distance to the cluster's medoid in the projected space. */
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
/** First lengths of the classes above the shortest: few classes, since each block's best of every class travel. */
const CLASS_STARTS = [MIN_EXAMPLE_EVENTS, 8, 24, 72];
const CLASSES = CLASS_STARTS.length + 1;

/** Class of a session by its length: 0 is too short to show anything, each class above is about three times as long as the one before. */
export const lengthClass = (events: number) => CLASS_STARTS.filter((start) => events >= start).length;

/** Sessions of a block that are in a cluster. */
export interface ClusteredRows {
  /** Rows of the block. */
  readonly rows: ArrayLike<number>;
  /** Cluster of each of them, 0 .. k-1, and its distance to the medoid. */
  readonly labels: ArrayLike<number>;
  readonly distances: ArrayLike<number>;
}

/** `nearestExamples` of a block's sessions, of which only the examples themselves are decoded. */
export function blockExamples(block: SessionBlock, { rows, labels, distances }: ClusteredRows, k: number, salt: string) {
  const comesBefore = (a: number, b: number) => {
    const [rowA, rowB] = [rows[a]!, rows[b]!];
    const order = distances[a]! - distances[b]! || block.startMs[rowA]! - block.startMs[rowB]!;
    return order < 0 || (order === 0 && userTag(block, rowA, salt) < userTag(block, rowB, salt));
  };
  const best = Array.from({ length: k * CLASSES }, () => [] as number[]);
  for (let i = 0; i < rows.length; i++) {
    const list = best[labels[i]! * CLASSES + lengthClass(block.eventCount[rows[i]!]!)]!;
    if (list.length === EXAMPLES_PER_CLUSTER && !comesBefore(i, list[EXAMPLES_PER_CLUSTER - 1]!)) continue;
    let at = Math.min(list.length, EXAMPLES_PER_CLUSTER - 1);
    for (; at > 0 && comesBefore(i, list[at - 1]!); at--) list[at] = list[at - 1]!;
    list[at] = i;
  }
  return best.flat().map((i) => exampleOf(block, rows[i]!, labels[i]!, distances[i]!, salt));
}

function exampleOf(block: SessionBlock, row: number, cluster: number, distance: number, salt: string): ExampleSession {
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
    user: userTag(block, row, salt),
    startMs: block.startMs[row]!,
    durationMs: block.endMs[row]! - block.startMs[row]!,
    eventCount: block.eventCount[row]!,
    events,
  };
}

const userTag = ({ users }: SessionBlock, row: number, salt: string) =>
  createHash("sha256").update(salt).update("\0").update(stringAt(users, row)).digest("hex").slice(0, 10);

/** The nearest few of each cluster and length class. Order of `all` does not matter. */
export function nearestExamples(all: readonly ExampleSession[]): ExampleSession[] {
  const classOf = ({ eventCount }: ExampleSession) => lengthClass(eventCount);
  const sorted = [...all].sort((a, b) => a.cluster - b.cluster || classOf(a) - classOf(b) || byDistance(a, b));
  const taken = new Map<string, number>();
  return sorted.filter((example) => {
    const list = `${example.cluster} ${classOf(example)}`;
    const count = taken.get(list) ?? 0;
    taken.set(list, count + 1);
    return count < EXAMPLES_PER_CLUSTER;
  });
}

/** The examples of one cluster to show: nearest to the medoid among sessions about as long as most, then of other lengths. */
export function typicalExamples(examples: readonly ExampleSession[], medianEvents: number): ExampleSession[] {
  const usual = Math.max(1, lengthClass(medianEvents));
  const offUsual = ({ eventCount }: ExampleSession) => Math.abs(lengthClass(eventCount) - usual);
  return [...examples].sort((a, b) => offUsual(a) - offUsual(b) || byDistance(a, b)).slice(0, EXAMPLES_PER_CLUSTER);
}

const byDistance = (a: ExampleSession, b: ExampleSession) =>
  a.distance - b.distance || a.startMs - b.startMs || (a.user < b.user ? -1 : a.user > b.user ? 1 : 0);
