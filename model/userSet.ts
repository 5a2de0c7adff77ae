import { ByteReader, ByteWriter } from "./eventBlock";
import { ShortSha256 } from "./sha256";

/*
 * A set of users as hashes: the first 40 bits of SHA-256(salt NUL user), ascending and without repeats, each as the varint of its
 * difference to the one before. Some three bytes a user in sets of a million, four in smaller ones. No user of the set is ever missed;
 * one that is not in it is taken for one that is with a probability of size / 2^40: one in a million for a set of a million.
 */

/** Hashes users for sets. */
export class UserHasher {
  private readonly hash = new ShortSha256();
  private message: Uint8Array;
  private readonly saltBytes: number;

  /** @param salt empty where users are no secret */
  constructor(salt: string) {
    this.message = new Uint8Array(Buffer.from(`${salt}\0`, "utf8"));
    this.saltBytes = this.message.length;
  }

  /** Hash of the user in `bytes[start..end]`: a whole number below 2^40. */
  of(bytes: Uint8Array, start: number, end: number): number {
    const length = this.saltBytes + end - start;
    if (length > this.message.length) {
      const grown = new Uint8Array(2 * length);
      grown.set(this.message);
      this.message = grown;
    }
    const { message } = this;
    for (let i = start, to = this.saltBytes; i < end; i++) message[to++] = bytes[i]!;
    const words = this.hash.words(message, length);
    return (words[0]! >>> 0) * 256 + (words[1]! >>> 24);
  }
}

/** @param hashes in any order, repeats allowed; sorted in place */
export function encodeUserSet(hashes: Float64Array): Uint8Array {
  hashes.sort();
  const writer = new ByteWriter(4 * hashes.length);
  let before = -1;
  for (const hash of hashes) {
    if (hash === before) continue;
    writer.varint(hash - before - 1);
    before = hash;
  }
  return writer.finish();
}

/** Users in `set`. */
export function userCount(set: Uint8Array): number {
  let count = 0;
  for (const byte of set) count += byte < 128 ? 1 : 0;
  return count;
}

/** Hashes in `set`, ascending. */
export function userHashes(set: Uint8Array): Float64Array {
  const hashes = new Float64Array(userCount(set));
  const reader = new ByteReader(set);
  let before = -1;
  for (let i = 0; i < hashes.length; i++) hashes[i] = before += reader.varint() + 1;
  return hashes;
}

export function uniteUserSets(sets: Iterable<Uint8Array>): Uint8Array {
  const all = Array.from(sets, userHashes);
  const hashes = new Float64Array(all.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const some of all) {
    hashes.set(some, at);
    at += some.length;
  }
  return encodeUserSet(hashes);
}
