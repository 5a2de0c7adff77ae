import { randomBytes } from "node:crypto";
import { copyFile, link, mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { changedWhileRead } from "./changed";
import type { FileInfo, Place } from "./place";

/** Temporary names start with this; listing leaves them out. */
export const TEMPORARY_PREFIX = ".sessionary-tmp-";

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code;
const isAbsent = (error: unknown) => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
const local = (path: string) => (path.startsWith("file://") ? fileURLToPath(path) : path);

/** Files of this machine. */
export class LocalPlace implements Place {
  async list(prefix: string): Promise<FileInfo[]> {
    const root = local(prefix);
    const found = await (root.endsWith("/") ? walk(root) : walk(dirname(root), basename(root)));
    return found.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = await readFile(local(path));
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  async readRange(path: string, start: number, end: number, tag?: string): Promise<Uint8Array> {
    const file = await open(local(path), "r");
    try {
      if (tag !== undefined && tagOf(await file.stat({ bigint: true })) !== tag) throw changedWhileRead(path);
      const bytes = new Uint8Array(Math.max(0, Math.min(end, (await file.stat()).size) - start));
      let length = 0;
      while (length < bytes.length) {
        const { bytesRead } = await file.read(bytes, length, bytes.length - length, start + length);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return length === bytes.length ? bytes : bytes.subarray(0, length);
    } finally {
      await file.close();
    }
  }

  async stat(path: string): Promise<FileInfo | null> {
    try {
      const info = await stat(local(path), { bigint: true });
      if (!info.isFile()) return null;
      return { path: local(path), bytes: Number(info.size), tag: tagOf(info), modifiedMs: Number(info.mtimeMs) };
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const temporary = await writeTemporary(local(path), bytes);
    try {
      await rename(temporary, local(path));
    } catch (error) {
      await this.remove(temporary);
      throw error;
    }
  }

  async writeIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
    const temporary = await writeTemporary(local(path), bytes);
    try {
      // A hard link is made only where the name is free, and shows the whole content at once.
      await link(temporary, local(path));
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      throw error;
    } finally {
      await this.remove(temporary);
    }
  }

  async writeIfSame(path: string, bytes: Uint8Array, tag: string): Promise<boolean> {
    if ((await this.stat(path))?.tag !== tag) return false;
    await this.write(path, bytes);
    return true;
  }

  async upload(path: string, localFile: string): Promise<void> {
    const temporary = await temporaryBeside(local(path));
    try {
      await copyFile(localFile, temporary);
      await rename(temporary, local(path));
    } catch (error) {
      await this.remove(temporary);
      throw error;
    }
  }

  async removeUnfinished(prefix: string, beforeMs: number): Promise<number> {
    const folder = local(prefix);
    const names = await readdir(folder).catch(() => []);
    let removed = 0;
    for (const name of names.filter((one) => one.startsWith(TEMPORARY_PREFIX))) {
      const info = await stat(join(folder, name)).catch(() => null);
      if (info === null || info.mtimeMs >= beforeMs) continue;
      await this.remove(join(folder, name));
      removed += 1;
    }
    return removed;
  }

  async remove(path: string): Promise<void> {
    try {
      await unlink(local(path));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

const tagOf = ({ size, mtimeNs }: { size: bigint; mtimeNs: bigint }) => `${size}-${mtimeNs}`;

/** Files below a folder; at its top only those whose name starts with `start`. */
async function walk(folder: string, start = ""): Promise<FileInfo[]> {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
  const found: FileInfo[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(TEMPORARY_PREFIX) || !entry.name.startsWith(start)) continue;
    if (entry.isDirectory() || (entry.isSymbolicLink() && (await isFolder(path)))) {
      found.push(...(await walk(path)));
    } else {
      const info = await new LocalPlace().stat(path);
      if (info !== null) found.push(info);
    }
  }
  return found;
}

async function temporaryBeside(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  return join(dirname(path), `${TEMPORARY_PREFIX}${randomBytes(6).toString("hex")}-${basename(path).slice(0, 60)}`);
}

async function writeTemporary(path: string, bytes: Uint8Array): Promise<string> {
  const temporary = await temporaryBeside(path);
  try {
    await writeFile(temporary, bytes, { flag: "wx", flush: true });
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    // The system does not say which file had no room.
    throw error instanceof Error && codeOf(error) !== undefined ? Object.assign(error, { path }) : error;
  }
  return temporary;
}
