import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeOf } from "../places/place";
import { PROTOCOL, type Action, type AddFile, type RemoveFile } from "./actions";
import type { Snapshot } from "./snapshot";

/** A checkpoint is written every so many versions, so that a reader opens few commit files. */
export const VERSIONS_PER_CHECKPOINT = 20;

/** Removed files are forgotten by checkpoints after this long; until then other programs' vacuum knows of them. */
const TOMBSTONE_MS = 30 * 86_400_000;

const STRINGS = "MAP(VARCHAR, VARCHAR)";
const COLUMNS = {
  txn: "STRUCT(appId VARCHAR, version BIGINT, lastUpdated BIGINT)",
  add: `STRUCT(path VARCHAR, partitionValues ${STRINGS}, size BIGINT, modificationTime BIGINT, dataChange BOOLEAN, stats VARCHAR, tags ${STRINGS})`,
  remove: `STRUCT(path VARCHAR, deletionTimestamp BIGINT, dataChange BOOLEAN, extendedFileMetadata BOOLEAN, partitionValues ${STRINGS}, size BIGINT)`,
  metaData: `STRUCT(id VARCHAR, name VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options ${STRINGS}), schemaString VARCHAR, partitionColumns VARCHAR[], configuration ${STRINGS}, createdTime BIGINT)`,
  protocol: "STRUCT(minReaderVersion INTEGER, minWriterVersion INTEGER)",
};

/** Rows of a checkpoint: the state itself, one action a row (PROTOCOL.md, Checkpoints). */
function rowsOf(snapshot: Snapshot, nowMs: number): Action[] {
  const removed = [...snapshot.removed.values()].filter(({ deletionTimestamp }) => deletionTimestamp > nowMs - TOMBSTONE_MS);
  return [
    { protocol: snapshot.protocol ?? PROTOCOL },
    ...(snapshot.metaData ? [{ metaData: snapshot.metaData }] : []),
    ...[...snapshot.files.values()].map((add: AddFile) => ({ add: { ...add, dataChange: false } })),
    ...removed.map((remove: RemoveFile) => ({ remove: { ...remove, dataChange: false, extendedFileMetadata: true } })),
  ];
}

/** Writes the checkpoint of a snapshot and points `_last_checkpoint` to it. Nested columns, so DuckDB writes the file. */
export async function writeCheckpoint(root: string, path: string, snapshot: Snapshot, nowMs: number): Promise<void> {
  const rows = rowsOf(snapshot, nowMs);
  const bytes = await inTempDir(async (dir) => {
    const source = join(dir, "actions.json");
    const target = join(dir, "checkpoint.parquet");
    await writeFile(source, rows.map((row) => JSON.stringify(row)).join("\n"));
    const columns = Object.entries(COLUMNS).map(([name, type]) => `${name}: '${type}'`);
    await runSql(
      `COPY (SELECT * FROM read_json('${quoted(source)}', format = 'newline_delimited', columns = {${columns.join(", ")}}))
       TO '${quoted(target)}' (FORMAT parquet, COMPRESSION snappy)`,
    );
    return readFile(target);
  });
  const place = placeOf(root);
  await place.write(path, bytes);
  const pointer = JSON.stringify({ version: snapshot.version, size: rows.length });
  await place.write(`${root}/_delta_log/_last_checkpoint`, Buffer.from(pointer));
}

/** The actions that a checkpoint holds. */
export async function readCheckpoint(path: string): Promise<Action[]> {
  const bytes = await placeOf(path).read(path);
  return inTempDir(async (dir) => {
    const source = join(dir, "checkpoint.parquet");
    await writeFile(source, bytes);
    const fields = ["add", "remove", "metaData", "protocol"];
    const rows = await runSql(
      `SELECT ${fields.map((name) => `to_json("${name}")::VARCHAR AS "${name}"`).join(", ")} FROM read_parquet('${quoted(source)}')`,
    );
    return rows.flatMap((row) =>
      fields
        .filter((name) => row[name] != null)
        .map((name) => ({ [name]: withoutNulls(JSON.parse(row[name] as string) as Record<string, unknown>) }) as never),
    );
  });
}

/** Absent fields come back as nulls. */
const withoutNulls = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== null));

const quoted = (text: string) => text.replaceAll("'", "''");

async function runSql(sql: string): Promise<Record<string, unknown>[]> {
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
}

async function inTempDir<T>(body: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "sessionary-checkpoint-"));
  try {
    return await body(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
