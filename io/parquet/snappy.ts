/**
 * Snappy, raw block format (github.com/google/snappy, format_description.txt), written here because the output must be the same bytes on
 * every machine and Node version, which the compressors of `zlib` do not promise. Greedy matching over a hash of four bytes.
 */
const BLOCK_BYTES = 1 << 16;
const TABLE_BITS = 14;

/** Upper bound of the compressed size. */
export const maxCompressedBytes = (bytes: number) => 32 + bytes + Math.ceil(bytes / 6);

/** @returns the compressed block, a view on fresh memory */
export function snappyCompress(input: Uint8Array): Uint8Array {
  const output = new Uint8Array(maxCompressedBytes(input.length));
  let at = 0;
  let rest = input.length;
  while (rest > 127) {
    output[at++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  output[at++] = rest;
  const table = new Uint16Array(1 << TABLE_BITS);
  for (let start = 0; start < input.length; start += BLOCK_BYTES) {
    table.fill(0);
    at = compressBlock(input, start, Math.min(start + BLOCK_BYTES, input.length), output, at, table);
  }
  return output.subarray(0, at);
}

/** Positions in `table` are relative to `start`; a stale zero only costs a failed comparison. */
function compressBlock(
  input: Uint8Array,
  start: number,
  end: number,
  output: Uint8Array,
  at: number,
  table: Uint16Array,
): number {
  let literalStart = start;
  const lastMatch = end - 4;
  const words = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const shift = 32 - TABLE_BITS;
  for (let i = start + 1, misses = 32; i <= lastMatch;) {
    const word = words.getInt32(i, true);
    const slot = Math.imul(word, 0x1e35a7bd) >>> shift;
    const candidate = start + table[slot]!;
    table[slot] = i - start;
    if (words.getInt32(candidate, true) !== word) {
      // Data that does not repeat is skipped faster and faster.
      i += misses++ >>> 5;
      continue;
    }
    misses = 32;
    let length = 4;
    while (i + length < end && input[candidate + length] === input[i + length]) length++;
    if (i > literalStart) at = emitLiteral(input, literalStart, i, output, at);
    at = emitCopy(i - candidate, length, output, at);
    i += length;
    literalStart = i;
  }
  return end > literalStart ? emitLiteral(input, literalStart, end, output, at) : at;
}

function emitLiteral(input: Uint8Array, start: number, end: number, output: Uint8Array, at: number): number {
  const length = end - start - 1;
  if (length < 60) {
    output[at++] = length << 2;
  } else if (length < 256) {
    output[at++] = 60 << 2;
    output[at++] = length;
  } else {
    output[at++] = 61 << 2;
    output[at++] = length & 255;
    output[at++] = length >>> 8;
  }
  if (end - start < 32) {
    for (let i = start; i < end; i++) output[at++] = input[i]!;
    return at;
  }
  output.set(input.subarray(start, end), at);
  return at + end - start;
}

/** Offsets stay below 2^16, so every copy is one of the two short forms. */
function emitCopy(offset: number, length: number, output: Uint8Array, at: number): number {
  while (length > 0) {
    // A copy of 61–63 followed by one of 1–3 would leave a rest too short for the one-byte form; two-byte copies take any length.
    const step = Math.min(length, 64);
    if (step >= 4 && step <= 11 && offset < 2048) {
      output[at++] = 1 | ((step - 4) << 2) | ((offset >>> 8) << 5);
      output[at++] = offset & 255;
    } else {
      output[at++] = 2 | ((step - 1) << 2);
      output[at++] = offset & 255;
      output[at++] = offset >>> 8;
    }
    length -= step;
  }
  return at;
}
