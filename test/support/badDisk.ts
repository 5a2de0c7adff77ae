import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { join, resolve } from "node:path";

/** A fault of the disk below a folder. */
export interface BadDisk {
  readonly folder: string;
  /** Files below the folder may hold so many bytes, then there is no space left; 0 and `EACCES`: nobody may write there at all. */
  readonly capacityBytes: number;
  readonly code: "ENOSPC" | "EACCES";
}

/**
 * Makes every write of this process below a folder fail as a full disk or missing permissions do, whoever runs the test: a small disk of
 * its own needs rights that a test may not have, and root is refused nothing. Half of what does not fit is written, as a full disk does.
 * @returns takes the fault away
 */
export function breakDisk({ folder, capacityBytes, code }: BadDisk): () => void {
  const root = resolve(folder);
  const pathOfFd = new Map<number, string>();
  const isInside = (path: unknown): path is string => typeof path === "string" && resolve(path).startsWith(root);
  // As the system does: a write that fails names no file.
  const failure = (path: string, call: string) =>
    call === "write"
      ? Object.assign(new Error(`${code}: no space left on device, write`), { code, syscall: call, errno: -28 })
      : Object.assign(new Error(`${code}: permission denied, ${call} '${path}'`), { code, path, syscall: call, errno: -13 });
  const room = () => (code === "EACCES" ? 0 : capacityBytes - sizeOf(root));
  const original = {
    writeFile: fsPromises.writeFile,
    mkdir: fsPromises.mkdir,
    rename: fsPromises.rename,
    link: fsPromises.link,
    openSync: fs.openSync,
    writeSync: fs.writeSync,
    mkdtempSync: fs.mkdtempSync,
  };
  const refuse = (path: unknown, call: string) => {
    if (code === "EACCES" && isInside(path)) throw failure(path, call);
  };
  Object.assign(fsPromises, {
    async writeFile(path: string, data: Uint8Array, options: object) {
      refuse(path, "open");
      if (isInside(path) && data.length > room()) {
        await original.writeFile(path, data.subarray(0, Math.max(0, room() >> 1)), options);
        throw failure(path, "write");
      }
      return original.writeFile(path, data, options);
    },
    async mkdir(path: string, options: object) {
      if (!fs.existsSync(path)) refuse(path, "mkdir");
      return original.mkdir(path, options);
    },
    async rename(from: string, to: string) {
      refuse(to, "rename");
      return original.rename(from, to);
    },
    async link(from: string, to: string) {
      refuse(to, "link");
      return original.link(from, to);
    },
  });
  Object.assign(fs, {
    openSync(path: string, flags: string) {
      if (flags !== "r") refuse(path, "open");
      const fd = original.openSync(path, flags);
      pathOfFd.set(fd, path);
      return fd;
    },
    writeSync(fd: number, bytes: Uint8Array, offset: number, length: number, position: number) {
      const path = pathOfFd.get(fd);
      if (isInside(path) && length > room()) throw failure(path, "write");
      return original.writeSync(fd, bytes, offset, length, position);
    },
    mkdtempSync(prefix: string) {
      refuse(prefix, "mkdtemp");
      return original.mkdtempSync(prefix);
    },
  });
  const { writeFile, mkdir, rename, link, ...sync } = original;
  return () => {
    Object.assign(fsPromises, { writeFile, mkdir, rename, link });
    Object.assign(fs, sync);
  };
}

/** Bytes of all files below a folder. */
export function sizeOf(folder: string): number {
  if (!fs.existsSync(folder)) return 0;
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + (fs.statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
