import { ByteReader, readEventBlockHeader, type EventBlockHeader } from "../../model/eventBlock";
import { ByteTable } from "../../model/byteTable";

/**
 * All events of one shard as columns, event i of any user in order of arrival. Names and text values share one table, `strings`, and
 * columns hold their ranks in byte order, so that comparing ranks compares strings.
 */
export interface ShardEvents {
  readonly count: number;
  /** Key id of each event in `keys`: `app NUL user` or `app NUL user NUL given id`. */
  readonly key: Uint32Array;
  readonly timeMs: Float64Array;
  /** Rank of the name << 2 | traffic code. */
  readonly code: Uint32Array;
  readonly numbers: readonly Float64Array[];
  /** Rank of the value, or -1. */
  readonly texts: readonly Int32Array[];
  /** Event-id hashes as two halves; null where blocks carry none. An id of zero means none. */
  readonly idHigh: Uint32Array | null;
  readonly idLow: Uint32Array | null;
  readonly keys: ByteTable;
  readonly apps: ByteTable;
  /** App of each key, id in `apps`. */
  readonly appOfKey: readonly number[];
  readonly strings: ByteTable;
  /** Rank → id in `strings`. */
  readonly byRank: Uint32Array;
  /** First and last time, or NaN without events. */
  readonly minMs: number;
  readonly maxMs: number;
}

/**
 * Unpacks the event blocks of one shard, in any order.
 * @throws RangeError when a block is not an event block or the blocks differ in shape.
 */
export function readShardEvents(blocks: readonly Uint8Array[]): ShardEvents {
  const headers = blocks.map(readEventBlockHeader);
  const shape = headers[0] ?? { hasEventIds: false, numberCount: 0, textCount: 0 };
  for (const header of headers) {
    if (
      header.numberCount !== shape.numberCount ||
      header.textCount !== shape.textCount ||
      header.hasEventIds !== shape.hasEventIds
    ) {
      throw new RangeError("event blocks of one shard differ in shape");
    }
  }
  const strings = new ByteTable();
  const tables = blocks.map((bytes, i) => {
    const reader = new ByteReader(bytes, headers[i]!.namesAt);
    const names = readTable(reader, strings);
    const texts = readTable(reader, strings);
    return { names, texts, runsAt: reader.at };
  });
  const byRank = strings.sortedIds();
  const rankOf = new Uint32Array(strings.count);
  byRank.forEach((id, rank) => (rankOf[id] = rank));
  const unpacker = new Unpacker(
    headers.reduce((sum, header) => sum + header.eventCount, 0),
    shape,
  );
  blocks.forEach((bytes, i) => {
    const { names, texts, runsAt } = tables[i]!;
    unpacker.unpack(
      bytes,
      runsAt,
      headers[i]!.runCount,
      names.map((id) => rankOf[id]! * 4),
      texts.map((id) => rankOf[id]!),
    );
  });
  return unpacker.events(strings, byRank);
}

/** Reads the runs of blocks into growing columns. */
class Unpacker {
  private row = 0;
  private readonly key: Uint32Array;
  private readonly timeMs: Float64Array;
  private readonly code: Uint32Array;
  private readonly numbers: Float64Array[];
  private readonly texts: Int32Array[];
  private readonly idHigh: Uint32Array | null;
  private readonly idLow: Uint32Array | null;
  private readonly keys = new ByteTable();
  private readonly apps = new ByteTable();
  private readonly appOfKey: number[] = [];
  private minMs = Infinity;
  private maxMs = -Infinity;

  constructor(count: number, shape: Pick<EventBlockHeader, "hasEventIds" | "numberCount" | "textCount">) {
    this.key = new Uint32Array(count);
    this.timeMs = new Float64Array(count);
    this.code = new Uint32Array(count);
    this.numbers = Array.from({ length: shape.numberCount }, () => new Float64Array(count));
    this.texts = Array.from({ length: shape.textCount }, () => new Int32Array(count));
    this.idHigh = shape.hasEventIds ? new Uint32Array(count) : null;
    this.idLow = shape.hasEventIds ? new Uint32Array(count) : null;
  }

  /** @param names local name → rank << 2 */
  unpack(bytes: Uint8Array, runsAt: number, runCount: number, names: Uint32Array, texts: Uint32Array): void {
    const reader = new ByteReader(bytes, runsAt);
    const plain = this.numbers.length === 0 && this.texts.length === 0 && this.idHigh === null;
    for (let run = 0; run < runCount; run++) {
      const keyBytes = reader.varint();
      const keyId = this.keys.intern(bytes, reader.at, reader.at + keyBytes);
      if (keyId === this.appOfKey.length) {
        this.appOfKey.push(this.apps.intern(bytes, reader.at, bytes.indexOf(0, reader.at)));
      }
      reader.at += keyBytes;
      const events = reader.varint();
      const firstMs = reader.f64();
      for (let row = this.row, end = row + events; row < end; row++) {
        this.key[row] = keyId;
      }
      const lastMs = plain
        ? this.unpackPlain(reader, events, firstMs, names)
        : this.unpackWhole(reader, events, firstMs, names, texts);
      if (firstMs < this.minMs) this.minMs = firstMs;
      if (lastMs > this.maxMs) this.maxMs = lastMs;
    }
  }

  /** Events of nothing but time and name; varints are read in place, for this is the inner loop of every job. */
  private unpackPlain(reader: ByteReader, events: number, firstMs: number, names: Uint32Array): number {
    const { bytes } = reader;
    const { timeMs, code } = this;
    let at = reader.at;
    let t = firstMs;
    let row = this.row;
    for (const end = row + events; row < end; row++) {
      let byte = bytes[at++]!;
      if (byte < 128) {
        t += byte;
      } else {
        let value = byte & 127;
        for (let scale = 128; byte > 127; scale *= 128) {
          byte = bytes[at++]!;
          value += (byte & 127) * scale;
        }
        t += value;
      }
      byte = bytes[at++]!;
      let packed = byte & 127;
      for (let shift = 7; byte > 127; shift += 7) {
        byte = bytes[at++]!;
        packed |= (byte & 127) << shift;
      }
      timeMs[row] = t;
      code[row] = names[packed >>> 2]! | (packed & 3);
    }
    this.row = row;
    reader.at = at;
    return t;
  }

  private unpackWhole(reader: ByteReader, events: number, firstMs: number, names: Uint32Array, texts: Uint32Array): number {
    let t = firstMs;
    for (let i = 0; i < events; i++) {
      const row = this.row++;
      t += reader.varint();
      const packed = reader.varint();
      this.timeMs[row] = t;
      this.code[row] = names[packed >>> 2]! | (packed & 3);
      for (const column of this.numbers) column[row] = reader.f64();
      for (const column of this.texts) {
        const text = reader.varint();
        column[row] = text === 0 ? -1 : texts[text - 1]!;
      }
      if (this.idHigh && this.idLow) {
        this.idLow[row] = reader.u32();
        this.idHigh[row] = reader.u32();
      }
    }
    return t;
  }

  events(strings: ByteTable, byRank: Uint32Array): ShardEvents {
    const { key, timeMs, code, numbers, texts, idHigh, idLow, keys, apps, appOfKey, row: count } = this;
    const minMs = count === 0 ? NaN : this.minMs;
    const maxMs = count === 0 ? NaN : this.maxMs;
    return { count, key, timeMs, code, numbers, texts, idHigh, idLow, keys, apps, appOfKey, strings, byRank, minMs, maxMs };
  }
}

/** Interns a block's string table; local id → id in `strings`. */
function readTable(reader: ByteReader, strings: ByteTable): Uint32Array {
  const ids = new Uint32Array(reader.u32());
  for (let i = 0; i < ids.length; i++) {
    const length = reader.varint();
    ids[i] = strings.intern(reader.bytes, reader.at, reader.at + length);
    reader.at += length;
  }
  return ids;
}
