import { mergeInputFacts, type InputFacts } from "../../model/inputFacts/facts";
import { REASONS, type Reason } from "../../model/reasons";
import { mergeSketches, type NameSketch } from "./nameSketch";

export interface FileCounts {
  readonly rowsRead: number;
  readonly eventsPacked: number;
  /** Earliest and latest good time among its rows, in range or not; null when there was none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
}

/** What reading did, in numbers that add up over splits in any order: rows read = events packed + Σ set aside. */
export interface ReadCounts {
  /** Rows begun; blank lines and headers are none. */
  readonly rowsRead: number;
  readonly eventsPacked: number;
  readonly setAside: Readonly<Partial<Record<Reason, number>>>;
  readonly files: Readonly<Record<string, FileCounts>>;
  /** Earliest and latest time among all rows with a good time, in range or not; null when there was none. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Packed events marked as robot or staff by user agent, column or list. */
  readonly robotEvents: number;
  readonly staffEvents: number;
  /** Packed events whose name the catalogue does not list (0 without a catalogue), and their names. */
  readonly unknownEvents: number;
  readonly unknownNames: NameSketch;
  /** Names of packed events: how many (`distinctCount`) and a sample. Thousands of them hint at ids in the names. */
  readonly names: NameSketch;
  /** Bad rows beyond the number of dead letters a split keeps. */
  readonly deadLettersLeftOut: number;
  /** What the columns look like, where that was asked for. */
  readonly facts?: InputFacts;
}

export const NO_READ_COUNTS: ReadCounts = {
  rowsRead: 0,
  eventsPacked: 0,
  setAside: {},
  files: {},
  firstMs: null,
  lastMs: null,
  robotEvents: 0,
  staffEvents: 0,
  unknownEvents: 0,
  unknownNames: [],
  names: [],
  deadLettersLeftOut: 0,
};

export function mergeReadCounts(parts: readonly ReadCounts[]): ReadCounts {
  const sum = (of: (part: ReadCounts) => number) => parts.reduce((total, part) => total + of(part), 0);
  const setAside: Partial<Record<Reason, number>> = {};
  for (const reason of REASONS) {
    const count = sum((part) => part.setAside[reason] ?? 0);
    if (count > 0) setAside[reason] = count;
  }
  const files = new Map<string, FileCounts>();
  for (const part of parts) {
    for (const [path, counts] of Object.entries(part.files)) {
      const before = files.get(path) ?? { rowsRead: 0, eventsPacked: 0, firstMs: null, lastMs: null };
      files.set(path, {
        rowsRead: before.rowsRead + counts.rowsRead,
        eventsPacked: before.eventsPacked + counts.eventsPacked,
        firstMs:
          before.firstMs === null || counts.firstMs === null
            ? (before.firstMs ?? counts.firstMs)
            : Math.min(before.firstMs, counts.firstMs),
        lastMs:
          before.lastMs === null || counts.lastMs === null
            ? (before.lastMs ?? counts.lastMs)
            : Math.max(before.lastMs, counts.lastMs),
      });
    }
  }
  const facts = parts.flatMap((part) => (part.facts === undefined ? [] : [part.facts]));
  const times = parts.flatMap((part) => (part.firstMs === null || part.lastMs === null ? [] : [part.firstMs, part.lastMs]));
  return {
    rowsRead: sum((part) => part.rowsRead),
    eventsPacked: sum((part) => part.eventsPacked),
    setAside,
    files: Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
    firstMs: times.length === 0 ? null : times.reduce((a, b) => Math.min(a, b)),
    lastMs: times.length === 0 ? null : times.reduce((a, b) => Math.max(a, b)),
    robotEvents: sum((part) => part.robotEvents),
    staffEvents: sum((part) => part.staffEvents),
    unknownEvents: sum((part) => part.unknownEvents),
    unknownNames: mergeSketches(parts.map((part) => part.unknownNames)),
    names: mergeSketches(parts.map((part) => part.names)),
    deadLettersLeftOut: sum((part) => part.deadLettersLeftOut),
    ...(facts.length > 0 && { facts: mergeInputFacts(facts) }),
  };
}

/** Rows that were set aside for any reason. */
export const setAsideTotal = (counts: ReadCounts) => Object.values(counts.setAside).reduce((sum, n) => sum + n, 0);

export const encodeReadCounts = (counts: ReadCounts) => new Uint8Array(Buffer.from(JSON.stringify(counts), "utf8"));

export const decodeReadCounts = (bytes: Uint8Array) =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")) as ReadCounts;
