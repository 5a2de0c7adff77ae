/**
 * The events of one input split for one shard, packed: a run per session key, then (Δt, event) pairs. About 4 bytes an event.
 *
 * Layout, little endian; `varint` is unsigned LEB128, up to 2^53:
 *
 *     u32 magic "EVB1" · u8 flags (1 = event-id hashes) · u8 number attributes · u8 string attributes · u8 0
 *     u32 events · u32 runs
 *     names:   u32 count, then per string varint bytes, UTF-8
 *     texts:   u32 count, then per string varint bytes, UTF-8        (values of string attributes)
 *     run:     varint key bytes, key, varint event count n, f64 time of the first event (epoch ms), then n events:
 *     event:   varint Δt ms since the previous event of the run (0 for the first) · varint (name << 2 | traffic code)
 *              · f64 per number attribute (NaN = none) · varint per string attribute (0 = none, else 1 + text)
 *              · 8 bytes event-id hash where flagged
 *
 * A key is `app NUL user`, or `app NUL user NUL session id` where sessions are given; none of the three holds a NUL. Events of a run
 * ascend in time. Two runs of one block may share a key. Shard = `shardOf(app NUL user)`: given sessions of one user share it.
 */
export interface EventBlockHeader {
  readonly hasEventIds: boolean;
  readonly numberCount: number;
  readonly textCount: number;
  readonly eventCount: number;
  readonly runCount: number;
  /** Byte offset of the name table; the text table and the runs follow it. */
  readonly namesAt: number;
}

export const EVENT_BLOCK_MAGIC = 0x31425645; // "EVB1"
export const EVENT_BLOCK_HEADER_BYTES = 16;
export const FLAG_EVENT_IDS = 1;

/** @throws RangeError when `bytes` is not an event block. */
export function readEventBlockHeader(bytes: Uint8Array): EventBlockHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < EVENT_BLOCK_HEADER_BYTES || view.getUint32(0, true) !== EVENT_BLOCK_MAGIC) {
    throw new RangeError("not an event block");
  }
  return {
    hasEventIds: (view.getUint8(4) & FLAG_EVENT_IDS) !== 0,
    numberCount: view.getUint8(5),
    textCount: view.getUint8(6),
    eventCount: view.getUint32(8, true),
    runCount: view.getUint32(12, true),
    namesAt: EVENT_BLOCK_HEADER_BYTES,
  };
}

/** FNV-like hash of bytes `start..end`, 32 bits, then mixed (MurmurHash3 finaliser): the same on every machine. */
export function hashBytes(bytes: Uint8Array, start: number, end: number): number {
  let h = 0;
  for (let i = start; i < end; i++) {
    h = (Math.imul(h, 31) + (bytes[i] as number)) | 0;
  }
  return mixHash(h);
}

/** MurmurHash3's 32-bit finaliser: spreads a weak hash over all bits. Unsigned result. */
export function mixHash(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Shard of a key `app NUL user`, 0 .. shards-1. The whole hash is over exactly those bytes, without a given session id. */
export const shardOf = (appUserHash: number, shards: number) => appUserHash % shards;

/** Key of a shard in the shuffle; fixed width so that keys sort like numbers. */
export const shardKey = (shard: number) => `shard-${String(shard).padStart(5, "0")}`;

/** A plain event, for writers that do not need speed and for tests. */
export interface PackedEvent {
  readonly timeMs: number;
  readonly name: string;
  readonly traffic: number;
  readonly numbers: readonly number[];
  readonly texts: readonly (string | null)[];
  /** 8 bytes, or null where blocks carry no ids. */
  readonly idHash: Uint8Array | null;
}

/** Growable byte writer with the varints of this format. */
export class ByteWriter {
  bytes: Uint8Array;
  length = 0;
  private readonly scratch = new DataView(new ArrayBuffer(8));

  constructor(capacity = 1 << 16) {
    this.bytes = new Uint8Array(capacity);
  }

  /** Makes room for `count` more bytes. Call before a run of unchecked writes. */
  reserve(count: number): void {
    if (this.length + count > this.bytes.length) {
      const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
  }

  u8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  u32(value: number): void {
    this.reserve(4);
    const { bytes } = this;
    bytes[this.length++] = value;
    bytes[this.length++] = value >>> 8;
    bytes[this.length++] = value >>> 16;
    bytes[this.length++] = value >>> 24;
  }

  f64(value: number): void {
    this.reserve(8);
    this.scratch.setFloat64(0, value, true);
    for (let i = 0; i < 8; i++) {
      this.bytes[this.length++] = this.scratch.getUint8(i);
    }
  }

  varint(value: number): void {
    this.reserve(8);
    while (value > 127) {
      this.bytes[this.length++] = (value % 128) | 128;
      value = value > 0x7fffffff ? Math.floor(value / 128) : value >>> 7;
    }
    this.bytes[this.length++] = value;
  }

  raw(bytes: Uint8Array, start = 0, end = bytes.length): void {
    this.reserve(end - start);
    this.bytes.set(bytes.subarray(start, end), this.length);
    this.length += end - start;
  }

  /** A copy of what was written, owning its memory. */
  finish(): Uint8Array {
    return Uint8Array.prototype.slice.call(this.bytes, 0, this.length);
  }
}

/** Reads what `ByteWriter` wrote. */
export class ByteReader {
  at: number;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    start = 0,
  ) {
    this.at = start;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    const value = this.view.getUint32(this.at, true);
    this.at += 4;
    return value;
  }

  f64(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  varint(): number {
    const { bytes } = this;
    let byte = bytes[this.at++] as number;
    let value = byte & 127;
    for (let scale = 128; byte > 127; scale *= 128) {
      byte = bytes[this.at++] as number;
      value += (byte & 127) * scale;
    }
    return value;
  }
}

/** Plain writer of a whole block; the fast packer of the reader writes the same bytes from typed columns. */
export function encodeEventBlock(
  shape: { readonly hasEventIds: boolean; readonly numberCount: number; readonly textCount: number },
  runs: readonly { readonly key: Uint8Array; readonly events: readonly PackedEvent[] }[],
): Uint8Array {
  const names = new Map<string, number>();
  const texts = new Map<string, number>();
  const idOf = (table: Map<string, number>, text: string) => {
    let id = table.get(text);
    if (id === undefined) {
      id = table.size;
      table.set(text, id);
    }
    return id;
  };
  const body = new ByteWriter();
  let eventCount = 0;
  for (const { key, events } of runs) {
    body.varint(key.length);
    body.raw(key);
    body.varint(events.length);
    body.f64(events[0]?.timeMs ?? 0);
    let previousMs = events[0]?.timeMs ?? 0;
    for (const event of events) {
      body.varint(event.timeMs - previousMs);
      previousMs = event.timeMs;
      body.varint(idOf(names, event.name) * 4 + event.traffic);
      event.numbers.forEach((value) => body.f64(value));
      event.texts.forEach((text) => body.varint(text === null ? 0 : 1 + idOf(texts, text)));
      if (shape.hasEventIds) body.raw(event.idHash ?? new Uint8Array(8));
      eventCount += 1;
    }
  }
  const head = new ByteWriter();
  head.u32(EVENT_BLOCK_MAGIC);
  head.u8(shape.hasEventIds ? FLAG_EVENT_IDS : 0);
  head.u8(shape.numberCount);
  head.u8(shape.textCount);
  head.u8(0);
  head.u32(eventCount);
  head.u32(runs.length);
  for (const table of [names, texts]) {
    head.u32(table.size);
    for (const text of table.keys()) {
      const bytes = Buffer.from(text, "utf8");
      head.varint(bytes.length);
      head.raw(bytes);
    }
  }
  head.raw(body.bytes, 0, body.length);
  return head.finish();
}
