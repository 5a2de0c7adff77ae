import { tableFromIPC } from "apache-arrow";
import { columnData, columnPaths, withParquet } from "./parquet";
import { cellReader } from "./parquetColumns";
import { emptyFields, MISSING, TEXT } from "./rows";
import { Scratch, textOf } from "./utf8";

/** Of a row: texts by column. Columns without a value are absent. */
export type SampledRow = readonly (readonly [column: string, value: string])[];

/** The first rows of a row group, at most `limit`, all columns as text. @throws UserError when the file cannot be read */
export async function sampleRowGroup(path: string, group: number, limit: number): Promise<SampledRow[]> {
  return withParquet(path, async (file) => {
    const table = tableFromIPC((await file.read({ rowGroups: [group], batchSize: limit, limit })).intoIPCStream());
    const rows: SampledRow[] = [];
    for (const batch of table.batches) {
      const columns = columnPaths(batch.schema.fields, "");
      const readers = columns.map((column) => cellReader(columnData(batch.data, batch.schema.fields, column), true));
      const fields = emptyFields(columns.length);
      const scratch = new Scratch();
      for (let row = 0; row < batch.numRows; row++) {
        scratch.length = 0;
        readers.forEach((reader, slot) => reader.put(row, slot, fields, scratch));
        rows.push(
          columns.flatMap((column, slot): [string, string][] => {
            if (fields.kind[slot] === MISSING) return [];
            const isText = fields.kind[slot]! >= TEXT;
            return [
              [column, isText ? textOf(scratch.bytes, fields.start[slot]!, fields.end[slot]!) : String(fields.value[slot])],
            ];
          }),
        );
      }
    }
    return rows;
  });
}
