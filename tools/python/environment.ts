import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { packageRoot } from "../../model/packageRoot";

const run = promisify(execFile);

/** Folder of things that are made once and kept between runs. */
export const cacheDir = () => join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "sessionary");

/**
 * A Python with the packages of a list in `tools/python` (`requirements.txt` for tests), made once in the user's cache folder from PyPI; its name carries the hash
 * of the list. Needs `python3` (3.10 or newer) with `venv`.
 *
 * @returns path of its `python`
 */
export async function pythonEnvironment(requirements = "requirements.txt"): Promise<string> {
  const list = join(packageRoot(), "tools", "python", requirements);
  const hash = createHash("sha256")
    .update(await readFile(list))
    .digest("hex")
    .slice(0, 12);
  const home = join(cacheDir(), "python", hash);
  const python = (folder: string) => join(folder, "bin", "python");
  if (existsSync(python(home))) {
    return python(home);
  }
  await mkdir(dirname(home), { recursive: true });
  const building = await mkdtemp(`${home}-`);
  try {
    await run("python3", ["-m", "venv", building]);
    await run(python(building), ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", list]);
    // A virtual environment finds its packages relative to itself, so it may move; of two builders the first wins.
    await rename(building, home).catch(() => undefined);
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return python(home);
}

/** Runs a script with arguments. @returns what it printed, as JSON */
export async function runPython<T>(script: string, args: readonly string[], requirements?: string): Promise<T> {
  const { stdout } = await run(await pythonEnvironment(requirements), [join(packageRoot(), "tools", "python", script), ...args], {
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout) as T;
}
