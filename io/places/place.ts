import { UserError } from "../../model/errors";
import { GcsStore } from "./gcsStore";
import { LocalPlace } from "./localPlace";
import { ObjectPlace } from "./objectPlace";
import { S3Store } from "./s3Store";

export interface FileInfo {
  /** Absolute path or URL. */
  readonly path: string;
  readonly bytes: number;
  /** Changes when the content changes: an etag, a generation, or size and modification time. */
  readonly tag: string;
  /** When the file was written, as far as it is known. */
  readonly modifiedMs?: number;
}

/**
 * Where files are: a folder of this machine or an object store. Paths are absolute paths or URLs of that place. Errors that a person can
 * mend (no credentials, no bucket, no access) are `UserError`s.
 */
export interface Place {
  /** Files whose path starts with `prefix` (a folder with its slash, or the beginning of names), sorted by path as UTF-8 bytes. */
  list(prefix: string): Promise<FileInfo[]>;
  /** The whole of a small file. @throws when the file cannot be read */
  read(path: string): Promise<Uint8Array>;
  /**
   * Bytes `start..end` (end excluded); fewer where the file ends before.
   * @param tag what the file's tag must be
   * @throws DataError when the file has another tag
   */
  readRange(path: string, start: number, end: number, tag?: string): Promise<Uint8Array>;
  /** Null when there is no such file. */
  stat(path: string): Promise<FileInfo | null>;
  /** Atomic: readers see the old bytes or all of the new ones. Makes folders as needed. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** False, and nothing written, when the file exists already; of several writers at once exactly one gets true. */
  writeIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;
  /**
   * Replaces the file that has this tag; false, and nothing written, when it is gone or has another. Object stores decide that in one
   * step; on this machine two processes that look at the same moment may both write.
   */
  writeIfSame(path: string, bytes: Uint8Array, tag: string): Promise<boolean>;
  /** Like `write`, from a file of this machine of any size; memory stays small. */
  upload(path: string, localFile: string): Promise<void>;
  /** Removing what is not there is no error. */
  remove(path: string): Promise<void>;
  /** Removes what writers that died before they were done left below a prefix, if begun before `beforeMs`. Returns how much. */
  removeUnfinished(prefix: string, beforeMs: number): Promise<number>;
}

const makers = new Map<string, () => Place>([
  ["file", () => new LocalPlace()],
  ["s3", () => new ObjectPlace(new S3Store())],
  ["gs", () => new ObjectPlace(new GcsStore())],
]);
const made = new Map<string, Place>();

/** Adds a kind of store by its URL scheme, or puts another in its place; it is made at first use. */
export function registerPlace(scheme: string, make: () => Place): void {
  makers.set(scheme, make);
  made.delete(scheme);
}

/** `s3` for `s3://bucket/key`, null for a path of this machine. */
export function schemeOf(pathOrUrl: string): string | null {
  return /^([a-z][a-z0-9+.-]+):\/\//i.exec(pathOrUrl)?.[1]?.toLowerCase() ?? null;
}

/** @throws UserError for a URL of a kind of store that is not known */
export function placeOf(pathOrUrl: string): Place {
  const scheme = schemeOf(pathOrUrl) ?? "file";
  let place = made.get(scheme);
  if (place === undefined) {
    const make = makers.get(scheme);
    if (make === undefined) {
      const known = ["a local path", ...[...makers.keys()].filter((name) => name !== "file").map((name) => `${name}://`)].join(
        ", ",
      );
      throw new UserError(`${pathOrUrl}: files at ${scheme}:// cannot be read; known are ${known}`);
    }
    place = make();
    made.set(scheme, place);
  }
  return place;
}
