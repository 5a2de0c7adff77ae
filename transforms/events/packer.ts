import {
  EVENT_BLOCK_HEADER_BYTES,
  EVENT_BLOCK_MAGIC,
  FLAG_EVENT_IDS,
  mixHash,
  shardKey,
  shardOf,
  ByteWriter,
} from "../../model/eventBlock";
import type { KeyTable } from "../../io/formats/keyTable";
import type { Apps } from "./apps";
import type { EventColumns } from "./eventColumns";
import { sortRunByTime } from "./sortRun";

/** The tables that the columns' ids point into. `keys`: tag = app id, bytes = `user` or `user NUL session`. */
export interface PackTables {
  readonly keys: KeyTable;
  readonly apps: Apps;
  readonly names: KeyTable;
  readonly texts: KeyTable;
}

/**
 * Typed columns → event blocks per shard (`model/eventBlock.ts`), byte for byte what `encodeEventBlock` writes for the same runs.
 * Events are brought into key order by a counting sort, then each run into time order (most are already); the shuffle sees one block
 * a shard.
 */
export class EventPacker {
  private sortedMs = new Float64Array(0);
  /** Beside `sortedMs`: the code of a plain event, else the event's row. */
  private sortedRef = new Uint32Array(0);
  private readonly body = new ByteWriter(1 << 18);
  private readonly head = new ByteWriter(1 << 12);
  private readonly nameNumbers = new LocalNumbers();
  private readonly textNumbers = new LocalNumbers();

  pack(columns: EventColumns, tables: PackTables, shards: number): { key: string; value: Uint8Array }[] {
    const keyCount = tables.keys.count;
    const runStart = this.sortByKey(columns, keyCount);
    const { order, shardStart } = keysByShard(tables, shards);
    const blocks: { key: string; value: Uint8Array }[] = [];
    for (let shard = 0; shard < shards; shard++) {
      const from = shardStart[shard]!;
      const to = shardStart[shard + 1]!;
      const value = this.block(columns, tables, runStart, order, from, to);
      if (value !== null) blocks.push({ key: shardKey(shard), value });
    }
    return blocks;
  }

  /** Fills `sortedMs` and `sortedRef` by key and time; returns where each key's run starts. */
  private sortByKey(columns: EventColumns, keyCount: number): Uint32Array {
    const { count, key, timeMs, code, isPlain } = columns;
    if (this.sortedMs.length < count) {
      this.sortedMs = new Float64Array(columns.capacity);
      this.sortedRef = new Uint32Array(columns.capacity);
    }
    const { sortedMs, sortedRef } = this;
    const runStart = new Uint32Array(keyCount + 1);
    for (let i = 0; i < count; i++) {
      runStart[key[i]! + 1]!++;
    }
    for (let k = 0; k < keyCount; k++) {
      runStart[k + 1]! += runStart[k]!;
    }
    const next = runStart.slice(0, keyCount);
    for (let i = 0; i < count; i++) {
      const at = next[key[i]!]!++;
      sortedMs[at] = timeMs[i]!;
      sortedRef[at] = isPlain ? code[i]! : i;
    }
    for (let k = 0; k < keyCount; k++) {
      sortRunByTime(sortedMs, sortedRef, runStart[k]!, runStart[k + 1]!);
    }
    return runStart;
  }

  private block(
    columns: EventColumns,
    tables: PackTables,
    runStart: Uint32Array,
    order: Uint32Array,
    from: number,
    to: number,
  ): Uint8Array | null {
    const { body, head, nameNumbers, textNumbers } = this;
    const { keys, apps } = tables;
    const { shape } = columns;
    const eventBytes = 16 + shape.numberCount * 8 + shape.textCount * 5 + 8;
    body.length = 0;
    nameNumbers.clear(tables.names.count);
    textNumbers.clear(tables.texts.count);
    let eventCount = 0;
    let runCount = 0;
    for (let i = from; i < to; i++) {
      const key = order[i]!;
      const start = runStart[key]!;
      const end = runStart[key + 1]!;
      if (start === end) continue;
      const prefix = apps.prefixes[keys.tags[key]!]!;
      const keyStart = keys.offsets[key]!;
      const keyEnd = keys.offsets[key + 1]!;
      body.reserve(prefix.length + keyEnd - keyStart + 32 + (end - start) * eventBytes);
      this.writeKey(prefix, keys.arena, keyStart, keyEnd);
      body.varint(end - start);
      body.f64(this.sortedMs[start]!);
      if (columns.isPlain) this.writePlainEvents(start, end);
      else this.writeEvents(columns, start, end);
      eventCount += end - start;
      runCount += 1;
    }
    if (runCount === 0) return null;
    head.length = 0;
    head.u32(EVENT_BLOCK_MAGIC);
    head.u8(shape.hasEventIds ? FLAG_EVENT_IDS : 0);
    head.u8(shape.numberCount);
    head.u8(shape.textCount);
    head.u8(0);
    head.u32(eventCount);
    head.u32(runCount);
    if (head.length !== EVENT_BLOCK_HEADER_BYTES) throw new Error("event block header of a wrong length");
    nameNumbers.write(head, tables.names);
    textNumbers.write(head, tables.texts);
    const bytes = new Uint8Array(head.length + body.length);
    bytes.set(head.bytes.subarray(0, head.length));
    bytes.set(body.bytes.subarray(0, body.length), head.length);
    return bytes;
  }

  private writeKey(prefix: Uint8Array, arena: Uint8Array, start: number, end: number): void {
    const { body } = this;
    body.varint(prefix.length + end - start);
    const { bytes } = body;
    let { length } = body;
    for (let i = 0; i < prefix.length; i++) bytes[length++] = prefix[i]!;
    for (let i = start; i < end; i++) bytes[length++] = arena[i]!;
    body.length = length;
  }

  /** The hot loop: room was reserved, so varints are written without checks. */
  private writePlainEvents(start: number, end: number): void {
    const { sortedMs, sortedRef, body } = this;
    const { numberOf } = this.nameNumbers;
    const { bytes } = body;
    let { length } = body;
    let previousMs = sortedMs[start]!;
    for (let i = start; i < end; i++) {
      const ms = sortedMs[i]!;
      let delta = ms - previousMs;
      previousMs = ms;
      while (delta > 0x7fffffff) {
        bytes[length++] = (delta % 128) | 128;
        delta = Math.floor(delta / 128);
      }
      let small = delta | 0;
      while (small > 127) {
        bytes[length++] = small | 128;
        small >>>= 7;
      }
      bytes[length++] = small;
      const code = sortedRef[i]!;
      const name = code >>> 2;
      small = numberOf[name]!;
      if (small < 0) small = this.nameNumbers.add(name);
      small = (small << 2) | (code & 3);
      while (small > 127) {
        bytes[length++] = small | 128;
        small >>>= 7;
      }
      bytes[length++] = small;
    }
    body.length = length;
  }

  private writeEvents(columns: EventColumns, start: number, end: number): void {
    const { sortedMs, sortedRef, body, nameNumbers, textNumbers } = this;
    const { shape, code, numbers, texts, idHigh, idLow } = columns;
    let previousMs = sortedMs[start]!;
    for (let i = start; i < end; i++) {
      const row = sortedRef[i]!;
      body.varint(sortedMs[i]! - previousMs);
      previousMs = sortedMs[i]!;
      body.varint(nameNumbers.of(code[row]! >>> 2) * 4 + (code[row]! & 3));
      for (let a = 0; a < numbers.length; a++) body.f64(numbers[a]![row]!);
      for (let a = 0; a < texts.length; a++) {
        const text = texts[a]![row]!;
        body.varint(text === 0 ? 0 : 1 + textNumbers.of(text - 1));
      }
      if (shape.hasEventIds) {
        body.u32(idHigh[row]!);
        body.u32(idLow[row]!);
      }
    }
  }
}

/** The key ids in shard order, stable: keys of one shard keep the order in which they were first seen. */
function keysByShard(tables: PackTables, shards: number): { order: Uint32Array; shardStart: Uint32Array } {
  const { keys, apps } = tables;
  const keyCount = keys.count;
  const { arena, offsets, tags } = keys;
  const shardOfKey = new Uint32Array(keyCount);
  const shardStart = new Uint32Array(shards + 1);
  for (let key = 0; key < keyCount; key++) {
    let h = apps.prefixHashes[tags[key]!]!;
    // The user ends at the NUL where a given session id follows.
    for (let i = offsets[key]!, end = offsets[key + 1]!; i < end && arena[i] !== 0; i++) {
      h = (Math.imul(h, 31) + arena[i]!) | 0;
    }
    const shard = shardOf(mixHash(h), shards);
    shardOfKey[key] = shard;
    shardStart[shard + 1]!++;
  }
  for (let shard = 0; shard < shards; shard++) {
    shardStart[shard + 1]! += shardStart[shard]!;
  }
  const next = shardStart.slice(0, shards);
  const order = new Uint32Array(keyCount);
  for (let key = 0; key < keyCount; key++) {
    order[next[shardOfKey[key]!]!++] = key;
  }
  return { order, shardStart };
}

/** Numbers the ids used in one block 0, 1, 2 … by first use. */
class LocalNumbers {
  numberOf = new Int32Array(256).fill(-1);
  private readonly used: number[] = [];

  clear(idCount: number): void {
    if (idCount > this.numberOf.length) this.numberOf = new Int32Array(idCount * 2).fill(-1);
    else for (const id of this.used) this.numberOf[id] = -1;
    this.used.length = 0;
  }

  add(id: number): number {
    this.numberOf[id] = this.used.length;
    return this.used.push(id) - 1;
  }

  of(id: number): number {
    const number = this.numberOf[id]!;
    return number >= 0 ? number : this.add(id);
  }

  write(to: ByteWriter, table: KeyTable): void {
    to.u32(this.used.length);
    for (const id of this.used) {
      const start = table.offsets[id]!;
      const end = table.offsets[id + 1]!;
      to.varint(end - start);
      to.raw(table.arena, start, end);
    }
  }
}
