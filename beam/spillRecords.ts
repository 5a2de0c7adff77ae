import type { SpillFile } from "./spillFile";
import type { Grouped, KeyedBytes, StageInput } from "./types";

const NONE = 0xffffffff;

/** Bytes an element holds in memory, about: beside its bytes, an object, a buffer and a place in an array each. */
export const VALUE_OVERHEAD_BYTES = 128;

export function memoryOf(element: StageInput): number {
  if (element instanceof Uint8Array) {
    return element.length + VALUE_OVERHEAD_BYTES;
  }
  const { key, value } = element;
  let bytes = 2 * key.length + VALUE_OVERHEAD_BYTES;
  for (const part of value instanceof Uint8Array ? [value] : value) {
    bytes += part.length + VALUE_OVERHEAD_BYTES;
  }
  return bytes;
}

/**
 * Appends an element to a file: u32 key bytes (2^32-1 = no key), key, u32 number of values (2^32-1 = the value is one byte string),
 * and per value u32 length and the bytes. Little endian.
 */
export function appendRecord(file: SpillFile, element: StageInput): void {
  if (element instanceof Uint8Array) {
    file.appendU32(NONE);
    appendValues(file, element);
  } else {
    const { key, value } = element;
    const keyBytes = Buffer.from(key, "utf8");
    file.appendU32(keyBytes.length);
    file.append(keyBytes);
    appendValues(file, value instanceof Uint8Array ? value : [...value]);
  }
}

function appendValues(file: SpillFile, value: Uint8Array | readonly Uint8Array[]): void {
  file.appendU32(value instanceof Uint8Array ? NONE : value.length);
  for (const bytes of value instanceof Uint8Array ? [value] : value) {
    file.appendU32(bytes.length);
    file.append(bytes);
  }
}

/** Reads records back; values are views on `bytes`. */
export function* elementsOf(bytes: Uint8Array): Generator<StageInput> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const u32 = () => view.getUint32((at += 4) - 4, true);
  const take = (length: number) => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const keyLength = u32();
    const key = keyLength === NONE ? null : text.toString("utf8", at, (at += keyLength));
    const count = u32();
    const value = count === NONE ? take(u32()) : Array.from({ length: count }, () => take(u32()));
    yield key === null ? (value as Uint8Array) : ({ key, value } as KeyedBytes | Grouped);
  }
}
