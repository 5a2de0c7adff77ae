import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Flags of a record. */
export const ANONYMOUS = 1;
export const EARNS = 2;

const RECORD_BYTES = 24;

/** Log lines to be, as fixed records: f64 time · u32 user · u16 event · u8 client · u8 flags · u32 revenue · u32 delay. */
export class Records {
  readonly times: Float64Array;
  private readonly words: Uint32Array;
  private readonly halves: Uint16Array;
  private readonly bytes: Uint8Array;

  constructor(
    buffer: ArrayBuffer,
    readonly count: number,
  ) {
    this.times = new Float64Array(buffer);
    this.words = new Uint32Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.bytes = new Uint8Array(buffer);
  }

  /** Epoch ms. */
  time(i: number): number {
    return this.times[i * 3] as number;
  }
  user(i: number): number {
    return this.words[i * 6 + 2] as number;
  }
  event(i: number): number {
    return this.halves[i * 12 + 6] as number;
  }
  client(i: number): number {
    return this.bytes[i * 24 + 14] as number;
  }
  flags(i: number): number {
    return this.bytes[i * 24 + 15] as number;
  }
  /** Ten-thousandths of a unit of money. */
  revenue(i: number): number {
    return this.words[i * 6 + 4] as number;
  }
  /** Milliseconds from the event to the server. */
  delay(i: number): number {
    return this.words[i * 6 + 5] as number;
  }
}

class Bucket {
  buffer = new ArrayBuffer(RECORD_BYTES * 256);
  capacity = 256;
  count = 0;
  spilled = 0;
  times = new Float64Array(this.buffer);
  words = new Uint32Array(this.buffer);

  grow(): void {
    this.capacity *= 2;
    const grown = new ArrayBuffer(this.capacity * RECORD_BYTES);
    new Float64Array(grown).set(this.times);
    this.buffer = grown;
    this.times = new Float64Array(grown);
    this.words = new Uint32Array(grown);
  }
}

/**
 * Records waiting for the file they belong to, one bucket a file. Above `limitBytes` all of it goes to temporary files, so memory
 * holds the limit and one file's records at most.
 */
export class Spool {
  private readonly buckets = new Map<number, Bucket>();
  private held = 0;
  private dir: string | null = null;

  constructor(private readonly limitBytes = 256 << 20) {}

  push(
    bucket: number,
    timeMs: number,
    user: number,
    event: number,
    client: number,
    flags: number,
    revenue: number,
    delayMs: number,
  ): void {
    let b = this.buckets.get(bucket);
    if (b === undefined) this.buckets.set(bucket, (b = new Bucket()));
    if (b.count === b.capacity) b.grow();
    const i = b.count++;
    b.times[i * 3] = timeMs;
    const { words } = b;
    words[i * 6 + 2] = user;
    words[i * 6 + 3] = event | (client << 16) | (flags << 24);
    words[i * 6 + 4] = revenue;
    words[i * 6 + 5] = delayMs;
    this.held += RECORD_BYTES;
    if (this.held > this.limitBytes) this.spill();
  }

  /** Buckets that hold something, ascending. */
  waiting(): number[] {
    return [...this.buckets.keys()].sort((a, b) => a - b);
  }

  /** Takes a bucket out: its records in the order they were pushed. */
  take(bucket: number): Records {
    const b = this.buckets.get(bucket);
    if (b === undefined) return new Records(new ArrayBuffer(0), 0);
    this.buckets.delete(bucket);
    this.held -= b.count * RECORD_BYTES;
    if (b.spilled === 0) return new Records(b.buffer, b.count);
    const path = this.pathOf(bucket);
    const early = readFileSync(path);
    rmSync(path);
    const all = new Uint8Array(early.length + b.count * RECORD_BYTES);
    all.set(early);
    all.set(new Uint8Array(b.buffer, 0, b.count * RECORD_BYTES), early.length);
    return new Records(all.buffer, b.spilled + b.count);
  }

  close(): void {
    if (this.dir !== null && existsSync(this.dir)) rmSync(this.dir, { recursive: true });
    this.dir = null;
  }

  private pathOf(bucket: number): string {
    this.dir ??= mkdtempSync(join(tmpdir(), "sessionary-generate-"));
    return join(this.dir, `${bucket}.records`);
  }

  private spill(): void {
    for (const [key, b] of this.buckets) {
      if (b.count === 0) continue;
      appendFileSync(this.pathOf(key), new Uint8Array(b.buffer, 0, b.count * RECORD_BYTES));
      b.spilled += b.count;
      b.count = 0;
    }
    this.held = 0;
  }
}

/** Indices of the records in order of time; equal times keep the order they were pushed in (stable radix sort). */
export function byTime(records: Records): Uint32Array {
  const n = records.count;
  let earliest = Infinity;
  let latest = -Infinity;
  for (let i = 0; i < n; i++) {
    const t = records.time(i);
    if (t < earliest) earliest = t;
    if (t > latest) latest = t;
  }
  const offsets = new Uint32Array(n);
  for (let i = 0; i < n; i++) offsets[i] = records.time(i) - earliest;
  let order = Uint32Array.from({ length: n }, (_, i) => i);
  let next = new Uint32Array(n);
  const starts = new Uint32Array(2049);
  for (let shift = 0; n > 1 && shift < 33 && Math.floor((latest - earliest) / 2 ** shift) > 0; shift += 11) {
    starts.fill(0);
    for (let i = 0; i < n; i++) {
      const slot = (((offsets[i] as number) >>> shift) & 2047) + 1;
      starts[slot] = (starts[slot] as number) + 1;
    }
    for (let d = 0; d < 2048; d++) starts[d + 1] = (starts[d + 1] as number) + (starts[d] as number);
    for (let i = 0; i < n; i++) {
      const index = order[i] as number;
      const digit = ((offsets[index] as number) >>> shift) & 2047;
      next[starts[digit] as number] = index;
      starts[digit] = (starts[digit] as number) + 1;
    }
    [order, next] = [next, order];
  }
  return order;
}
