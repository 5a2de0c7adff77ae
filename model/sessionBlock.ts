import { packColumns, unpackColumns, type TypedColumn } from "./columnBlock";

/** Most sessions one block holds. */
export const SESSIONS_PER_BLOCK = 4096;

/** Why a session ended. The codes are part of the format. */
export const END_REASONS = ["gap", "cap", "given", "provisional"] as const;
export type EndReason = (typeof END_REASONS)[number];

/** Whose session it is. The codes are part of the format; a session takes the highest code among its events. */
export const TRAFFIC = ["human", "staff", "robot"] as const;
export type Traffic = (typeof TRAFFIC)[number];

/** A string attribute that no event of the session carried. */
export const NO_STRING = 0xffffffff;

/**
 * Up to 4,096 sessions as typed columns (a column block, `columnBlock.ts`). Rows are sorted by (app, user, start, given id) as UTF-8
 * bytes. All strings but users and given ids sit in one table per block, sorted by UTF-8 bytes, and columns hold indices into it.
 */
export interface SessionBlock {
  readonly sessionCount: number;
  readonly strings: StringTable;
  /** App, index into `strings`. */
  readonly app: Uint32Array;
  readonly users: StringTable;
  /** Given session ids; null when sessions were cut by gap. */
  readonly given: StringTable | null;
  /** First and last event, UTC epoch milliseconds. */
  readonly startMs: Float64Array;
  readonly endMs: Float64Array;
  /** Local date of the first event, days since 1970-01-01. */
  readonly day: Int32Array;
  /** Events after duplicate removal. */
  readonly eventCount: Uint32Array;
  readonly duplicates: Uint32Array;
  /** Name of the first and last event, index into `strings`; ties in time go by name. */
  readonly firstEvent: Uint32Array;
  readonly lastEvent: Uint32Array;
  /** Index into `END_REASONS`. */
  readonly endReason: Uint8Array;
  /** Index into `TRAFFIC`. */
  readonly traffic: Uint8Array;
  /** Bag of events in compressed rows: session i has events `bagOffsets[i] .. bagOffsets[i+1]`, ascending by name. */
  readonly bagOffsets: Uint32Array;
  /** Index into `strings`. */
  readonly bagEvents: Uint32Array;
  readonly bagCounts: Uint32Array;
  /** Numeric attributes by name, NaN = no event carried it. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** String attributes by name, index into `strings` or `NO_STRING`. */
  readonly texts: ReadonlyMap<string, Uint32Array>;
  /** Ordered events, only where the job asked for them: `sequenceEvents` index `strings`, `sequenceMs` are ms after `startMs`. */
  readonly sequence: { readonly offsets: Uint32Array; readonly events: Uint32Array; readonly ms: Float64Array } | null;
}

/** Many byte strings end to end: string i is `bytes[offsets[i] .. offsets[i+1]]`, UTF-8. */
export interface StringTable {
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
}

export const stringCount = (table: StringTable) => table.offsets.length - 1;

/** String i of a table; decodes each time, so keep it out of inner loops. */
export function stringAt(table: StringTable, i: number): string {
  const { buffer, byteOffset } = table.bytes;
  const start = table.offsets[i] as number;
  return Buffer.from(buffer, byteOffset + start, (table.offsets[i + 1] as number) - start).toString("utf8");
}

/** All strings of a table. */
export function allStrings(table: StringTable): string[] {
  return Array.from({ length: stringCount(table) }, (_, i) => stringAt(table, i));
}

export function toStringTable(strings: readonly string[]): StringTable {
  const parts = strings.map((s) => Buffer.from(s, "utf8"));
  const offsets = new Uint32Array(strings.length + 1);
  parts.forEach((part, i) => (offsets[i + 1] = (offsets[i] as number) + part.length));
  return { offsets, bytes: new Uint8Array(Buffer.concat(parts)) };
}

export function encodeSessionBlock(block: SessionBlock): Uint8Array {
  const columns: Record<string, TypedColumn> = {
    stringOffsets: block.strings.offsets,
    stringBytes: block.strings.bytes,
    app: block.app,
    userOffsets: block.users.offsets,
    userBytes: block.users.bytes,
    startMs: block.startMs,
    endMs: block.endMs,
    day: block.day,
    eventCount: block.eventCount,
    duplicates: block.duplicates,
    firstEvent: block.firstEvent,
    lastEvent: block.lastEvent,
    endReason: block.endReason,
    traffic: block.traffic,
    bagOffsets: block.bagOffsets,
    bagEvents: block.bagEvents,
    bagCounts: block.bagCounts,
  };
  if (block.given) {
    columns["givenOffsets"] = block.given.offsets;
    columns["givenBytes"] = block.given.bytes;
  }
  for (const [name, values] of block.numbers) {
    columns[`number:${name}`] = values;
  }
  for (const [name, codes] of block.texts) {
    columns[`text:${name}`] = codes;
  }
  if (block.sequence) {
    columns["sequenceOffsets"] = block.sequence.offsets;
    columns["sequenceEvents"] = block.sequence.events;
    columns["sequenceMs"] = block.sequence.ms;
  }
  return packColumns(columns);
}

/** @throws RangeError when `bytes` is not a session block. */
export function decodeSessionBlock(bytes: Uint8Array): SessionBlock {
  const columns = unpackColumns(bytes);
  const take = <T extends TypedColumn>(name: string): T => {
    const column = columns[name];
    if (column === undefined) {
      throw new RangeError(`not a session block: column ${name} is missing`);
    }
    return column as T;
  };
  const table = (name: string): StringTable => ({ offsets: take(`${name}Offsets`), bytes: take(`${name}Bytes`) });
  const startMs = take<Float64Array>("startMs");
  const numbers = new Map<string, Float64Array>();
  const texts = new Map<string, Uint32Array>();
  for (const [name, column] of Object.entries(columns)) {
    if (name.startsWith("number:")) numbers.set(name.slice(7), column as Float64Array);
    if (name.startsWith("text:")) texts.set(name.slice(5), column as Uint32Array);
  }
  return {
    sessionCount: startMs.length,
    strings: table("string"),
    app: take("app"),
    users: table("user"),
    given: columns["givenOffsets"] ? table("given") : null,
    startMs,
    endMs: take("endMs"),
    day: take("day"),
    eventCount: take("eventCount"),
    duplicates: take("duplicates"),
    firstEvent: take("firstEvent"),
    lastEvent: take("lastEvent"),
    endReason: take("endReason"),
    traffic: take("traffic"),
    bagOffsets: take("bagOffsets"),
    bagEvents: take("bagEvents"),
    bagCounts: take("bagCounts"),
    numbers,
    texts,
    sequence: columns["sequenceOffsets"]
      ? { offsets: take("sequenceOffsets"), events: take("sequenceEvents"), ms: take("sequenceMs") }
      : null,
  };
}
