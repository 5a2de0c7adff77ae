/** What a row carries beside key, time and name. */
export interface RowShape {
  readonly hasEventIds: boolean;
  readonly numberCount: number;
  readonly textCount: number;
}

/**
 * The events of one shard in reading order, row after row in one buffer: partitioning rows as they are read means that each shard is
 * packed within the processor's cache later. Little endian:
 *
 *     f64 time ms · u32 name id << 2 | traffic · i32 hash of the key bytes · u32 app id · u32 key bytes
 *     · f64 per number · u32 per text (0 = none, else 1 + text id) · 8 bytes event-id hash where there are ids · key bytes
 *
 * The key is what follows `app NUL` in a session key: `user` or `user NUL session`.
 */
export class ShardRows {
  bytes = new Uint8Array(1 << 12);
  view = new DataView(this.bytes.buffer);
  length = 0;
  count = 0;

  /** Makes room for `size` more bytes. */
  grow(size: number): void {
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + size));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  clear(): void {
    this.length = 0;
    this.count = 0;
  }
}

export const CODE_AT = 8;
export const HASH_AT = 12;
export const APP_AT = 16;
export const KEY_BYTES_AT = 20;
export const CARRIED_AT = 24;

/** Bytes of a row before its key. */
export const keyOffset = ({ hasEventIds, numberCount, textCount }: RowShape) =>
  CARRIED_AT + numberCount * 8 + textCount * 4 + (hasEventIds ? 8 : 0);
