import { closeSync, openSync, readSync, writeSync } from "node:fs";

const STAGED_BYTES = 1 << 20;
const LARGEST_READ_BYTES = 1 << 30;

/** One temporary file, written at its end and read anywhere. Small pieces are gathered into large writes. */
export class SpillFile {
  private readonly fd: number;
  private readonly staged = Buffer.allocUnsafe(STAGED_BYTES);
  private stagedLength = 0;
  private written = 0;
  private closed = false;

  constructor(readonly path: string) {
    this.fd = openSync(path, "wx+");
  }

  /** Bytes appended so far: the offset of the next one. */
  get length(): number {
    return this.written + this.stagedLength;
  }

  append(bytes: Uint8Array): void {
    if (this.stagedLength + bytes.length > STAGED_BYTES) {
      this.flush();
    }
    if (bytes.length > STAGED_BYTES) {
      this.write(bytes);
    } else {
      this.staged.set(bytes, this.stagedLength);
      this.stagedLength += bytes.length;
    }
  }

  /** Little endian. */
  appendU32(value: number): void {
    if (this.stagedLength + 4 > STAGED_BYTES) {
      this.flush();
    }
    this.stagedLength = this.staged.writeUInt32LE(value, this.stagedLength);
  }

  /** @throws Error when the file is shorter than asked for. */
  read(offset: number, length: number): Uint8Array {
    this.flush();
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length;) {
      const got = readSync(this.fd, bytes, at, Math.min(length - at, LARGEST_READ_BYTES), offset + at);
      if (got === 0) {
        throw new Error(`temporary file ${this.path} is cut short: it ends at ${offset + at}, wanted ${offset + length}`);
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

  private flush(): void {
    const { stagedLength } = this;
    this.stagedLength = 0;
    this.write(this.staged.subarray(0, stagedLength));
  }

  private write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const put = writeSync(this.fd, bytes, at, bytes.length - at, this.written);
      at += put;
      this.written += put;
    }
  }
}
