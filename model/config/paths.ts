import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../errors";

const STORES = ["s3", "gs"];

const schemeOf = (path: string) => /^([a-z][a-z0-9+.-]+):\/\//i.exec(path)?.[1]?.toLowerCase() ?? null;

/**
 * How the program calls a path of the settings: paths of this machine absolute, from the settings' folder on; URLs of object stores as they
 * are.
 */
export function absolutePath(path: string, baseDir: string): string {
  const scheme = schemeOf(path);
  if (scheme === "file") return fileURLToPath(path);
  return scheme === null ? resolve(baseDir, path) : path;
}

/** The same for a folder: without a slash at its end. */
export const absoluteFolder = (path: string, baseDir: string) => absolutePath(path, baseDir).replace(/(?<=[^/])\/+$/, "");

/** What is wrong with a path as a URL; null for a path of this machine, and for a URL that may be right. */
export function urlProblem(path: string): string | null {
  const scheme = schemeOf(path);
  if (scheme === null || scheme === "file") return null;
  if (!STORES.includes(scheme)) {
    return `files at ${scheme}:// cannot be read; use a path of this machine, ${STORES.map((one) => `${one}://`).join(" or ")}`;
  }
  return /^[a-z0-9]+:\/\/[^/]+/i.test(path) ? null : `"${path}" names no bucket`;
}

/** @throws UserError for a URL where only a file of this machine can be */
export function assertLocal(path: string, what: string): void {
  if (schemeOf(path) !== null) throw new UserError(`${what} must be on this machine, not at ${path}`);
}
