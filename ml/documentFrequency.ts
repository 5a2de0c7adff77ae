/**
 * Document frequency: in how many sessions an event occurs at least once. The df of TF-IDF (Spärck Jones 1972,
 * doi:10.1108/eb026526). Counts are integers, so merging is exact in any order.
 */
export interface DocumentFrequency {
  /** Sessions seen, N. */
  readonly sessionCount: number;
  /** Sessions in which each event occurs, df; event names absent here occurred in none. */
  readonly sessionsByEvent: ReadonlyMap<string, number>;
}

export const NO_SESSIONS: DocumentFrequency = { sessionCount: 0, sessionsByEvent: new Map() };

/** Counts one batch of sessions, each given as its event names (repeats allowed). */
export function countSessions(sessions: Iterable<readonly string[]>): DocumentFrequency {
  const sessionsByEvent = new Map<string, number>();
  let sessionCount = 0;
  for (const events of sessions) {
    sessionCount += 1;
    for (const event of new Set(events)) {
      sessionsByEvent.set(event, (sessionsByEvent.get(event) ?? 0) + 1);
    }
  }
  return { sessionCount, sessionsByEvent };
}

/** The counts of all sessions behind `parts`; no parts means no sessions. */
export function mergeCounts(parts: Iterable<DocumentFrequency>): DocumentFrequency {
  const sessionsByEvent = new Map<string, number>();
  let sessionCount = 0;
  for (const part of parts) {
    sessionCount += part.sessionCount;
    for (const [event, count] of part.sessionsByEvent) {
      sessionsByEvent.set(event, (sessionsByEvent.get(event) ?? 0) + count);
    }
  }
  return { sessionCount, sessionsByEvent };
}

/** Events with their inverse document frequencies, ascending by UTF-8 bytes. */
export interface Vocabulary {
  /** Sessions behind the frequencies, N. */
  readonly sessionCount: number;
  readonly events: readonly string[];
  /** ln(N / df) of each event, ≥ 0. */
  readonly idf: Float64Array;
  /** df / N of each event, in (0, 1]. */
  readonly sessionShare: Float64Array;
}

/**
 * Events in at least `minSessionShare` (0..1) of the sessions and their ln(N / df), natural log, no smoothing: an event of every
 * session weighs 0, an event never seen has no entry.
 * @param maxEvents of more, the most frequent ones; ties to the first by UTF-8 bytes
 * @throws RangeError when no session was counted: ln(0 / 0) has no meaning
 */
export function vocabulary(counts: DocumentFrequency, minSessionShare = 0, maxEvents = Infinity): Vocabulary {
  const { sessionCount, sessionsByEvent } = counts;
  if (sessionCount === 0) {
    throw new RangeError("inverse document frequency of no sessions");
  }
  const byName = (a: { bytes: Buffer }, b: { bytes: Buffer }) => Buffer.compare(a.bytes, b.bytes);
  const kept = [...sessionsByEvent]
    .filter(([, df]) => df > 0 && df / sessionCount >= minSessionShare)
    .map(([event, df]) => ({ event, df, bytes: Buffer.from(event, "utf8") }))
    .sort((a, b) => b.df - a.df || byName(a, b))
    .slice(0, maxEvents)
    .sort(byName);
  return {
    sessionCount,
    events: kept.map(({ event }) => event),
    idf: Float64Array.from(kept, ({ df }) => Math.log(sessionCount / df)),
    sessionShare: Float64Array.from(kept, ({ df }) => df / sessionCount),
  };
}

/** Bytes that depend on the counts alone, not on the order in which they were made: JSON with events sorted by UTF-8 bytes. */
export function encodeCounts(counts: DocumentFrequency): Uint8Array {
  const entries = [...counts.sessionsByEvent]
    .map(([event, df]) => ({ pair: [event, df] as const, bytes: Buffer.from(event, "utf8") }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ pair }) => pair);
  return new Uint8Array(Buffer.from(JSON.stringify([counts.sessionCount, entries]), "utf8"));
}

/** @throws SyntaxError when `bytes` is not what `encodeCounts` wrote */
export function decodeCounts(bytes: Uint8Array): DocumentFrequency {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  const [sessionCount, entries] = JSON.parse(text) as [number, [string, number][]];
  return { sessionCount, sessionsByEvent: new Map(entries) };
}
