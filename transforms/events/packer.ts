import { ByteWriter, EVENT_BLOCK_MAGIC, FLAG_EVENT_IDS } from "../../model/eventBlock";
import { KeyTable } from "../../io/formats/keyTable";
import type { Apps } from "./apps";
import { APP_AT, CARRIED_AT, CODE_AT, HASH_AT, KEY_BYTES_AT, keyOffset, type RowShape, type ShardRows } from "./shardRows";
import { sortRunByTime } from "./sortRun";
import type { SplitTally } from "./splitTally";
import type { TrafficMarks } from "./trafficMarks";

/** The tables that the ids in rows point into. */
export interface PackTables {
  readonly apps: Apps;
  readonly names: KeyTable;
  readonly texts: KeyTable;
}

/** Most bytes a varint of a name or text takes, and of a time difference. */
const SMALL_VARINT = 5;
const TIME_VARINT = 8;

/**
 * Rows of a shard → an event block (`model/eventBlock.ts`), byte for byte what `encodeEventBlock` writes for the same runs. Keys are
 * numbered by first sight, events brought into key order by a counting sort, then each run into time order (most are already).
 */
export class EventPacker {
  private readonly keys = new KeyTable();
  private keyOf = new Uint32Array(0);
  private timeMs = new Float64Array(0);
  /** The code of a plain event (no ids, no attributes), else where its row begins. */
  private ref = new Uint32Array(0);
  private sortedMs = new Float64Array(0);
  private sortedRef = new Uint32Array(0);
  private runStart = new Uint32Array(0);
  private markOfKey = new Uint8Array(0);
  private readonly body = new ByteWriter(1 << 16);
  private readonly head = new ByteWriter(1 << 12);
  private readonly nameNumbers = new LocalNumbers();
  private readonly textNumbers = new LocalNumbers();

  constructor(
    private readonly shape: RowShape,
    private readonly tables: PackTables,
    private readonly marks: TrafficMarks,
  ) {}

  private get isPlain(): boolean {
    const { hasEventIds, numberCount, textCount } = this.shape;
    return !hasEventIds && numberCount === 0 && textCount === 0;
  }

  /** The block of a shard's rows, of which there is at least one. Traffic by user lists is added here, and counted. */
  pack(rows: ShardRows, tally: SplitTally): Uint8Array {
    this.readRows(rows, tally);
    this.sortByKey(rows.count);
    this.writeBody(rows);
    const { head, body, shape } = this;
    head.length = 0;
    head.u32(EVENT_BLOCK_MAGIC);
    head.u8(shape.hasEventIds ? FLAG_EVENT_IDS : 0);
    head.u8(shape.numberCount);
    head.u8(shape.textCount);
    head.u8(0);
    head.u32(rows.count);
    head.u32(this.keys.count);
    this.nameNumbers.write(head, this.tables.names);
    this.textNumbers.write(head, this.tables.texts);
    const bytes = new Uint8Array(head.length + body.length);
    bytes.set(head.bytes.subarray(0, head.length));
    bytes.set(body.bytes.subarray(0, body.length), head.length);
    return bytes;
  }

  private readRows({ bytes, view, count }: ShardRows, tally: SplitTally): void {
    const { keys, isPlain, marks } = this;
    const toKey = keyOffset(this.shape);
    keys.clear();
    if (this.keyOf.length < count) this.makeRoom(count);
    const { keyOf, timeMs, ref } = this;
    for (let i = 0, at = 0; i < count; i++) {
      const keyStart = at + toKey;
      const keyEnd = keyStart + view.getUint32(at + KEY_BYTES_AT, true);
      const known = keys.count;
      const key = keys.intern(view.getUint32(at + APP_AT, true), bytes, keyStart, keyEnd, view.getInt32(at + HASH_AT, true));
      if (key === known && marks.hasLists) {
        const nul = bytes.subarray(keyStart, keyEnd).indexOf(0);
        this.markOfKey[key] = marks.ofUser(bytes, keyStart, nul < 0 ? keyEnd : keyStart + nul);
      }
      let code = view.getUint32(at + CODE_AT, true);
      if (marks.hasLists && (code & 3) < this.markOfKey[key]!) {
        code = (code & ~3) | this.markOfKey[key]!;
        view.setUint32(at + CODE_AT, code, true);
      }
      tally.countEvent(code);
      keyOf[i] = key;
      timeMs[i] = view.getFloat64(at, true);
      ref[i] = isPlain ? code : at;
      at = keyEnd;
    }
  }

  private makeRoom(count: number): void {
    const size = count * 2;
    this.keyOf = new Uint32Array(size);
    this.timeMs = new Float64Array(size);
    this.ref = new Uint32Array(size);
    this.sortedMs = new Float64Array(size);
    this.sortedRef = new Uint32Array(size);
    this.runStart = new Uint32Array(size + 2);
    this.markOfKey = new Uint8Array(size);
  }

  /** Fills `sortedMs` and `sortedRef` by key and time; afterwards key k's events end at `runStart[k + 1]`. */
  private sortByKey(count: number): void {
    const { keyOf, timeMs, ref, sortedMs, sortedRef, runStart } = this;
    const keyCount = this.keys.count;
    // runStart[k + 2] counts key k, then runStart[k + 1] walks from the start of its run to its end.
    runStart.fill(0, 0, keyCount + 2);
    for (let i = 0; i < count; i++) {
      runStart[keyOf[i]! + 2]!++;
    }
    for (let k = 2; k <= keyCount; k++) {
      runStart[k]! += runStart[k - 1]!;
    }
    for (let i = 0; i < count; i++) {
      const at = runStart[keyOf[i]! + 1]!++;
      sortedMs[at] = timeMs[i]!;
      sortedRef[at] = ref[i]!;
    }
    for (let k = 0; k < keyCount; k++) {
      if (runStart[k + 1]! - runStart[k]! > 1) sortRunByTime(sortedMs, sortedRef, runStart[k]!, runStart[k + 1]!);
    }
  }

  private writeBody(rows: ShardRows): void {
    const { body, keys, runStart, sortedMs, shape, isPlain } = this;
    const { prefixes } = this.tables.apps;
    const eventBytes = TIME_VARINT + SMALL_VARINT + shape.numberCount * 8 + shape.textCount * SMALL_VARINT + 8;
    body.length = 0;
    this.nameNumbers.clear(this.tables.names.count);
    this.textNumbers.clear(this.tables.texts.count);
    for (let key = 0; key < keys.count; key++) {
      const start = runStart[key]!;
      const end = runStart[key + 1]!;
      const prefix = prefixes[keys.tags[key]!]!;
      const keyStart = keys.offsets[key]!;
      const keyEnd = keys.offsets[key + 1]!;
      body.reserve(prefix.length + keyEnd - keyStart + 32 + (end - start) * eventBytes);
      body.varint(prefix.length + keyEnd - keyStart);
      this.copyToBody(prefix, 0, prefix.length);
      this.copyToBody(keys.arena, keyStart, keyEnd);
      body.varint(end - start);
      body.f64(sortedMs[start]!);
      if (isPlain) this.writePlainEvents(start, end);
      else this.writeEvents(rows, start, end);
    }
  }

  private copyToBody(from: Uint8Array, start: number, end: number): void {
    const { bytes } = this.body;
    let { length } = this.body;
    for (let i = start; i < end; i++) {
      bytes[length++] = from[i]!;
    }
    this.body.length = length;
  }

  /** The hot loop: room was reserved, so varints are written without checks. */
  private writePlainEvents(start: number, end: number): void {
    const { sortedMs, sortedRef, body, nameNumbers } = this;
    const { numberOf } = nameNumbers;
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
      if (small < 0) small = nameNumbers.add(name);
      small = (small << 2) | (code & 3);
      while (small > 127) {
        bytes[length++] = small | 128;
        small >>>= 7;
      }
      bytes[length++] = small;
    }
    body.length = length;
  }

  private writeEvents({ view, bytes }: ShardRows, start: number, end: number): void {
    const { sortedMs, sortedRef, body, nameNumbers, textNumbers, shape } = this;
    let previousMs = sortedMs[start]!;
    for (let i = start; i < end; i++) {
      let at = sortedRef[i]!;
      body.varint(sortedMs[i]! - previousMs);
      previousMs = sortedMs[i]!;
      const code = view.getUint32(at + CODE_AT, true);
      body.varint(nameNumbers.of(code >>> 2) * 4 + (code & 3));
      at += CARRIED_AT;
      for (let a = 0; a < shape.numberCount; a++, at += 8) body.f64(view.getFloat64(at, true));
      for (let a = 0; a < shape.textCount; a++, at += 4) {
        const text = view.getUint32(at, true);
        body.varint(text === 0 ? 0 : 1 + textNumbers.of(text - 1));
      }
      if (shape.hasEventIds) this.copyToBody(bytes, at, at + 8);
    }
  }
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
