/** Blocks end to end in one buffer: block i is `bytes[offsets[i] .. offsets[i+1]]`. */
export interface BlockList {
  readonly bytes: Uint8Array;
  readonly offsets: readonly number[];
}

/** One fresh buffer for many blocks: an element may be a view on a buffer that others read, so it is copied before it goes to a thread. */
export function concatenate(blocks: readonly Uint8Array[]): BlockList {
  const offsets = [0];
  for (const block of blocks) offsets.push(offsets[offsets.length - 1]! + block.length);
  const bytes = new Uint8Array(offsets[blocks.length]!);
  blocks.forEach((block, i) => bytes.set(block, offsets[i]));
  return { bytes, offsets };
}

/** The blocks of a list, as views. */
export function splitBlocks({ bytes, offsets }: BlockList): Uint8Array[] {
  return offsets.slice(1).map((end, i) => bytes.subarray(offsets[i], end));
}
