import { tableFromIPC, type RecordBatch } from "apache-arrow";
import type { Split } from "../inputs/inputFile";
import { columnData, columnPaths, withParquet } from "./parquet";
import { cellReader } from "./parquetColumns";
import { emptyFields, MISSING, TEXT } from "./rows";
import { Scratch, textOf } from "./utf8";

/** Of a row: texts by column. Columns without a value are absent. */
export type SampledRow = readonly (readonly [column: string, value: string])[];

/**
 * The first rows of each row group of a Parquet split, at most `limit` a group, all columns as text.
 * @throws UserError when the file cannot be read
 */
export async function sampleRowGroups({ file: info, start, end }: Split, limit: number): Promise<SampledRow[]> {
  const read = async (file: Parameters<Parameters<typeof withParquet>[1]>[0]) => {
    const rows: SampledRow[] = [];
    for (let group = start; group < end; group++) {
      const table = tableFromIPC((await file.read({ rowGroups: [group], batchSize: limit, limit })).intoIPCStream());
      for (const batch of table.batches) rows.push(...rowsOf(batch));
    }
    return rows;
  };
  return withParquet(info.path, read, info);
}

function rowsOf(batch: RecordBatch): SampledRow[] {
  const columns = columnPaths(batch.schema.fields, "");
  const readers = columns.map((column) => cellReader(columnData(batch.data, batch.schema.fields, column), true));
  const fields = emptyFields(columns.length);
  const scratch = new Scratch();
  return Array.from({ length: batch.numRows }, (_, row) => {
    scratch.length = 0;
    readers.forEach((reader, slot) => reader.put(row, slot, fields, scratch));
    return columns.flatMap((column, slot): [string, string][] => {
      if (fields.kind[slot] === MISSING) return [];
      const isText = fields.kind[slot]! >= TEXT;
      return [[column, isText ? textOf(scratch.bytes, fields.start[slot]!, fields.end[slot]!) : String(fields.value[slot])]];
    });
  });
}
