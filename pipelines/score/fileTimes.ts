import { createHash } from "node:crypto";
import type { FileInfo } from "../../io/places/place";
import { readJson, writeJson } from "../../io/runs/runFolder";
import type { Config } from "../../model/config";
import type { FileCounts } from "../../transforms/events/readCounts";
import type { Span } from "./inputSpans";

/** Times of the rows of files read before, so that later runs open only the files they need. */
interface FileTimes {
  readonly [path: string]: {
    readonly bytes: number;
    readonly tag: string;
    /** Hash of the settings that tell times: with others, the file may hold other times. */
    readonly readAs: string;
    readonly firstMs: number | null;
    readonly lastMs: number | null;
  };
}

const timesPath = (output: string) => `${output}/runs/_manifests/files.json`;

const readAsOf = ({ input: { format, csv, time } }: Config) =>
  createHash("sha256")
    .update(JSON.stringify([format, csv, time]))
    .digest("hex")
    .slice(0, 16);

/** Spans of files that were read whole before and have not changed since. A file without a good time spans nothing. */
export async function rememberedSpans(config: Config): Promise<(file: FileInfo) => Span> {
  const times = (await readJson<FileTimes>(timesPath(config.output.path))) ?? {};
  const readAs = readAsOf(config);
  return ({ path, bytes, tag }) => {
    const known = Object.hasOwn(times, path) ? times[path] : undefined;
    if (known === undefined || known.bytes !== bytes || known.tag !== tag || known.readAs !== readAs) return null;
    return known.firstMs === null || known.lastMs === null
      ? { fromMs: Infinity, toMs: -Infinity }
      : { fromMs: known.firstMs, toMs: known.lastMs + 1 };
  };
}

/** Remembers what a run learned of its files. Files may be forgotten by two runs at once; then they are read once more. */
export async function rememberFiles(
  config: Config,
  files: readonly FileInfo[],
  counts: Readonly<Record<string, FileCounts>>,
): Promise<void> {
  const output = config.output.path;
  const readAs = readAsOf(config);
  const times = { ...((await readJson<FileTimes>(timesPath(output))) ?? {}) };
  for (const { path, bytes, tag } of files) {
    const read = Object.hasOwn(counts, path) ? counts[path] : undefined;
    if (read !== undefined) times[path] = { bytes, tag, readAs, firstMs: read.firstMs, lastMs: read.lastMs };
  }
  await writeJson(timesPath(output), Object.fromEntries(Object.entries(times).sort(([a], [b]) => (a < b ? -1 : 1))));
}
