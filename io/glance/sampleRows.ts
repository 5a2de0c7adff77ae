import { describeFile } from "../inputs/listFiles";
import type { InputConfig } from "../../model/config";
import { csvRecords } from "../formats/csvText";
import { parseKeepingDigits } from "../formats/jsonText";
import { readHead } from "../formats/openScanner";
import { parquetColumns, readParquetRows } from "../formats/parquet";
import { emptyFields, MISSING, TEXT, type RowFields, type RowSink } from "../formats/rows";
import { textOf } from "../formats/utf8";
import { WEBLOG_COLUMNS, WeblogScanner } from "../formats/weblog";
import type { InputFile } from "../inputs/inputFile";
import type { FileInfo } from "../places/place";

const HEAD_BYTES = 1 << 20;
const MAX_DEPTH = 3;

/** Some rows of a file as texts by column; a column a row does not have is absent. */
export interface SampleRows {
  readonly file: InputFile;
  /** In the order of the file. */
  readonly columns: readonly string[];
  readonly rows: readonly ReadonlyMap<string, string>[];
}

/**
 * The first rows of a file, at most `limit`, every column as text.
 * @throws UserError when the file cannot be read or its format is not plain
 */
export async function sampleRows(
  info: FileInfo,
  input: Pick<InputConfig, "format" | "csv" | "splitBytes">,
  limit: number,
): Promise<SampleRows> {
  const file = await describeFile(info, input);
  if (file.format === "parquet") return parquetSample(file, limit);
  const head = await readHead(file, HEAD_BYTES);
  // The last line may be cut, unless the text ends with it.
  const end = head.length < HEAD_BYTES ? head.length : head.lastIndexOf(10) + 1;
  if (file.format === "jsonl") return jsonSample(file, textOf(head, 0, end), limit);
  if (file.format === "csv" || file.format === "tsv") {
    return delimitedSample(file, textOf(head, 0, end), input.csv.header, limit);
  }
  return weblogSample(file, head.subarray(0, end), limit);
}

function jsonSample(file: InputFile, text: string, limit: number): SampleRows {
  const columns = new Set<string>();
  const rows: Map<string, string>[] = [];
  for (const line of text.split("\n")) {
    if (rows.length >= limit) break;
    let value: unknown;
    try {
      value = parseKeepingDigits(line);
    } catch {
      continue;
    }
    const row = new Map<string, string>();
    flatten(value, "", row, columns, MAX_DEPTH);
    rows.push(row);
  }
  return { file, columns: [...columns], rows };
}

function flatten(value: unknown, prefix: string, row: Map<string, string>, columns: Set<string>, depth: number): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const column = `${prefix}${key}`;
    if (typeof child === "object" && child !== null) {
      if (depth > 0) flatten(child, `${column}.`, row, columns, depth - 1);
    } else {
      columns.add(column);
      if (child !== null) row.set(column, String(child));
    }
  }
}

function delimitedSample(file: InputFile, text: string, given: readonly string[] | null, limit: number): SampleRows {
  const records = csvRecords(text, file.delimiter ?? ",", limit + 1);
  const columns = given ?? records[0] ?? [];
  const rows = records.slice(given === null ? 1 : 0, given === null ? limit + 1 : limit);
  return { file, columns, rows: rows.map((record) => new Map(columns.map((name, i) => [name, record[i] ?? ""]))) };
}

function weblogSample(file: InputFile, head: Uint8Array, limit: number): SampleRows {
  const columns = file.format === "combined" ? [...WEBLOG_COLUMNS] : WEBLOG_COLUMNS.slice(0, -2);
  const sink = new CollectingSink(columns, limit);
  const bytes = new Uint8Array(head.length + 1);
  bytes.set(head);
  bytes[head.length] = 10;
  const plan = { columns, hashed: columns.map(() => true) };
  new WeblogScanner(plan, sink, file.format === "combined", HEAD_BYTES).scan(bytes, 0, bytes.length, 0);
  return { file, columns, rows: sink.rows };
}

async function parquetSample(file: InputFile, limit: number): Promise<SampleRows> {
  const columns = await parquetColumns(file.path);
  const sink = new CollectingSink(columns, limit);
  const plan = { columns, hashed: columns.map(() => true) };
  const end = Math.min(1, file.rowGroups?.length ?? 0);
  await readParquetRows({ id: file.path, file, start: 0, end }, plan, sink, () => undefined);
  return { file, columns, rows: sink.rows };
}

class CollectingSink implements RowSink {
  readonly fields: RowFields;
  readonly rows: Map<string, string>[] = [];

  constructor(
    private readonly columns: readonly string[],
    private readonly limit: number,
  ) {
    this.fields = emptyFields(columns.length);
  }

  accept(bytes: Uint8Array): number {
    if (this.rows.length < this.limit) {
      const { kind, start, end, value } = this.fields;
      const cells = this.columns.flatMap((column, slot): [string, string][] => {
        if (kind[slot] === MISSING) return [];
        return [[column, kind[slot]! >= TEXT ? textOf(bytes, start[slot]!, end[slot]!) : String(value[slot])]];
      });
      this.rows.push(new Map(cells));
    }
    return 0;
  }

  setAside(): void {
    // A glance looks at good rows only.
  }
}
