import type { ParquetColumn } from "../../io/parquet/column";
import { toStringTable } from "../../model/sessionBlock";
import { storedColumns, type TableSchema } from "../../model/tables/tableSchema";
import { sumOf, type Tally, type TallyRow } from "./tally";

/**
 * Columns of a small table: strings are the parts of a tally's key in the order of the schema, longs its counts, doubles its sums, and the
 * last two columns the model and the run. A sum without a value (its count is 0) is missing.
 *
 * @param countOfSum index of the count that belongs to sum i
 */
export function summaryColumns(
  schema: TableSchema,
  tally: Tally,
  constants: Readonly<Record<string, string>>,
  countOfSum: (i: number) => number,
): ParquetColumn[] {
  const rows = tally.sorted();
  let keys = 0;
  let counts = 0;
  let sums = 0;
  const numbers = (of: (row: TallyRow) => number) => Float64Array.from(rows, of);
  return storedColumns(schema).map(({ name, type }): ParquetColumn => {
    const constant = constants[name];
    if (constant !== undefined) {
      return { name, type: "string", values: toStringTable([constant]), codes: new Uint8Array(rows.length) };
    }
    if (type === "string") {
      const at = keys++;
      return { name, type, strings: toStringTable(rows.map(({ key }) => key[at]!)) };
    }
    if (type === "double") {
      const at = sums++;
      return { name, type, numbers: numbers((row) => (row.counts[countOfSum(at)] === 0 ? NaN : sumOf(row, at))) };
    }
    const at = counts++;
    return { name, type: "long", numbers: numbers((row) => row.counts[at]!) };
  });
}
