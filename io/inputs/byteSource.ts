import { closeSync, openSync, readSync } from "node:fs";
import { DataError, UserError } from "../../model/errors";
import { placeOf, schemeOf } from "../places/place";
import { ReadAhead, type ReadHints } from "../places/readAhead";

/** Bytes of a file from some position on, read piece by piece. */
export interface ByteSource {
  /** Puts at most `most` bytes at `target[at…]` and returns how many; 0 only at the end. No promise where none is needed. */
  read(target: Uint8Array, at: number, most: number): number | Promise<number>;
  close(): void;
  /** Why the bytes end before the file should: set at the end of a damaged compressed file. */
  readonly damage: string | null;
}

/**
 * The bytes of `path` as they are stored, from `position` on. Files of this machine are read without a promise; those of object stores
 * are fetched ahead as far as the hints go.
 */
export function openBytes(path: string, position: number, hints: ReadHints = {}): ByteSource {
  return schemeOf(path) === null ? new LocalBytes(path, position) : new PlaceBytes(path, position, hints);
}

/** What to tell a person about a file that cannot be read. */
export function unreadable(path: string, error: unknown): UserError {
  const cause = error as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ENOENT: "there is no such file",
    EACCES: "permission denied",
    EISDIR: "it is a folder",
  };
  return new UserError(`${path} cannot be read: ${known[cause.code ?? ""] ?? cause.message ?? String(error)}`);
}

class LocalBytes implements ByteSource {
  readonly damage = null;
  private readonly file: number;

  constructor(
    private readonly path: string,
    private position: number,
  ) {
    try {
      this.file = openSync(path, "r");
    } catch (error) {
      throw unreadable(path, error);
    }
  }

  read(target: Uint8Array, at: number, most: number): number {
    try {
      const count = readSync(this.file, target, at, most, this.position);
      this.position += count;
      return count;
    } catch (error) {
      throw unreadable(this.path, error);
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

class PlaceBytes implements ByteSource {
  readonly damage = null;
  private readonly source: ReadAhead;

  constructor(
    private readonly path: string,
    position: number,
    hints: ReadHints,
  ) {
    this.source = new ReadAhead(placeOf(path), path, position, hints);
  }

  async read(target: Uint8Array, at: number, most: number): Promise<number> {
    try {
      return await this.source.read(target, at, most);
    } catch (error) {
      throw error instanceof UserError || error instanceof DataError ? error : unreadable(this.path, error);
    }
  }

  close(): void {
    this.source.close();
  }
}
