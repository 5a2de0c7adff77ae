import { ByteReader, readEventBlockHeader } from "../../../model/eventBlock";

/** An event as a plain reader finds it in a block. */
export interface ReadEvent {
  readonly app: string;
  readonly user: string;
  readonly session: string | null;
  readonly timeMs: number;
  readonly name: string;
  readonly traffic: number;
  readonly numbers: readonly number[];
  readonly texts: readonly (string | null)[];
  readonly id: string | null;
}

/** Reads a block the plain way, straight from its layout. */
export function readBlock(bytes: Uint8Array): ReadEvent[] {
  const header = readEventBlockHeader(bytes);
  const reader = new ByteReader(bytes, header.namesAt);
  const text = (length: number) => {
    const value = Buffer.from(bytes.subarray(reader.at, reader.at + length)).toString("utf8");
    reader.at += length;
    return value;
  };
  const table = () => Array.from({ length: reader.u32() }, () => text(reader.varint()));
  const names = table();
  const texts = table();
  const events: ReadEvent[] = [];
  for (let run = 0; run < header.runCount; run++) {
    const [app = "", user = "", session = null] = text(reader.varint()).split("\0");
    const count = reader.varint();
    let timeMs = reader.f64();
    for (let i = 0; i < count; i++) {
      timeMs += reader.varint();
      const code = reader.varint();
      const numbers = Array.from({ length: header.numberCount }, () => reader.f64());
      const values = Array.from({ length: header.textCount }, () => reader.varint()).map((v) => (v === 0 ? null : texts[v - 1]!));
      let id: string | null = null;
      if (header.hasEventIds) {
        id = Buffer.from(bytes.subarray(reader.at, reader.at + 8)).toString("hex");
        reader.at += 8;
      }
      events.push({ app, user, session, timeMs, name: names[code >> 2]!, traffic: code & 3, numbers, texts: values, id });
    }
  }
  if (events.length !== header.eventCount || reader.at !== bytes.length) throw new Error("block does not add up");
  return events;
}

/** Events in an order that does not depend on how they were read. */
export const inOrder = <T>(events: readonly T[]): T[] =>
  events
    .map((event) => [JSON.stringify(event), event] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, event]) => event);
