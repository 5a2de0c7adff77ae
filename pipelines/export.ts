import { randomUUID } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { publishedDates } from "../io/delta/publish";
import { readSnapshot } from "../io/delta/deltaLog";
import { TEMPORARY_PREFIX } from "../io/places/localPlace";
import { placeOf, schemeOf } from "../io/places/place";
import { sqlColumns, tableColumns, tableFiles } from "../io/tables/tableFiles";
import { quoted, withTableSql } from "../io/tables/sql";
import type { Config } from "../model/config";
import { UserError } from "../model/errors";
import { allTables } from "../model/tables/tables";

export type ExportFormat = "csv" | "jsonl" | "parquet";

export interface ExportOptions {
  /** `sessions` and the others of the output folder. */
  readonly table: string;
  readonly format: ExportFormat;
  /** File to write; replaced as a whole. */
  readonly to: string;
  /** Only these local days; null = all. */
  readonly dates: { readonly from: string; readonly to: string } | null;
  /** A version of the table; null = the newest. */
  readonly version: number | null;
  /** Columns in this order, or DuckDB expressions (`epoch_ms(start) AS start_ms`); null = all columns. */
  readonly columns: readonly string[] | null;
}

export interface ExportReport {
  readonly to: string;
  readonly version: number;
  readonly days: number;
  readonly rows: number;
  readonly bytes: number;
}

const FORMATS: Readonly<Record<ExportFormat, string>> = {
  csv: "FORMAT csv, HEADER",
  jsonl: "FORMAT json, ARRAY false",
  parquet: "FORMAT parquet, COMPRESSION zstd",
};

/** Order of the rows of an export: the same however the table's files are cut. */
const ORDER: Readonly<Record<string, string>> = { sessions: '"user", app, start, session_id' };

/**
 * Writes a table, or days of it, as one file for people without a reader of Delta tables. Rows of `sessions` are sorted by user, app and
 * start.
 *
 * @throws UserError when there is no such table, version, day or column
 */
export async function exportTable(config: Config, options: ExportOptions): Promise<ExportReport> {
  const schema = allTables(config.input.attributes).find(({ name }) => name === options.table);
  if (schema === undefined) {
    const names = allTables([]).map(({ name }) => name);
    throw new UserError(`there is no table ${options.table}; there are ${names.sort().join(", ")}`);
  }
  const root = `${config.output.path}/${schema.name}`;
  const snapshot = await readSnapshot(root, options.version ?? undefined);
  const { dates } = options;
  const days = publishedDates(snapshot).filter((date) => dates === null || (date >= dates.from && date <= dates.to));
  if (days.length === 0) {
    const all = publishedDates(snapshot);
    throw new UserError(
      all.length === 0
        ? `the table ${schema.name} in ${config.output.path} shows no day yet; run \`sessionary score\``
        : `the table ${schema.name} shows ${all[0]} … ${all.at(-1)}, but no day from ${dates?.from} to ${dates?.to}`,
    );
  }
  const isLocal = schemeOf(options.to) === null;
  const dir = isLocal ? dirname(resolve(options.to)) : await mkdtemp(join(tmpdir(), "sessionary-export-"));
  await mkdir(dir, { recursive: true });
  const local = join(dir, `${TEMPORARY_PREFIX}${randomUUID()}`);
  try {
    const rows = await withTableSql(async (sql) => {
      const columns = tableColumns(snapshot, schema.columns);
      const view = await sql.files(tableFiles(snapshot, root, new Set(days)), sqlColumns(columns));
      const select = options.columns?.map((column) => columnText(column)).join(", ") ?? "*";
      const order = ORDER[schema.name] ?? "ALL";
      try {
        await sql.run(
          `COPY (SELECT ${select} FROM ${view} ORDER BY ${order}) TO '${quoted(local)}' (${FORMATS[options.format]})`,
        );
      } catch (error) {
        throw new UserError(`the export does not work: ${(error as Error).message.split("\n")[0]}`, [
          `columns of ${schema.name}: ${columns.map(({ name }) => name).join(", ")}`,
        ]);
      }
      const [counted] = await sql.rows<{ n: number }>(`SELECT count(*) AS n FROM ${view}`);
      return counted?.n ?? 0;
    });
    const { size } = await stat(local);
    if (isLocal) await rename(local, options.to);
    else await placeOf(options.to).upload(options.to, local);
    return { to: options.to, version: snapshot.version, days: days.length, rows, bytes: size };
  } finally {
    await rm(isLocal ? local : dir, { recursive: true, force: true });
  }
}

/** A plain name is quoted, since `user` and `end` are words of SQL. */
const columnText = (column: string) => (/^\w+$/.test(column) ? `"${column}"` : column);
