import { accessSync, constants } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { UserError } from "../../model/errors";

/** @throws UserError when a file could not be written there: better told before hours of work than after */
export function checkMetricsFile(path: string): void {
  try {
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      `metrics cannot be written to ${path}: ${code === "ENOENT" ? "there is no such folder" : `no access to the folder (${code})`}`,
      ["--metrics names a file in a folder that is there, e.g. the textfile folder of Prometheus' node exporter"],
    );
  }
}

/** Writes the file whole or not at all: the collector never reads half of it. The name of the temporary file does not end in `.prom`. */
export async function writeMetricsFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, text, { mode: 0o644 });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Value of a metric without labels of its own in the file as it is now; null where there is none. */
export async function metricBefore(path: string, name: string): Promise<number | null> {
  const text = await readFile(path, "utf8").catch(() => "");
  const found = new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "m").exec(text);
  const value = Number(found?.[1] ?? NaN);
  return Number.isFinite(value) ? value : null;
}
