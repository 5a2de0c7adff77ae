import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "../model/errors";

const STAGED_BYTES = 1 << 20;
const LARGEST_READ_BYTES = 1 << 30;

/** One temporary file, written at its end and read anywhere. Small pieces are gathered into large writes. */
export class SpillFile {
  private readonly fd: number;
  private readonly staged = Buffer.allocUnsafe(STAGED_BYTES);
  private stagedLength = 0;
  private written = 0;
  private closed = false;

  /** @throws UserError, as all that writes does, when there is no room or no permission */
  constructor(readonly path: string) {
    this.fd = explained(dirname(path), () => openSync(path, "wx+"));
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
      const put = explained(dirname(this.path), () => writeSync(this.fd, bytes, at, bytes.length - at, this.written));
      at += put;
      this.written += put;
    }
  }
}

const CANNOT_WRITE = new Set(["ENOSPC", "EDQUOT", "EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST", "EFBIG"]);

/**
 * Runs what writes below a folder for temporary files.
 * @throws UserError instead of the system's error where a person can do something about it
 */
export function explained<T>(folder: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || !CANNOT_WRITE.has(code)) throw error;
    throw new UserError(`cannot write temporary files in ${folder}: ${(error as Error).message}`, [
      "set runner.tempDir to a folder with room that you may write to",
      "or raise runner.spillMegabytes, so that more stays in memory",
    ]);
  }
}
