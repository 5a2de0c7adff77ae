import { columnsOf } from "../delta/publish";
import type { AddFile } from "../delta/actions";
import type { Snapshot } from "../delta/snapshot";
import type { TableColumn, TableType } from "../../model/tables/tableSchema";

/** Path or URL of a file that a log names. */
export const filePath = (root: string, file: Pick<AddFile, "path">) => `${root}/${decodeURIComponent(file.path)}`;

/** Files of a table, by path; only of some dates where dates are given. */
export function tableFiles(snapshot: Snapshot, root: string, dates: ReadonlySet<string> | null = null): string[] {
  return [...snapshot.files.values()]
    .filter(({ partitionValues }) => dates === null || dates.has(partitionValues["date"] ?? ""))
    .map((file) => filePath(root, file))
    .sort();
}

const SQL_TYPE: Readonly<Record<TableType, string>> = {
  string: "VARCHAR",
  integer: "INTEGER",
  long: "BIGINT",
  double: "DOUBLE",
  boolean: "BOOLEAN",
  date: "DATE",
  timestamp: "TIMESTAMPTZ",
};

export const sqlColumns = (columns: readonly TableColumn[]): (readonly [string, string])[] =>
  columns.map(({ name, type }) => [name, SQL_TYPE[type]]);

/** Columns of a table as its log describes them; of one that does not exist yet, `otherwise`. */
export const tableColumns = (snapshot: Snapshot, otherwise: readonly TableColumn[]): readonly TableColumn[] =>
  snapshot.metaData ? columnsOf(snapshot.metaData) : otherwise;
