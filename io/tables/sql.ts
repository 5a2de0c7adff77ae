import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { UserError } from "../../model/errors";
import { mapBounded } from "../places/bounded";
import { download } from "../places/copies";
import { placeOf, schemeOf } from "../places/place";

/** A DuckDB in memory, for reading tables whole; queries run one after the other. */
export interface TableSql {
  /** Runs a statement that gives no rows. */
  run(sql: string): Promise<void>;
  /** Rows as plain values: numbers, strings, booleans, null; 64-bit integers as numbers, dates and times as text. */
  rows<T>(sql: string): Promise<T[]>;
  /**
   * Name of a view over Parquet files, with the `date` of their paths. Files of object stores are copied to a temporary
   * folder first.
   * @param columns names and DuckDB types of the columns, for a table without files and for columns that old files lack
   */
  files(paths: readonly string[], columns: readonly (readonly [name: string, type: string])[]): Promise<string>;
}

/** Opens a DuckDB for the length of `work`. */
export async function withTableSql<T>(work: (sql: TableSql) => Promise<T>): Promise<T> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const dir = await mkdtemp(join(tmpdir(), "sessionary-sql-"));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  let views = 0;
  try {
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`SET temp_directory = '${quoted(join(dir, "spill"))}'`);
    return await work({
      run: async (sql) => void (await connection.run(sql)),
      rows: async <R>(sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJS().map(plain) as R[],
      files: async (paths, columns) => {
        const view = `files_${views++}`;
        const copies = await mapBounded([...paths.entries()], ([i, path]) => localCopy(path, join(dir, view), i), COPIES_AT_ONCE);
        await connection.run(`CREATE VIEW ${view} AS ${relation(copies, columns)}`);
        return view;
      },
    });
  } finally {
    connection.closeSync();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Text inside a SQL string. */
export const quoted = (text: string) => text.replaceAll("'", "''");

function relation(paths: readonly string[], columns: readonly (readonly [name: string, type: string])[]): string {
  const empty = `SELECT ${columns.map(([name, type]) => `NULL::${type} AS "${name}"`).join(", ")} WHERE false`;
  if (paths.length === 0) return empty;
  const list = paths.map((path) => `'${quoted(path)}'`).join(", ");
  const read = `SELECT * FROM read_parquet([${list}], union_by_name = true, hive_partitioning = true, hive_types = {'date': DATE})`;
  const names = columns.map(([name]) => `"${name}"`).join(", ");
  return `SELECT ${names} FROM (${empty} UNION ALL BY NAME ${read})`;
}

/** Files of an object store that are copied at once. */
const COPIES_AT_ONCE = 4;

async function localCopy(path: string, dir: string, i: number): Promise<string> {
  if (schemeOf(path) === null) return path;
  const file = await placeOf(path).stat(path);
  if (file === null) throw new UserError(`${path} is gone: the table's log names it, but the store does not have it`);
  // The date is in the path.
  const folder = join(dir, String(i), /date=[^/]+/.exec(path)?.[0] ?? "");
  await mkdir(folder, { recursive: true });
  const copy = join(folder, basename(path));
  await download(file, copy);
  return copy;
}

function plain(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value]),
  );
}
