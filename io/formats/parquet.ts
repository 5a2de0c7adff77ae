import { openAsBlob } from "node:fs";
import { DataType, tableFromIPC, type Data, type Schema } from "apache-arrow";
import { ParquetFile } from "parquet-wasm";
import { DataError, UserError } from "../../model/errors";
import { unreadable } from "../inputs/byteSource";
import type { Split } from "../inputs/inputFile";
import { placeOf, schemeOf, type FileInfo } from "../places/place";
import { RangeBlob } from "../places/rangeBlob";
import { cellReader, commonBuffer, type CellReader } from "./parquetColumns";
import { MISSING, TEXT, type FieldPlan, type RowSink } from "./rows";
import { Scratch, textOf } from "./utf8";

const BATCH_ROWS = 1 << 16;
/** Text a row would be in JSON lines, about: what packing a part at a time goes by. */
const ROW_TEXT_BYTES = 80;

/** Rows of each row group of a Parquet file. @throws UserError when it cannot be read */
export async function parquetRowGroups(path: string): Promise<number[]> {
  return withParquet(path, (file) => {
    const metadata = file.metadata();
    return Promise.resolve(Array.from({ length: metadata.numRowGroups() }, (_, i) => metadata.rowGroup(i).numRows()));
  });
}

/** The columns of a Parquet file, those inside structs by path. */
export async function parquetColumns(path: string): Promise<string[]> {
  return withParquet(path, (file) => {
    const schema = tableFromIPC(file.schema().intoIPCStream()).schema;
    return Promise.resolve(columnPaths(schema.fields, ""));
  });
}

/** Columns by path through structs. */
export function columnPaths(fields: Schema["fields"], prefix: string): string[] {
  return fields.flatMap(({ name, type }) => {
    const children = (type as { children?: Schema["fields"] | null }).children ?? [];
    return DataType.isStruct(type) ? columnPaths(children, `${prefix}${name}.`) : [`${prefix}${name}`];
  });
}

/** Looks on while rows are read. */
export interface ParquetLook {
  /**
   * Called for each record batch of a row group of `groupRows` rows.
   * @param firstRow number of the batch's first row in the file
   * @param data the batch's columns, in the order of the plan
   */
  onBatch(group: number, groupRows: number, firstRow: number, batchRows: number, data: readonly Data[]): void;
}

/**
 * Reads the rows of a Parquet split (row groups `start..end`), only the wanted columns. A row's offset is its number in the file.
 * Returns the rows read.
 * @throws UserError for a column that is not there, or a file that cannot be read
 */
export async function readParquetRows(
  { file: info, start, end }: Split,
  plan: FieldPlan,
  sink: RowSink,
  onChunk: (bytesRead: number) => void,
  look: ParquetLook | null = null,
): Promise<number> {
  const { path, rowGroups } = info;
  const read = async (file: ParquetFile) => {
    let rowNumber = (rowGroups ?? []).slice(0, start).reduce((sum, rows) => sum + rows, 0);
    let rowCount = 0;
    const schema = tableFromIPC(file.schema().intoIPCStream()).schema;
    const known = columnPaths(schema.fields, "");
    const absent = plan.columns.filter((column) => !known.includes(column));
    if (absent.length > 0) {
      throw new UserError(`${path} has no column ${absent.map((column) => `"${column}"`).join(", ")}`, [
        `its columns are: ${known.join(", ")}`,
      ]);
    }
    const tops = schema.fields.map(({ name }) => name);
    const columns = tops.filter((top) => plan.columns.some((column) => column === top || column.startsWith(`${top}.`)));
    for (let group = start; group < end; group++) {
      const table = tableFromIPC((await file.read({ rowGroups: [group], batchSize: BATCH_ROWS, columns })).intoIPCStream());
      for (const batch of table.batches) {
        const data = plan.columns.map((column) => columnData(batch.data, batch.schema.fields, column));
        const common = commonBuffer(data, plan.hashed);
        const readers = data.map((cells, slot) => cellReader(cells, plan.hashed[slot] === true, common !== null));
        readBatch(batch.numRows, readers, common, plan, sink, rowNumber);
        look?.onBatch(group, table.numRows, rowNumber, batch.numRows, data);
        rowNumber += batch.numRows;
        rowCount += batch.numRows;
        onChunk(rowCount * ROW_TEXT_BYTES);
      }
    }
    return rowCount;
  };
  return withParquet(path, read, info);
}

function readBatch(
  rows: number,
  readers: readonly CellReader[],
  common: Uint8Array | null,
  plan: FieldPlan,
  sink: RowSink,
  firstRow: number,
): void {
  const { fields } = sink;
  const scratch = new Scratch();
  for (let row = 0; row < rows; row++) {
    scratch.length = 0;
    for (let slot = 0; slot < readers.length; slot++) {
      readers[slot]!.put(row, slot, fields, scratch);
    }
    const bytes = common ?? scratch.bytes;
    const code = sink.accept(bytes);
    if (code === 0) continue;
    const raw = Buffer.from(rowText(plan, sink, bytes), "utf8");
    sink.setAside(code, firstRow + row, raw, 0, raw.length);
  }
}

/** A row as JSON, of the columns that were read. */
function rowText({ columns }: FieldPlan, { fields }: RowSink, bytes: Uint8Array): string {
  const values = columns.map((column, slot) => {
    if (fields.kind[slot] === MISSING) return [column, null];
    return [column, fields.kind[slot]! >= TEXT ? textOf(bytes, fields.start[slot]!, fields.end[slot]!) : fields.value[slot]];
  });
  return JSON.stringify(Object.fromEntries(values));
}

/** The column's data in a batch: of that name, else along the path through structs. */
export function columnData(batch: Data, fields: Schema["fields"], column: string): Data {
  const own = fields.findIndex(({ name }) => name === column);
  if (own >= 0) return batch.children[own] as Data;
  const at = fields.findIndex(({ name }) => column.startsWith(`${name}.`));
  const inside = (fields[at]?.type as { children: Schema["fields"] }).children;
  return columnData(batch.children[at] as Data, inside, column.slice((fields[at] as { name: string }).name.length + 1));
}

/** Opens a file for reading in ranges. @param info what is known of the file, if anything is */
export async function withParquet<T>(path: string, use: (file: ParquetFile) => Promise<T>, info?: FileInfo): Promise<T> {
  try {
    const file = await ParquetFile.fromFile(await blobOf(path, info));
    try {
      return await use(file);
    } finally {
      file.free();
    }
  } catch (error) {
    throw error instanceof UserError || error instanceof DataError ? error : unreadable(path, error);
  }
}

async function blobOf(path: string, info: FileInfo | undefined): Promise<Blob> {
  if (schemeOf(path) === null) return openAsBlob(path);
  const place = placeOf(path);
  const file = info ?? (await place.stat(path));
  if (file === null) throw new UserError(`${path} cannot be read: there is no such file`);
  // The reader asks for no more of a blob than this.
  return new RangeBlob(place, file) as unknown as Blob;
}
