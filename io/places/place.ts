import { UserError } from "../../model/errors";
import { LocalPlace } from "./localPlace";

export interface FileInfo {
  /** Absolute path or URL. */
  readonly path: string;
  readonly bytes: number;
  /** Changes when the content changes: an etag, or size and modification time. */
  readonly tag: string;
}

/** Where files are: a folder of this machine or an object store. Paths are absolute paths or URLs of that place. */
export interface Place {
  /** Files whose path starts with `prefix` (a folder or the beginning of names), sorted by path as UTF-8 bytes. */
  list(prefix: string): Promise<FileInfo[]>;
  /** @throws when the file cannot be read */
  read(path: string): Promise<Uint8Array>;
  /** Bytes `start..end` (end excluded); fewer where the file ends before. */
  readRange(path: string, start: number, end: number): Promise<Uint8Array>;
  /** Null when there is no such file. */
  stat(path: string): Promise<FileInfo | null>;
  /** Atomic: readers see the old bytes or all of the new ones. Makes folders as needed. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** False, and nothing written, when the file exists already; of several writers at once exactly one gets true. */
  writeIfAbsent(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Removing what is not there is no error. */
  remove(path: string): Promise<void>;
}

const makers = new Map<string, () => Place>();
const made = new Map<string, Place>();

/** Adds an object store by its URL scheme, e.g. `s3`; its client is made at first use. */
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
    const make = scheme === "file" ? () => new LocalPlace() : makers.get(scheme);
    if (make === undefined) {
      const known = ["a local path", ...[...makers.keys()].map((name) => `${name}://`)].join(", ");
      throw new UserError(`${pathOrUrl}: files at ${scheme}:// cannot be read; known are ${known}`);
    }
    place = make();
    made.set(scheme, place);
  }
  return place;
}
