import { writeParquet } from "../../io/parquet/writeParquet";
import type { ParquetColumn } from "../../io/parquet/column";
import { placeOf } from "../../io/places/place";
import type { RunManifest } from "../../io/runs/manifest";
import { dayNumber } from "../../model/localDays";
import { toStringTable } from "../../model/sessionBlock";
import { storedColumns } from "../../model/tables/tableSchema";
import { runsTable, TABLE_FORMAT } from "../../model/tables/tables";
import { partPath, type Receipt } from "../../transforms/output/writeSettings";

/** Writes the row of the `runs` table for a day. */
export async function writeRunRow(output: string, manifest: RunManifest): Promise<Receipt> {
  const { rows } = manifest.job;
  const values: Readonly<Record<string, string | number>> = {
    run_id: manifest.runId,
    model: manifest.model,
    fingerprint: manifest.fingerprint,
    rows_read_from: dayNumber(manifest.job.from),
    rows_read_to: dayNumber(manifest.job.to),
    rows_read: rows.rowsRead,
    events_packed: rows.eventsPacked,
    events_in_sessions: rows.eventsInSessions,
    duplicates: rows.duplicates,
    events_outside: rows.eventsOutside,
    rows_set_aside: Object.values(rows.setAside).reduce((sum, count) => sum + count, 0),
    set_aside: JSON.stringify(rows.setAside),
    sessions: manifest.day.sessions,
    events: manifest.day.events,
    format: TABLE_FORMAT,
  };
  const columns = storedColumns(runsTable()).map(({ name, type }): ParquetColumn => {
    const value = values[name] as string | number;
    if (type === "string") return { name, type, strings: toStringTable([String(value)]) };
    if (type === "long") return { name, type, numbers: Float64Array.of(Number(value)) };
    return { name, type: type as "date" | "integer", numbers: Int32Array.of(Number(value)) };
  });
  const bytes = writeParquet(columns);
  const path = partPath(manifest.date, 0, manifest.fingerprint);
  await placeOf(output).write(`${output}/runs/${path}`, bytes);
  return { table: "runs", date: manifest.date, part: 0, path, bytes: bytes.length, rows: 1, sums: {} };
}
