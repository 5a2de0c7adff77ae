import type { StringTable } from "../../model/sessionBlock";

/** PLAIN strings `start .. end`: each after its length. @returns the position behind them */
export function plainStrings(table: StringTable, start: number, end: number, output: Uint8Array, at: number): number {
  const { offsets, bytes } = table;
  for (let i = start; i < end; i++) {
    const from = offsets[i]!;
    const to = offsets[i + 1]!;
    const length = to - from;
    output[at] = length;
    output[at + 1] = length >>> 8;
    output[at + 2] = length >>> 16;
    output[at + 3] = length >>> 24;
    at += 4;
    for (let j = from; j < to; j++) output[at++] = bytes[j]!;
  }
  return at;
}

/** PLAIN doubles, longs (whole numbers up to 2^53) or timestamps (milliseconds in, microseconds out), little endian. */
export function plainNumbers(type: "double" | "long" | "timestamp", values: ArrayLike<number>): Uint8Array {
  if (type === "double") {
    return littleEndian(Float64Array.from(values));
  }
  const words = new Uint32Array(2 * values.length);
  const scale = type === "timestamp" ? 1000 : 1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]! * scale;
    const high = Math.floor(value / 0x100000000);
    words[2 * i] = value - high * 0x100000000;
    words[2 * i + 1] = high;
  }
  return littleEndian(words);
}

/** PLAIN 32-bit integers: integers and dates. */
export function plainIntegers(values: ArrayLike<number>): Uint8Array {
  return littleEndian(Int32Array.from(values));
}

/** The memory of `values`; Node's platforms are little endian but s390x, where column blocks would not work either. */
const littleEndian = (values: Float64Array | Uint32Array | Int32Array) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
