import type { StringTable } from "../../model/sessionBlock";

/** A column of numbers that grows; `take` copies it into its final type and empties it. */
export class NumberColumn {
  length = 0;
  private values = new Float64Array(1024);

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new Float64Array(this.values.length * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  take<T extends Uint8Array | Uint32Array | Int32Array | Float64Array>(type: new (length: number) => T): T {
    const out = new type(this.length);
    out.set(this.values.subarray(0, this.length));
    this.length = 0;
    return out;
  }
}

/** A column of byte strings that grows. */
export class ByteColumn {
  private bytes = new Uint8Array(1 << 14);
  private readonly ends = new NumberColumn();
  private length = 0;

  push(source: Uint8Array, start: number, end: number): void {
    const next = this.length + end - start;
    if (next > this.bytes.length) {
      const grown = new Uint8Array(Math.max(next, this.bytes.length * 2));
      grown.set(this.bytes.subarray(0, this.length));
      this.bytes = grown;
    }
    for (let i = start, at = this.length; i < end; i++, at++) this.bytes[at] = source[i]!;
    this.length = next;
    this.ends.push(next);
  }

  take(): StringTable {
    const ends = this.ends.take(Uint32Array);
    const offsets = new Uint32Array(ends.length + 1);
    offsets.set(ends, 1);
    const bytes = this.bytes.slice(0, this.length);
    this.length = 0;
    return { offsets, bytes };
  }
}
