import { UserError } from "../../model/errors";
import type { Config, InputConfig } from "../../model/config";
import { listInputFiles } from "../inputs/listFiles";
import type { InputFile } from "../inputs/inputFile";
import { TimeParser } from "../time/timeParser";
import { glanceAtColumn, isNothing, type ColumnGlance } from "./columnGlance";
import { guessColumns, type ColumnGuess } from "./guessColumns";
import { sampleRows } from "./sampleRows";

/** Files looked into, spread over the list, and rows of each. */
const FILES = 5;
const ROWS_PER_FILE = 2000;
const APP_VALUES = 50;
const EVENT_VALUES = 2000;

/** What a first look at logs shows: enough to write a configuration. */
export interface Glance {
  readonly fileCount: number;
  readonly totalBytes: number;
  /** The files looked into. */
  readonly files: readonly InputFile[];
  readonly format: InputFile["format"];
  readonly compression: InputFile["compression"];
  readonly delimiter: string | null;
  readonly rowsSeen: number;
  readonly columns: readonly ColumnGlance[];
  readonly guess: ColumnGuess;
  /** Values of the guessed app column in the rows seen, most frequent first. */
  readonly apps: readonly { readonly value: string; readonly rows: number }[];
  /** Raw values of the first guessed event column in the rows seen, most frequent first. */
  readonly events: readonly { readonly value: string; readonly rows: number }[];
  /** Time range of the rows seen, UTC epoch ms (times without an offset taken as UTC); null where no time column was found. */
  readonly firstMs: number | null;
  readonly lastMs: number | null;
  /** Sentences about what is missing or odd. */
  readonly remarks: readonly string[];
}

/**
 * Looks into some of the files behind `paths` (files, folders, globs, URLs).
 * @throws UserError when nothing is there, or cannot be read, or is of no known format
 */
export async function glanceAt(
  paths: readonly string[],
  given: Partial<Pick<InputConfig, "format" | "csv">> = {},
): Promise<Glance> {
  const input = {
    paths,
    format: given.format ?? ("auto" as const),
    csv: given.csv ?? { delimiter: null, header: null },
    splitBytes: Number.MAX_SAFE_INTEGER,
    time: { column: "", format: "auto" as const, zone: "UTC" },
  };
  const all = (await listInputFiles(input, null)).filter(({ bytes }) => bytes > 0);
  if (all.length === 0) throw new UserError(`${paths.join(", ")}: the files there are empty`);
  const files = spreadOver(all, FILES);
  const samples = await Promise.all(files.map((file) => sampleRows(file, input, ROWS_PER_FILE)));
  const names = [...new Set(samples.flatMap((sample) => sample.columns))];
  const rows = samples.flatMap((sample) => sample.rows);
  const columns = names.map((name) => glanceAtColumn(name, rows));
  const guess = guessColumns(columns, rows.length);
  const first = files[0] as InputFile;
  const formats = new Set(files.map(({ format }) => format));
  const remarks: string[] = [];
  if (formats.size > 1) remarks.push(`the files are of several formats: ${[...formats].join(", ")}`);
  if (rows.length === 0) remarks.push("no row could be read");
  for (const role of ["user", "time"] as const) if (guess[role] === null) remarks.push(`no ${role} column was recognised`);
  if (guess.event.length === 0) remarks.push("no event column was recognised");
  return {
    fileCount: all.length,
    totalBytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    files,
    format: first.format,
    compression: first.compression,
    delimiter: first.delimiter,
    rowsSeen: rows.length,
    columns,
    guess,
    apps: valueCounts(guess.app, rows, APP_VALUES),
    events: valueCounts(guess.event[0] ?? null, rows, EVENT_VALUES),
    ...timeRange(
      columns.find(({ name }) => name === guess.time),
      rows,
    ),
    remarks,
  };
}

/**
 * Checks before a run that the columns the configuration names exist, by the first rows of some files; in JSON lines, where
 * a column may be rare, only those that every event needs.
 * @throws UserError naming the column and listing those there are
 */
export async function checkInput(config: Pick<Config, "input" | "traffic">): Promise<void> {
  const { input } = config;
  const files = spreadOver(
    (await listInputFiles(input, null)).filter(({ bytes }) => bytes > 0),
    FILES,
  );
  const samples = await Promise.all(files.map((file) => sampleRows(file, input, ROWS_PER_FILE)));
  const known = new Set(samples.flatMap(({ columns }) => columns));
  if (known.size === 0) return;
  // In JSON lines a column that is seldom there may be missing from the first rows; what every event needs is not.
  const mayBeRare = files.every(({ format }) => format === "jsonl");
  const absent = namedColumns(config).filter(([key, column]) => !known.has(column) && !(mayBeRare && !NEEDED.has(key)));
  if (absent.length > 0) {
    const list = absent.map(([key, column]) => `${key}: "${column}"`).join(", ");
    throw new UserError(`the logs have no column ${list}`, [`columns there are: ${[...known].join(", ")}`]);
  }
}

const NEEDED: ReadonlySet<string> = new Set(["input.user", "input.time", "input.event", "input.app", "input.sessionId"]);

/** Every column a configuration names, with the key that names it. */
function namedColumns({ input, traffic }: Pick<Config, "input" | "traffic">): [key: string, column: string][] {
  const named: [string, string | null][] = [
    ["input.time", input.time.column],
    ...input.event.columns.map((column): [string, string] => ["input.event", column]),
    ["input.receivedTime", input.receivedTime?.column ?? null],
    ["traffic.robotColumn", traffic.robotColumn],
    ...input.attributes.map(({ name, column }): [string, string] => [`input.attributes.${name}`, column]),
  ];
  for (const key of ["user", "app", "sessionId", "eventId", "userAgent"] as const) {
    const source = input[key];
    if (source !== null && "column" in source) named.push([`input.${key}`, source.column]);
  }
  return named.filter((pair): pair is [string, string] => pair[1] !== null);
}

function spreadOver<T>(list: readonly T[], count: number): T[] {
  if (list.length <= count) return [...list];
  return Array.from({ length: count }, (_, i) => list[Math.round((i * (list.length - 1)) / (count - 1))] as T);
}

function valueCounts(
  column: string | null,
  rows: readonly ReadonlyMap<string, string>[],
  most: number,
): { value: string; rows: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const value = column === null ? undefined : row.get(column);
    if (value !== undefined && !isNothing(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, rows: count }))
    .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1))
    .slice(0, most);
}

function timeRange(
  column: ColumnGlance | undefined,
  rows: readonly ReadonlyMap<string, string>[],
): { firstMs: number | null; lastMs: number | null } {
  if (column === undefined || column.timeFormat === null) return { firstMs: null, lastMs: null };
  const parser = new TimeParser(column.timeFormat, "UTC");
  let firstMs = Infinity;
  let lastMs = -Infinity;
  for (const row of rows) {
    const bytes = Buffer.from(row.get(column.name) ?? "", "utf8");
    const ms = parser.parse(bytes, 0, bytes.length);
    if (ms < firstMs) firstMs = ms;
    if (ms > lastMs) lastMs = ms;
  }
  return firstMs <= lastMs ? { firstMs, lastMs } : { firstMs: null, lastMs: null };
}
