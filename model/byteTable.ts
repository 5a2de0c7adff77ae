import { mixHash } from "./eventBlock";
import type { StringTable } from "./sessionBlock";

/**
 * Interns byte strings: equal bytes get the same dense id, in order of arrival. Open addressing over one arena, so that millions of
 * keys cost their bytes and about 16 more each, and no JavaScript string is made.
 */
export class ByteTable {
  /** Strings interned so far; ids are 0 .. count-1. */
  count = 0;
  private slots: Int32Array;
  private hashes = new Int32Array(1 << 8);
  private offsets = new Uint32Array((1 << 8) + 1);
  private arena = new Uint8Array(1 << 12);

  constructor() {
    this.slots = new Int32Array(1 << 9).fill(-1);
  }

  /** Id of `bytes[start .. end]`, new or known. */
  intern(bytes: Uint8Array, start: number, end: number): number {
    let h = 0;
    for (let i = start; i < end; i++) {
      h = (Math.imul(h, 31) + bytes[i]!) | 0;
    }
    const found = this.find(bytes, start, end, h);
    return found >= 0 ? found : this.add(bytes, start, end, h);
  }

  /** Id of the UTF-8 bytes of `text`. */
  internText(text: string): number {
    const bytes = Buffer.from(text, "utf8");
    return this.intern(bytes, 0, bytes.length);
  }

  /** Where string `id` lies: `bytes[start .. end]` of `arenaBytes()`. */
  start(id: number): number {
    return this.offsets[id]!;
  }

  end(id: number): number {
    return this.offsets[id + 1]!;
  }

  /** The memory of all strings; valid until the next `intern`. */
  arenaBytes(): Uint8Array {
    return this.arena;
  }

  /** Byte order of two strings: negative, zero or positive. */
  compare(a: number, b: number): number {
    return compareBytes(this.arena, this.start(a), this.end(a), this.arena, this.start(b), this.end(b));
  }

  /** All ids, ascending by bytes. */
  sortedIds(): Uint32Array {
    const ids = new Uint32Array(this.count);
    for (let i = 0; i < ids.length; i++) ids[i] = i;
    return ids.sort((a, b) => this.compare(a, b));
  }

  /** A table of the strings `ids`, in that order. */
  select(ids: ArrayLike<number>): StringTable {
    const offsets = new Uint32Array(ids.length + 1);
    for (let i = 0; i < ids.length; i++) {
      offsets[i + 1] = offsets[i]! + this.end(ids[i]!) - this.start(ids[i]!);
    }
    const bytes = new Uint8Array(offsets[ids.length]!);
    for (let i = 0; i < ids.length; i++) {
      bytes.set(this.arena.subarray(this.start(ids[i]!), this.end(ids[i]!)), offsets[i]);
    }
    return { offsets, bytes };
  }

  private find(bytes: Uint8Array, start: number, end: number, h: number): number {
    const { slots, hashes, offsets, arena } = this;
    const mask = slots.length - 1;
    for (let slot = mixHash(h) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]!;
      if (id < 0) return -1;
      if (hashes[id] !== h) continue;
      const at = offsets[id]!;
      if (offsets[id + 1]! - at !== end - start) continue;
      let i = start;
      let j = at;
      while (i < end && bytes[i] === arena[j]) {
        i++;
        j++;
      }
      if (i === end) return id;
    }
  }

  private add(bytes: Uint8Array, start: number, end: number, h: number): number {
    const id = this.count;
    const top = this.offsets[id]!;
    const length = end - start;
    if (top + length > this.arena.length) {
      const grown = new Uint8Array(this.arena.length * 2 + length);
      grown.set(this.arena);
      this.arena = grown;
    }
    if (id + 1 >= this.hashes.length) {
      const hashes = new Int32Array(this.hashes.length * 2);
      hashes.set(this.hashes);
      this.hashes = hashes;
      const offsets = new Uint32Array(hashes.length + 1);
      offsets.set(this.offsets);
      this.offsets = offsets;
    }
    for (let i = 0; i < length; i++) this.arena[top + i] = bytes[start + i]!;
    this.offsets[id + 1] = top + length;
    this.hashes[id] = h;
    this.count = id + 1;
    if (this.count * 2 > this.slots.length) {
      this.slots = new Int32Array(this.slots.length * 2).fill(-1);
      for (let i = 0; i < this.count; i++) this.place(i);
    } else {
      this.place(id);
    }
    return id;
  }

  private place(id: number): void {
    const mask = this.slots.length - 1;
    let slot = mixHash(this.hashes[id]!) & mask;
    while (this.slots[slot]! >= 0) slot = (slot + 1) & mask;
    this.slots[slot] = id;
  }
}

/** Order of two byte ranges as unsigned bytes, the shorter first where one begins the other. */
export function compareBytes(a: Uint8Array, aStart: number, aEnd: number, b: Uint8Array, bStart: number, bEnd: number): number {
  const shared = Math.min(aEnd - aStart, bEnd - bStart);
  for (let i = 0; i < shared; i++) {
    const difference = a[aStart + i]! - b[bStart + i]!;
    if (difference !== 0) return difference;
  }
  return aEnd - aStart - (bEnd - bStart);
}
