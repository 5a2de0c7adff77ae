import { mixHash } from "../../model/eventBlock";

/**
 * Byte strings → dense ids 0, 1, 2 … in order of first sight. Open addressing, at most half full; the strings lie end to end in one
 * arena, so a million keys are five typed arrays and no objects. A `tag` (a small number) is part of the key.
 */
export class KeyTable {
  count = 0;
  /** String i is `arena[offsets[i] .. offsets[i + 1]]`. */
  arena = new Uint8Array(1 << 14);
  offsets = new Uint32Array(1025);
  hashes = new Int32Array(1024);
  tags = new Int32Array(1024);
  private slots = new Int32Array(2048).fill(-1);

  /** Forgets all keys and keeps the memory. */
  clear(): void {
    this.slots.fill(-1);
    this.count = 0;
  }

  /** Id of (tag, `bytes[start..end]`), whose `polyHash` is `hash`; a new id (the old `count`) for a new key. */
  intern(tag: number, bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, hashes, offsets, tags, arena } = this;
    const mask = slots.length - 1;
    const length = end - start;
    let slot = mixHash(hash ^ Math.imul(tag, 0x9e3779b1)) & mask;
    let id: number;
    probe: while ((id = slots[slot]!) >= 0) {
      if (hashes[id] === hash && tags[id] === tag) {
        let at = offsets[id]!;
        if (offsets[id + 1]! - at === length) {
          for (let i = start; i < end; i++, at++) {
            if (arena[at] !== bytes[i]) {
              slot = (slot + 1) & mask;
              continue probe;
            }
          }
          return id;
        }
      }
      slot = (slot + 1) & mask;
    }
    return this.add(slot, tag, bytes, start, end, hash);
  }

  /** Id of the key, or -1. */
  find(tag: number, bytes: Uint8Array, start: number, end: number, hash: number): number {
    const { slots, hashes, offsets, tags, arena } = this;
    const mask = slots.length - 1;
    probe: for (let slot = mixHash(hash ^ Math.imul(tag, 0x9e3779b1)) & mask; ; slot = (slot + 1) & mask) {
      const id = slots[slot]!;
      if (id < 0) return -1;
      if (hashes[id] !== hash || tags[id] !== tag) continue;
      let at = offsets[id]!;
      if (offsets[id + 1]! - at !== end - start) continue;
      for (let i = start; i < end; i++, at++) {
        if (arena[at] !== bytes[i]) continue probe;
      }
      return id;
    }
  }

  /** The key's bytes; a view that the next `intern` may outdate. */
  bytesOf(id: number): Uint8Array {
    return this.arena.subarray(this.offsets[id], this.offsets[id + 1]);
  }

  textOf(id: number): string {
    return Buffer.from(this.bytesOf(id)).toString("utf8");
  }

  private add(slot: number, tag: number, bytes: Uint8Array, start: number, end: number, hash: number): number {
    const id = this.count++;
    const at = this.offsets[id]!;
    const top = at + end - start;
    if (top > this.arena.length) {
      const grown = new Uint8Array(Math.max(top, this.arena.length * 2));
      grown.set(this.arena.subarray(0, at));
      this.arena = grown;
    }
    if (id === this.hashes.length) {
      this.hashes = grow(this.hashes, new Int32Array(id * 2));
      this.tags = grow(this.tags, new Int32Array(id * 2));
      this.offsets = grow(this.offsets, new Uint32Array(id * 2 + 1));
    }
    const { arena } = this;
    for (let i = start, to = at; i < end; i++, to++) {
      arena[to] = bytes[i]!;
    }
    this.offsets[id + 1] = top;
    this.hashes[id] = hash;
    this.tags[id] = tag;
    this.slots[slot] = id;
    if (this.count * 2 > this.slots.length) this.rehash();
    return id;
  }

  private rehash(): void {
    const slots = new Int32Array(this.slots.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (let id = 0; id < this.count; id++) {
      let slot = mixHash(this.hashes[id]! ^ Math.imul(this.tags[id]!, 0x9e3779b1)) & mask;
      while (slots[slot]! >= 0) slot = (slot + 1) & mask;
      slots[slot] = id;
    }
    this.slots = slots;
  }
}

function grow<T extends Int32Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
