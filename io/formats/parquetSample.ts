import { tableFromIPC, type Data } from "apache-arrow";
import type { ParquetFile } from "parquet-wasm";
import type { Split } from "../inputs/inputFile";
import { columnData, columnPaths, withParquet, type ParquetLook } from "./parquet";
import { cellReader } from "./parquetColumns";
import { emptyFields, MISSING, TEXT } from "./rows";
import { Scratch, textOf } from "./utf8";

/** Of a row: texts by column. Columns without a value are absent. */
export type Cells = readonly (readonly [column: string, value: string])[];

export interface SampledRow {
  readonly cells: Cells;
  /** Whether the cells are of all columns; else of those that are read anyway. */
  readonly isWhole: boolean;
}

/** Rows looked at of a row group. */
interface GroupSample {
  readonly group: number;
  readonly groupRows: number;
  readonly rows: Cells[];
}

/** Row groups of which the columns that nobody else reads are read: every so many, the first included. */
const WHOLE_GROUPS = 4;

/**
 * Looks at every so many rows of a Parquet split. The columns that are read anyway are looked at as they pass by. The others would have to
 * be read as a whole for that, which costs more than all the rest: of them, as many rows in the middle of every fourth row group stand
 * beside the spread ones. So a row of the sample is no row of the file, but each column is what it is in so many rows.
 */
export class ParquetSample implements ParquetLook {
  private readonly groups: GroupSample[] = [];

  /** @param columns that are read anyway */
  constructor(
    private readonly columns: readonly string[],
    private readonly everyRows: number,
  ) {}

  onBatch(group: number, groupRows: number, firstRow: number, batchRows: number, data: readonly Data[]): void {
    let sample = this.groups.at(-1);
    if (sample?.group !== group) this.groups.push((sample = { group, groupRows, rows: [] }));
    const { everyRows } = this;
    const offset = everyRows >> 1;
    const picked: number[] = [];
    for (
      let row = Math.ceil((firstRow - offset) / everyRows) * everyRows + offset - firstRow;
      row < batchRows;
      row += everyRows
    ) {
      picked.push(row);
    }
    sample.rows.push(...rowsOf(data, this.columns, picked));
  }

  /**
   * The rows, with the columns that were not read yet.
   * @throws UserError when the file cannot be read
   */
  async rows({ file: info }: Pick<Split, "file">): Promise<SampledRow[]> {
    const read = async (file: ParquetFile) => {
      const { fields } = tableFromIPC(file.schema().intoIPCStream()).schema;
      const others = columnPaths(fields, "").filter((column) => !this.columns.includes(column));
      const columns = fields.map(({ name }) => name).filter((top) => others.some((other) => isWithin(other, top)));
      const all: SampledRow[] = [];
      for (const { group, groupRows, rows } of this.groups) {
        const isWhole = group % WHOLE_GROUPS === 0 || others.length === 0;
        const cells: Cells[] = [];
        if (isWhole && others.length > 0 && rows.length > 0) {
          const [limit, offset] = [rows.length, (groupRows - rows.length) >> 1];
          const table = tableFromIPC(
            (await file.read({ rowGroups: [group], batchSize: limit, limit, offset, columns })).intoIPCStream(),
          );
          for (const batch of table.batches) {
            const data = others.map((column) => columnData(batch.data, batch.schema.fields, column));
            cells.push(...rowsOf(data, others, [...Array(batch.numRows).keys()]));
          }
        }
        rows.forEach((row, i) => all.push({ cells: [...row, ...(cells[i] ?? [])], isWhole }));
      }
      return all;
    };
    return withParquet(info.path, read, info);
  }
}

const isWithin = (column: string, top: string) => column === top || column.startsWith(`${top}.`);

/** Cells of some rows of a batch. */
function rowsOf(data: readonly Data[], columns: readonly string[], picked: readonly number[]): Cells[] {
  const readers = data.map((cells) => cellReader(cells, true));
  const fields = emptyFields(columns.length);
  const scratch = new Scratch();
  return picked.map((row) => {
    scratch.length = 0;
    readers.forEach((reader, slot) => reader.put(row, slot, fields, scratch));
    return columns.flatMap((column, slot): [string, string][] => {
      if (fields.kind[slot] === MISSING) return [];
      const isText = fields.kind[slot]! >= TEXT;
      return [[column, isText ? textOf(scratch.bytes, fields.start[slot]!, fields.end[slot]!) : String(fields.value[slot])]];
    });
  });
}
