import { closeSync, fstatSync, openSync, readSync, writevSync } from "node:fs";

const MOST_BUFFERS_A_WRITE = 512;

/** One temporary file, written at its end and read anywhere. */
export class SpillFile {
  private readonly fd: number;
  private end = 0;
  private closed = false;

  constructor(readonly path: string) {
    this.fd = openSync(path, "wx+");
  }

  /** Bytes written so far. */
  get length(): number {
    return this.end;
  }

  /** Appends `parts` end to end and returns the offset of the first byte. */
  append(parts: readonly Uint8Array[]): number {
    const start = this.end;
    for (let i = 0; i < parts.length; i += MOST_BUFFERS_A_WRITE) {
      this.write(parts.slice(i, i + MOST_BUFFERS_A_WRITE));
    }
    return start;
  }

  private write(parts: Uint8Array[]): void {
    let left = parts.filter((part) => part.length > 0);
    while (left.length > 0) {
      let written = writevSync(this.fd, left, this.end);
      this.end += written;
      let whole = 0;
      while (whole < left.length && written >= (left[whole] as Uint8Array).length) {
        written -= (left[whole++] as Uint8Array).length;
      }
      left = left.slice(whole);
      if (left.length > 0) {
        left[0] = (left[0] as Uint8Array).subarray(written);
      }
    }
  }

  /** @throws Error when the file is shorter than asked for. */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const got = readSync(this.fd, bytes, at, length - at, offset + at);
      if (got === 0) {
        throw new Error(`temporary file ${this.path} is cut short: ${fstatSync(this.fd).size} bytes, wanted ${offset + length}`);
      }
      at += got;
    }
    return bytes;
  }

  close(): void {
    if (!this.closed) {
      this.closed = true;
      closeSync(this.fd);
    }
  }
}
