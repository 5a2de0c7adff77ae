import { UserError } from "../../model/errors";
import type { InputConfig } from "../../model/config";
import { compressionOf } from "../compression";
import { readHead } from "../formats/openScanner";
import { textOf } from "../formats/utf8";
import { placeOf, schemeOf, type FileInfo } from "../places/place";
import { unreadable } from "./byteSource";
import { expandDateParts, hasDateParts } from "./dateParts";
import { globPrefix, globToRegExp, isGlob } from "./glob";
import type { FileFormat, InputFile } from "./inputFile";
import { isParquet, sniffText } from "./sniff";

const SNIFF_BYTES = 1 << 16;
const QUOTE_LOOK_BYTES = 1 << 20;
/** Files looked at at once. An object store takes longer to answer than to read. */
const LOOKS = 24;

/**
 * The log files of an input, sorted by path as UTF-8 bytes, each once: files, folders (all files below but hidden ones and those that
 * start with `_`), patterns, and date parts pruned to a time range.
 * @throws UserError naming a path that leads to no file, or a file that cannot be read or whose format is not plain
 */
export async function listInputFiles(
  input: Pick<InputConfig, "paths" | "format" | "csv" | "splitBytes" | "time">,
  range: { readonly fromMs: number; readonly toMs: number } | null,
): Promise<InputFile[]> {
  const found = new Map<string, FileInfo>();
  for (const path of input.paths) {
    for (const info of await filesAt(path, range, input.time.zone)) found.set(info.path, info);
  }
  const sorted = [...found.values()].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const files: InputFile[] = new Array<InputFile>(sorted.length);
  let next = 0;
  const lookOn = async () => {
    for (let i = next++; i < sorted.length; i = next++) files[i] = await describeFile(sorted[i] as FileInfo, input);
  };
  await Promise.all(Array.from({ length: LOOKS }, lookOn));
  return files;
}

async function filesAt(
  path: string,
  range: { readonly fromMs: number; readonly toMs: number } | null,
  zone: string,
): Promise<FileInfo[]> {
  if (hasDateParts(path)) {
    const lists = await Promise.all(expandDateParts(path, range, zone).map((pattern) => matches(pattern)));
    // A date without files is a day without logs, not a mistake.
    return lists.flat();
  }
  const found = await matches(path);
  if (found.length === 0) {
    throw new UserError(
      isGlob(path) ? `no file matches ${path}` : `${path} cannot be read: there is no such file, or no file in it`,
    );
  }
  return found;
}

async function matches(pattern: string): Promise<FileInfo[]> {
  const place = placeOf(pattern);
  try {
    const exact = await place.stat(pattern);
    if (exact !== null) return [exact];
    if (!isGlob(pattern)) {
      const folder = pattern.endsWith("/") ? pattern : `${pattern}/`;
      return (await place.list(folder)).filter((info) => isVisible(info.path.slice(folder.length)));
    }
    const expression = globToRegExp(pattern);
    return (await place.list(globPrefix(pattern))).filter((info) => expression.test(info.path));
  } catch (error) {
    throw error instanceof UserError ? error : unreadable(pattern, error);
  }
}

const isVisible = (below: string) => !below.split("/").some((part) => part.startsWith(".") || part.startsWith("_"));

/** What was seen in files of object stores, where a look takes longer than here; by all that it hangs on. */
const seen = new Map<string, InputFile>();
const MOST_SEEN = 100_000;

/** Looks into a file: format, compression, and whether it may be read in parts. */
export async function describeFile(
  info: FileInfo,
  input: Pick<InputConfig, "format" | "csv" | "splitBytes">,
): Promise<InputFile> {
  if (schemeOf(info.path) === null) return lookInto(info, input);
  const key = JSON.stringify([info.path, info.bytes, info.tag, input.format, input.csv, input.splitBytes]);
  const known = seen.get(key);
  if (known !== undefined) return { ...known, ...info };
  const file = await lookInto(info, input);
  if (seen.size >= MOST_SEEN) seen.clear();
  seen.set(key, file);
  return file;
}

async function lookInto(info: FileInfo, input: Pick<InputConfig, "format" | "csv" | "splitBytes">): Promise<InputFile> {
  const { path, bytes, tag } = info;
  const isAsked = input.format === "auto" || (input.format === "csv" && input.csv.delimiter === null);
  // One request where two small reads would do on this machine.
  const first = await readHead({ path, bytes, tag, compression: "none" }, isAsked ? SNIFF_BYTES : 8);
  const stored = first.subarray(0, 8);
  const compression = compressionOf(stored);
  const plain = { ...info, compression, delimiter: null, splittable: false, rowGroups: null };
  if (bytes === 0) return { ...plain, format: input.format === "auto" ? "jsonl" : input.format };
  if (isParquet(stored) || input.format === "parquet") {
    if (!isParquet(stored)) throw new UserError(`${path} is not a Parquet file`);
    // Arrow and the Parquet reader are large: only logs that need them pay for them, here and where rows are read.
    const { parquetRowGroups } = await import("../formats/parquet.js");
    return { ...plain, format: "parquet", rowGroups: await parquetRowGroups(path) };
  }
  if ((stored[0] === 0xff && stored[1] === 0xfe) || (stored[0] === 0xfe && stored[1] === 0xff)) {
    throw new UserError(`${path} is UTF-16 text; convert it to UTF-8`);
  }
  let format: FileFormat | "auto" = input.format;
  let { delimiter } = input.csv;
  if (format === "auto" || (format === "csv" && delimiter === null)) {
    const head = compression === "none" ? first : await readHead({ path, bytes, tag, compression }, SNIFF_BYTES);
    const sniffed = sniffText(textOf(head, 0, head.length), path);
    if (format === "auto") {
      if (sniffed === null) {
        throw new UserError(`${path}: its format is not plain from its first lines; set input.format`);
      }
      format = sniffed.format;
    }
    delimiter ??= sniffed?.delimiter ?? null;
  }
  const isDelimited = format === "csv" || format === "tsv";
  if (isDelimited) delimiter ??= format === "tsv" ? "\t" : ",";
  const splittable = compression === "none" && (!isDelimited || (bytes > input.splitBytes && !(await hasQuotes(path, bytes))));
  return { ...plain, format, delimiter: isDelimited ? delimiter : null, splittable };
}

/** Whether a delimited file quotes fields, by looks at its start and middle: then newlines may hide in quotes, and it is read whole. */
async function hasQuotes(path: string, bytes: number): Promise<boolean> {
  const place = placeOf(path);
  for (const start of [0, Math.floor(bytes / 2)]) {
    if ((await place.readRange(path, start, start + QUOTE_LOOK_BYTES)).includes(34)) return true;
  }
  return false;
}
