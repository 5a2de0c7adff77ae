/**
 * Parquet's hybrid of run-length and bit-packed values (parquet-format, Encodings.md, RLE = 3), for dictionary indices and definition
 * levels. Groups of eight equal values become a run; everything else is packed.
 */

/** Bits that hold 0 .. `max`. */
export const bitWidth = (max: number) => 32 - Math.clz32(max);

/** @returns encoded values, a view on fresh memory. Width 0 (one possible value) gives one run. */
export function encodeHybrid(values: Uint32Array | Uint8Array, start: number, end: number, width: number): Uint8Array {
  const count = end - start;
  const valueBytes = (width + 7) >> 3;
  const output = new Uint8Array(Math.ceil(count / 8) * (width + 6) + 16 + valueBytes);
  let at = 0;
  const header = (value: number) => {
    while (value > 127) {
      output[at++] = (value & 127) | 128;
      value >>>= 7;
    }
    output[at++] = value;
  };
  /** Packs `first .. last`, whole groups of eight but for the end of the column, which is filled up with zeros. */
  const pack = (first: number, last: number) => {
    header((((last - first + 7) >> 3) << 1) | 1);
    const packedBytes = ((last - first + 7) >> 3) * width;
    const stop = at + packedBytes;
    let pending = 0;
    let bits = 0;
    for (let i = first; i < last; i++) {
      const value = values[i]!;
      // Bits above 32 would be lost, so the value goes in by two halves when it does not fit.
      pending |= value << bits;
      if (bits + width >= 32) {
        output[at] = pending;
        output[at + 1] = pending >>> 8;
        output[at + 2] = pending >>> 16;
        output[at + 3] = pending >>> 24;
        at += 4;
        pending = bits === 0 ? 0 : value >>> (32 - bits);
        bits += width - 32;
      } else {
        bits += width;
      }
    }
    while (at < stop) {
      output[at++] = pending;
      pending >>>= 8;
    }
  };
  let packStart = start;
  for (let i = start; i < end;) {
    const value = values[i]!;
    let stop = i + 1;
    while (stop < end && values[stop] === value) stop++;
    // A run must begin where the packed groups before it end: the head of the run fills up their last group.
    const runStart = packStart + (((i - packStart + 7) >> 3) << 3);
    if (stop - runStart >= 8) {
      if (runStart > packStart) pack(packStart, runStart);
      header((stop - runStart) << 1);
      for (let b = 0; b < valueBytes; b++) output[at++] = value >>> (8 * b);
      packStart = stop;
    }
    i = stop;
  }
  if (packStart < end) pack(packStart, end);
  return output.subarray(0, at);
}
