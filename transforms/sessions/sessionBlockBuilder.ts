import type { AttributeConfig } from "../../model/config";
import { encodeSessionBlock, NO_STRING, SESSIONS_PER_BLOCK } from "../../model/sessionBlock";
import { compactStrings } from "./compactStrings";
import { ByteColumn, NumberColumn } from "./growingColumns";
import { reduceNumbers, reduceTexts } from "./sessionAttributes";
import type { ShardEvents } from "./shardEvents";
import type { SortedEvents } from "./sortEvents";

/** One session to add: the kept events `start .. end` of the lists below, and what is already known of it. */
export interface CutSession {
  readonly key: number;
  /** Range of `kept` (positions of the session's events among the sorted events). */
  readonly start: number;
  readonly end: number;
  readonly duplicates: number;
  readonly day: number;
  readonly endReason: number;
}

/** Collects sessions in output order and packs them into session blocks. */
export class SessionBlockBuilder {
  readonly blocks: Uint8Array[] = [];
  private readonly columns = newColumns();
  private readonly numbers = new Map<string, NumberColumn>();
  private readonly texts = new Map<string, NumberColumn>();
  private readonly bagCount: Uint32Array;
  private readonly touched: Uint32Array;
  private readonly used: Uint8Array;
  private count = 0;

  constructor(
    private readonly events: ShardEvents,
    private readonly sorted: SortedEvents,
    private readonly attributes: readonly AttributeConfig[],
    private readonly given: boolean,
    private readonly sequenceEvents: number,
  ) {
    this.bagCount = new Uint32Array(events.strings.count);
    this.touched = new Uint32Array(events.strings.count);
    this.used = new Uint8Array(events.strings.count);
    for (const attribute of attributes) {
      (attribute.type === "number" ? this.numbers : this.texts).set(attribute.name, new NumberColumn());
    }
  }

  /** @param leastTraffic traffic code that the session has at least, from its user's behaviour */
  add(session: CutSession, kept: Uint32Array, leastTraffic: number): void {
    const { timeMs, code } = this.sorted;
    const { columns, bagCount, touched, used } = this;
    const { start, end } = session;
    const startMs = timeMs[kept[start]!]!;
    let distinct = 0;
    let traffic = leastTraffic;
    for (let i = start; i < end; i++) {
      const packed = code[kept[i]!]!;
      const rank = packed >>> 2;
      const seen = bagCount[rank]!;
      bagCount[rank] = seen + 1;
      if (seen === 0) touched[distinct++] = rank;
      traffic = Math.max(traffic, packed & 3);
    }
    sortAscending(touched, distinct);
    for (let i = 0; i < distinct; i++) {
      const rank = touched[i]!;
      columns.bagEvents.push(rank);
      columns.bagCounts.push(bagCount[rank]!);
      bagCount[rank] = 0;
      used[rank] = 1;
    }
    columns.app.push(this.events.appOfKey[session.key]!);
    columns.startMs.push(startMs);
    columns.endMs.push(timeMs[kept[end - 1]!]!);
    columns.day.push(session.day);
    columns.eventCount.push(end - start);
    columns.duplicates.push(session.duplicates);
    columns.firstEvent.push(code[kept[start]!]! >>> 2);
    columns.lastEvent.push(code[kept[end - 1]!]! >>> 2);
    columns.endReason.push(session.endReason);
    columns.traffic.push(traffic);
    columns.bagOffsets.push(columns.bagEvents.length);
    this.addKey(session.key);
    this.addAttributes(session, kept);
    if (this.sequenceEvents > 0) {
      const last = Math.min(end, start + this.sequenceEvents);
      for (let i = start; i < last; i++) {
        columns.sequenceEvents.push(code[kept[i]!]! >>> 2);
        columns.sequenceMs.push(timeMs[kept[i]!]! - startMs);
      }
      columns.sequenceOffsets.push(columns.sequenceEvents.length);
    }
    if (++this.count === SESSIONS_PER_BLOCK) this.flush();
  }

  /** Packs what is left. */
  finish(): Uint8Array[] {
    if (this.count > 0) this.flush();
    return this.blocks;
  }

  private addKey(key: number): void {
    const { keys } = this.events;
    const arena = keys.arenaBytes();
    const userAt = arena.indexOf(0, keys.start(key)) + 1;
    const userEnd = this.given ? arena.indexOf(0, userAt) : keys.end(key);
    this.columns.users.push(arena, userAt, userEnd);
    if (this.given) this.columns.givens.push(arena, userEnd + 1, keys.end(key));
  }

  private addAttributes(session: CutSession, kept: Uint32Array): void {
    const { order } = this.sorted;
    if (order === null) return;
    let number = 0;
    let text = 0;
    for (const attribute of this.attributes) {
      if (attribute.type === "number") {
        const column = this.events.numbers[number++]!;
        this.numbers.get(attribute.name)!.push(reduceNumbers(attribute.take, column, order, kept, session.start, session.end));
      } else {
        const column = this.events.texts[text++]!;
        const rank = reduceTexts(attribute.take, column, order, kept, session.start, session.end);
        if (rank !== NO_STRING) this.used[rank] = 1;
        this.texts.get(attribute.name)!.push(rank);
      }
    }
  }

  private flush(): void {
    const { columns, events } = this;
    const apps = columns.app.take(Uint32Array);
    const { strings, compact, appIndex } = compactStrings(this.used, apps, events);
    const ranks = (column: NumberColumn) => compact(column.take(Uint32Array));
    this.blocks.push(
      encodeSessionBlock({
        sessionCount: this.count,
        strings,
        app: apps.map((app) => appIndex.get(app)!),
        users: columns.users.take(),
        given: this.given ? columns.givens.take() : null,
        startMs: columns.startMs.take(Float64Array),
        endMs: columns.endMs.take(Float64Array),
        day: columns.day.take(Int32Array),
        eventCount: columns.eventCount.take(Uint32Array),
        duplicates: columns.duplicates.take(Uint32Array),
        firstEvent: ranks(columns.firstEvent),
        lastEvent: ranks(columns.lastEvent),
        endReason: columns.endReason.take(Uint8Array),
        traffic: columns.traffic.take(Uint8Array),
        bagOffsets: withLeadingZero(columns.bagOffsets.take(Uint32Array)),
        bagEvents: ranks(columns.bagEvents),
        bagCounts: columns.bagCounts.take(Uint32Array),
        numbers: new Map([...this.numbers].map(([name, column]) => [name, column.take(Float64Array)])),
        texts: new Map([...this.texts].map(([name, column]) => [name, ranks(column)])),
        sequence:
          this.sequenceEvents > 0
            ? {
                offsets: withLeadingZero(columns.sequenceOffsets.take(Uint32Array)),
                events: ranks(columns.sequenceEvents),
                ms: columns.sequenceMs.take(Float64Array),
              }
            : null,
      }),
    );
    this.used.fill(0);
    this.count = 0;
  }
}

function newColumns() {
  const number = () => new NumberColumn();
  return {
    app: number(),
    users: new ByteColumn(),
    givens: new ByteColumn(),
    startMs: number(),
    endMs: number(),
    day: number(),
    eventCount: number(),
    duplicates: number(),
    firstEvent: number(),
    lastEvent: number(),
    endReason: number(),
    traffic: number(),
    bagOffsets: number(),
    bagEvents: number(),
    bagCounts: number(),
    sequenceOffsets: number(),
    sequenceEvents: number(),
    sequenceMs: number(),
  };
}

function withLeadingZero(ends: Uint32Array): Uint32Array {
  const offsets = new Uint32Array(ends.length + 1);
  offsets.set(ends, 1);
  return offsets;
}

/** Sorts the first `count` values: by insertion where they are few, as in nearly every session. */
function sortAscending(values: Uint32Array, count: number): void {
  if (count > 64) {
    values.subarray(0, count).sort();
    return;
  }
  for (let i = 1; i < count; i++) {
    const value = values[i]!;
    let j = i - 1;
    while (j >= 0 && values[j]! > value) {
      values[j + 1] = values[j]!;
      j--;
    }
    values[j + 1] = value;
  }
}
