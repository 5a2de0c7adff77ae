import type { SessionBlock, StringTable } from "./sessionBlock";

/** The sessions named by `rows`, in that order, as a block of their own; the string table stays whole. */
export function selectSessions(block: SessionBlock, rows: Uint32Array): SessionBlock {
  const pick = <T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(column: T): T => {
    const out = new (column.constructor as new (length: number) => T)(rows.length);
    for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]!]!;
    return out;
  };
  const bag = pickLists(block.bagOffsets, rows);
  return {
    ...block,
    sessionCount: rows.length,
    app: pick(block.app),
    users: pickStrings(block.users, rows),
    given: block.given && pickStrings(block.given, rows),
    startMs: pick(block.startMs),
    endMs: pick(block.endMs),
    day: pick(block.day),
    eventCount: pick(block.eventCount),
    duplicates: pick(block.duplicates),
    firstEvent: pick(block.firstEvent),
    lastEvent: pick(block.lastEvent),
    endReason: pick(block.endReason),
    traffic: pick(block.traffic),
    bagOffsets: bag.offsets,
    bagEvents: bag.take(block.bagEvents),
    bagCounts: bag.take(block.bagCounts),
    numbers: new Map([...block.numbers].map(([name, column]) => [name, pick(column)])),
    texts: new Map([...block.texts].map(([name, column]) => [name, pick(column)])),
    sequence: block.sequence && pickSequence(block.sequence, rows),
  };
}

function pickSequence(sequence: NonNullable<SessionBlock["sequence"]>, rows: Uint32Array): NonNullable<SessionBlock["sequence"]> {
  const lists = pickLists(sequence.offsets, rows);
  return { offsets: lists.offsets, events: lists.take(sequence.events), ms: lists.take(sequence.ms) };
}

/** Offsets of the chosen lists end to end, and a function that copies any column of list entries. */
function pickLists(from: Uint32Array, rows: Uint32Array) {
  const offsets = new Uint32Array(rows.length + 1);
  for (let i = 0; i < rows.length; i++) offsets[i + 1] = offsets[i]! + from[rows[i]! + 1]! - from[rows[i]!]!;
  const take = <T extends Uint8Array | Uint32Array | Float64Array>(column: T): T => {
    const out = new (column.constructor as new (length: number) => T)(offsets[rows.length]!);
    for (let i = 0; i < rows.length; i++) {
      for (let at = from[rows[i]!]!, to = offsets[i]!; to < offsets[i + 1]!; at++, to++) out[to] = column[at]!;
    }
    return out;
  };
  return { offsets, take };
}

function pickStrings(table: StringTable, rows: Uint32Array): StringTable {
  const lists = pickLists(table.offsets, rows);
  return { offsets: lists.offsets, bytes: lists.take(table.bytes) };
}
