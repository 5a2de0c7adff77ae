import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../model/errors";

/** Folder for what was fetched and for what runs: `$XDG_CACHE_HOME/sessionary` or `~/.cache/sessionary`. */
export function cacheDir(...parts: readonly string[]): string {
  const base = process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache");
  const dir = join(base, "sessionary", ...parts);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** Name → SHA-256 of every file in a folder. */
function checksumsOf(dir: string): Map<string, string> {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  return new Map(
    names.map((name) => [
      name,
      createHash("sha256")
        .update(readFileSync(join(dir, name)))
        .digest("hex"),
    ]),
  );
}

/** Reads lines of `sha256  name`, as `sha256sum` writes them. */
export function readChecksums(file: string): Map<string, string> {
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
}

/**
 * Compares a folder with the checksums kept in the repository.
 * @returns false when files are missing (fetch again)
 * @throws UserError naming the first file that differs
 */
export function matchesChecksums(dir: string, expected: ReadonlyMap<string, string>): boolean {
  const found = checksumsOf(dir);
  for (const [name, sum] of expected) {
    const actual = found.get(name);
    if (actual !== undefined && actual !== sum) {
      throw new UserError(`${join(dir, name)} is not the file this program was tested with`, [
        `expected SHA-256 ${sum}`,
        `found    SHA-256 ${actual}`,
        "remove the folder and run the command again",
      ]);
    }
  }
  return [...expected.keys()].every((name) => found.has(name));
}
