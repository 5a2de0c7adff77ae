import { ByteReader, readEventBlockHeader } from "../../model/eventBlock";
import { ByteTable } from "../../model/byteTable";

/**
 * All events of one shard as columns, event i of any user in order of arrival. Names, apps and text values share one table, `strings`,
 * whose ids were replaced by ranks in byte order, so that comparing ranks compares strings.
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
  readonly strings: ByteTable;
  /** Rank → id in `strings`. */
  readonly byRank: Uint32Array;
  /** App of each key, as a rank. */
  readonly appOfKey: Uint32Array;
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
  const count = headers.reduce((sum, header) => sum + header.eventCount, 0);
  const first = headers[0];
  const numberCount = first?.numberCount ?? 0;
  const textCount = first?.textCount ?? 0;
  const hasIds = first?.hasEventIds ?? false;
  const key = new Uint32Array(count);
  const timeMs = new Float64Array(count);
  const code = new Uint32Array(count);
  const numbers = Array.from({ length: numberCount }, () => new Float64Array(count));
  const texts = Array.from({ length: textCount }, () => new Int32Array(count));
  const idHigh = hasIds ? new Uint32Array(count) : null;
  const idLow = hasIds ? new Uint32Array(count) : null;
  const keys = new ByteTable();
  const strings = new ByteTable();
  const appIds: number[] = [];
  let minMs = Infinity;
  let maxMs = -Infinity;
  let row = 0;
  blocks.forEach((bytes, b) => {
    const header = headers[b]!;
    if (header.numberCount !== numberCount || header.textCount !== textCount || header.hasEventIds !== hasIds) {
      throw new RangeError("event blocks of one shard differ in shape");
    }
    const reader = new ByteReader(bytes, header.namesAt);
    const nameIds = readTable(reader, strings);
    const textIds = readTable(reader, strings);
    for (let run = 0; run < header.runCount; run++) {
      const keyBytes = reader.varint();
      const keyId = keys.intern(bytes, reader.at, reader.at + keyBytes);
      if (keyId === appIds.length) {
        appIds.push(strings.intern(bytes, reader.at, bytes.indexOf(0, reader.at)));
      }
      reader.at += keyBytes;
      const events = reader.varint();
      let t = reader.f64();
      if (t < minMs) minMs = t;
      const plain = numberCount === 0 && textCount === 0 && !hasIds;
      for (let i = 0; i < events; i++, row++) {
        t += reader.varint();
        const packed = reader.varint();
        key[row] = keyId;
        timeMs[row] = t;
        // The name's id for now; ranks follow when all strings are known.
        code[row] = nameIds[packed >>> 2]! * 4 + (packed & 3);
        if (plain) continue;
        for (let a = 0; a < numberCount; a++) numbers[a]![row] = reader.f64();
        for (let a = 0; a < textCount; a++) {
          const text = reader.varint();
          texts[a]![row] = text === 0 ? -1 : textIds[text - 1]!;
        }
        if (idHigh && idLow) {
          idLow[row] = reader.u32();
          idHigh[row] = reader.u32();
        }
      }
      if (t > maxMs) maxMs = t;
    }
  });
  const byRank = strings.sortedIds();
  const rankOf = new Uint32Array(strings.count);
  byRank.forEach((id, rank) => (rankOf[id] = rank));
  for (let i = 0; i < count; i++) {
    const packed = code[i]!;
    code[i] = rankOf[packed >>> 2]! * 4 + (packed & 3);
  }
  for (const column of texts) {
    for (let i = 0; i < count; i++) {
      if (column[i]! >= 0) column[i] = rankOf[column[i]!]!;
    }
  }
  const appOfKey = Uint32Array.from(appIds, (id) => rankOf[id]!);
  const none = count === 0;
  return {
    count,
    key,
    timeMs,
    code,
    numbers,
    texts,
    idHigh,
    idLow,
    keys,
    strings,
    byRank,
    appOfKey,
    minMs: none ? NaN : minMs,
    maxMs: none ? NaN : maxMs,
  };
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
