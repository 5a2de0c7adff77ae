import { isUtf8 } from "node:buffer";

/** Whether `bytes[start..end]` is valid UTF-8 (no surrogates, no overlong forms). */
export function isValidUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i]! > 127) return isUtf8(bytes.subarray(start, end));
  }
  return true;
}

/** The text of `bytes[start..end]`; bytes that are not UTF-8 become U+FFFD. */
export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString("utf8");
}

const LONE_SURROGATE = /\p{Surrogate}/u;

/** A buffer that rows are copied to when their text is not in the file as it stands (escapes, columnar formats). */
export class Scratch {
  bytes: Uint8Array = new Uint8Array(1 << 12);
  length = 0;

  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Appends text and returns where it ends; lone surrogates become bytes that are not UTF-8, so that they stay bad. */
  text(value: string): number {
    this.reserve(value.length * 3 + 1);
    const target = Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
    if (LONE_SURROGATE.test(value)) this.bytes[this.length++] = 0xff;
    else this.length += target.write(value, this.length, "utf8");
    return this.length;
  }

  raw(bytes: Uint8Array, start: number, end: number): number {
    this.reserve(end - start);
    const target = this.bytes;
    let { length } = this;
    for (let i = start; i < end; i++) {
      target[length++] = bytes[i]!;
    }
    this.length = length;
    return length;
  }
}
