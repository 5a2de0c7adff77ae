import { ByteWriter } from "../../model/eventBlock";
import { ShortSha256 } from "../../model/sha256";
import { UserHasher, userHashes } from "../../model/userSet";
import type { IdentityMap } from "./identityMap";
import type { TimeRange } from "./readSettings";

/** 32-bit words of a hash. */
const WORDS = 4;

/**
 * What of an identity map matters to a day: what it says of the users who have events in the day's times, during these times. Two maps of
 * equal use to a day give the day the same rows, whatever else is in them.
 *
 * The hash is a sum, word by word, over what is said of each alias (incremental hashing after M. Bellare, D. Micciancio 1997,
 * doi:10.1007/3-540-69053-0_13), so that most of it is made once for all days.
 */
export class IdentityUse {
  /** Hashes of the aliases, ascending, and which they are. */
  private readonly hashes: Float64Array;
  private readonly ids: Uint32Array;
  /** For aliases that are one person since some time: since when, and that person's words; infinity for others. In the order of `hashes`. */
  private readonly sinceMs: Float64Array;
  private readonly words: Int32Array;
  private readonly sha = new ShortSha256();
  private readonly writer = new ByteWriter(256);

  /** @param salt that of the sets of users */
  constructor(
    private readonly map: IdentityMap,
    salt: string,
  ) {
    const count = map.aliasCount;
    const hasher = new UserHasher(salt);
    const hashOf = Float64Array.from({ length: count }, (_, id) => {
      const alias = map.aliasOf(id);
      return hasher.of(alias, 0, alias.length);
    });
    this.ids = Uint32Array.from({ length: count }, (_, id) => id).sort((a, b) => hashOf[a]! - hashOf[b]!);
    this.hashes = Float64Array.from(this.ids, (id) => hashOf[id]!);
    this.sinceMs = new Float64Array(count);
    this.words = new Int32Array(WORDS * count);
    this.ids.forEach((id, i) => {
      const step = map.onlyStepOf(id);
      this.sinceMs[i] = step?.fromMs ?? Infinity;
      if (step !== null) this.words.set(this.wordsOf(id, -Infinity, step.user), WORDS * i);
    });
  }

  /**
   * Hash of what the map says of `users` (a user set) in `range`. Equal for two maps: each of the users is the same person at each of
   * these times in both. Different: one of them is not, or an alias looks like one of them, which is rare (`model/userSet.ts`).
   */
  of(users: Uint8Array, { fromMs, toMs }: TimeRange): string {
    const { hashes, ids, map, sinceMs, words } = this;
    const present = userHashes(users);
    const sum = new Int32Array(WORDS);
    for (let at = 0, i = 0; i < hashes.length && at < present.length; i++) {
      while (present[at]! < hashes[i]!) at++;
      if (present[at] !== hashes[i]) continue;
      if (sinceMs[i]! <= fromMs) add(sum, words, WORDS * i);
      else {
        const id = ids[i]!;
        for (const step of map.stepsOf(id, fromMs, toMs)) {
          add(sum, this.wordsOf(id, step.fromMs === fromMs ? -Infinity : step.fromMs, step.user), 0);
        }
      }
    }
    return Buffer.from(sum.buffer).toString("hex");
  }

  /** @param sinceMs minus infinity where it has been so since before the day */
  private wordsOf(id: number, sinceMs: number, user: Uint8Array): Int32Array {
    const { map, sha, writer } = this;
    const alias = map.aliasOf(id);
    writer.length = 0;
    writer.varint(alias.length);
    writer.raw(alias);
    writer.f64(sinceMs);
    writer.raw(user);
    return sha.words(writer.bytes, writer.length).subarray(0, WORDS);
  }
}

function add(sum: Int32Array, words: Int32Array, from: number): void {
  for (let i = 0; i < WORDS; i++) sum[i]! += words[from + i]!;
}
