import type { TaskResult } from "../../beam/tasks";
import { writeParquet } from "../../io/parquet/writeParquet";
import { placeOf } from "../../io/places/place";
import { gatherPart } from "./partRows";
import { categoryCodes, sessionColumns } from "./sessionColumns";
import { saltedHash } from "./sessionIds";
import { summarise } from "./summaries";
import { writeReceipt } from "./writeReceipt";
import { partPath, type WriteSettings } from "./writeSettings";

export interface WritePartInput {
  /** The part's scored blocks, in any order. */
  readonly blocks: readonly Uint8Array[];
  readonly part: number;
  readonly settings: WriteSettings;
}

/** Encoded tallies of the part, by table. */
export interface WrittenPart {
  readonly rows: number;
  readonly daily: Uint8Array;
  readonly transitions: Uint8Array;
  readonly events: Uint8Array;
}

/**
 * Writes one part file of the `sessions` table and its receipt, where no reader looks before the day is published. Running it again
 * writes the same bytes to the same names.
 */
export async function writePart({ blocks, part, settings }: WritePartInput): Promise<TaskResult<WrittenPart>> {
  const rows = gatherPart(blocks, settings.salt === null ? null : saltedHash(settings.salt));
  const categories = categoryCodes(rows);
  const bytes = writeParquet(sessionColumns(rows, categories, settings));
  const path = partPath(settings.date, part, settings.fingerprint);
  await placeOf(settings.root).write(`${settings.root}/sessions/${path}`, bytes);
  const { daily, transitions, events, sums } = summarise(rows, categories, settings);
  await writeReceipt(settings, {
    table: "sessions",
    date: settings.date,
    part,
    path,
    bytes: bytes.length,
    rows: rows.rowCount,
    sums,
  });
  const value = { rows: rows.rowCount, daily: daily.encode(), transitions: transitions.encode(), events: events.encode() };
  return { value };
}
