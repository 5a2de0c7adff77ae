/** Types of table columns, named as Delta Lake names them. */
export type TableType = "string" | "integer" | "long" | "double" | "boolean" | "date" | "timestamp";

export interface TableColumn {
  readonly name: string;
  readonly type: TableType;
  /** What the value is, with its unit; shown by `sessionary` and stored in the table's own schema. */
  readonly about: string;
}

/** A table of the output folder. Every table is partitioned by `date`, whose values are in the paths, not in the files. */
export interface TableSchema {
  readonly name: string;
  readonly about: string;
  readonly columns: readonly TableColumn[];
}

/** The partition column of every table. */
export const PARTITION = "date";

/** Columns that are in the Parquet files. */
export const storedColumns = (schema: TableSchema): readonly TableColumn[] =>
  schema.columns.filter(({ name }) => name !== PARTITION);

/** The schema as Delta Lake's log holds it (PROTOCOL.md, Schema Serialization Format). */
export function deltaSchema(columns: readonly TableColumn[]) {
  return {
    type: "struct" as const,
    fields: columns.map(({ name, type, about }) => ({ name, type, nullable: true, metadata: { comment: about } })),
  };
}
