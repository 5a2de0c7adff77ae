/**
 * Sessions by brute force: read all, sort, cut, count. None of the product's code and no Beam, so that it can disagree with both.
 * Times are UTC epoch ms; local days come from the platform's `Intl`, not from the time-zone library of the product.
 */
export interface OracleEvent {
  readonly app: string;
  readonly user: string;
  readonly sessionId: string | null;
  readonly timeMs: number;
  readonly name: string;
  readonly attributes?: readonly (string | number | null)[];
}

export interface OracleSession {
  readonly app: string;
  readonly user: string;
  readonly sessionId: string | null;
  readonly startMs: number;
  readonly endMs: number;
  readonly date: string;
  readonly eventCount: number;
  readonly duplicates: number;
  readonly firstEvent: string;
  readonly lastEvent: string;
  readonly endReason: string;
  /** Event name → times, sorted by name. */
  readonly bag: readonly (readonly [string, number])[];
}

export interface OracleRules {
  readonly gapMs: (app: string) => number;
  readonly capMs: number;
  readonly zone: string;
}

const bytes = (text: string) => Buffer.from(text, "utf8");
const compareText = (a: string, b: string) => Buffer.compare(bytes(a), bytes(b));

/** Local date of an instant, `2016-07-01`. */
export function localDate(timeMs: number, zone: string): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(timeMs);
}

export function bruteForceSessions(events: readonly OracleEvent[], rules: OracleRules): OracleSession[] {
  const byKey = new Map<string, OracleEvent[]>();
  for (const one of events) {
    const key = JSON.stringify([one.app, one.user, one.sessionId]);
    byKey.set(key, [...(byKey.get(key) ?? []), one]);
  }
  const sessions: OracleSession[] = [];
  for (const group of byKey.values()) {
    const order = [...group].sort((a, b) => a.timeMs - b.timeMs || compareText(a.name, b.name));
    const kept: { event: OracleEvent; copies: number }[] = [];
    for (const one of order) {
      const same = kept.find(
        ({ event }) =>
          event.timeMs === one.timeMs &&
          event.name === one.name &&
          JSON.stringify(event.attributes ?? []) === JSON.stringify(one.attributes ?? []),
      );
      if (same) same.copies += 1;
      else kept.push({ event: one, copies: 0 });
    }
    const pauseMs = group[0]!.sessionId === null ? rules.gapMs(group[0]!.app) : rules.capMs;
    const chains: (typeof kept)[] = [];
    kept.forEach((one, i) => {
      const pause = i === 0 ? Infinity : one.event.timeMs - kept[i - 1]!.event.timeMs;
      if (pause >= pauseMs) chains.push([]);
      chains[chains.length - 1]!.push(one);
    });
    for (const chain of chains) {
      const natural = group[0]!.sessionId === null ? "gap" : "given";
      const pieces: (typeof kept)[] = [];
      const long = chain[chain.length - 1]!.event.timeMs - chain[0]!.event.timeMs > rules.capMs;
      chain.forEach((one, i) => {
        const newDay = i > 0 && localDate(one.event.timeMs, rules.zone) !== localDate(chain[i - 1]!.event.timeMs, rules.zone);
        if (i === 0 || (long && newDay)) pieces.push([]);
        pieces[pieces.length - 1]!.push(one);
      });
      pieces.forEach((piece, i) => sessions.push(toSession(piece, i === pieces.length - 1 ? natural : "cap", rules.zone)));
    }
  }
  return sessions.sort(
    (a, b) =>
      compareText(a.app, b.app) ||
      compareText(a.user, b.user) ||
      a.startMs - b.startMs ||
      compareText(a.sessionId ?? "", b.sessionId ?? ""),
  );
}

function toSession(piece: { event: OracleEvent; copies: number }[], endReason: string, zone: string): OracleSession {
  const first = piece[0]!.event;
  const last = piece[piece.length - 1]!.event;
  const bag = new Map<string, number>();
  for (const { event } of piece) bag.set(event.name, (bag.get(event.name) ?? 0) + 1);
  return {
    app: first.app,
    user: first.user,
    sessionId: first.sessionId,
    startMs: first.timeMs,
    endMs: last.timeMs,
    date: localDate(first.timeMs, zone),
    eventCount: piece.length,
    duplicates: piece.reduce((sum, { copies }) => sum + copies, 0),
    firstEvent: first.name,
    lastEvent: last.name,
    endReason,
    bag: [...bag].sort(([a], [b]) => compareText(a, b)),
  };
}
