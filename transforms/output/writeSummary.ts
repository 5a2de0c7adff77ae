import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
import { writeParquet } from "../../io/parquet/writeParquet";
import { placeOf } from "../../io/places/place";
import type { TableSchema } from "../../model/tables/tableSchema";
import { dailyTable, eventCountsTable, transitionsTable } from "../../model/tables/tables";
import { DAILY_COUNTS } from "./summaries";
import { summaryColumns } from "./summaryColumns";
import { Tally, type TallyRow } from "./tally";
import { writeReceipt } from "./writeReceipt";
import { APP_EVENTS_SUM, APP_SESSIONS_SUM, CATEGORY_SUM, partPath, type WriteSettings } from "./writeSettings";

/** Keys of the tallies between the stages. */
export const SUMMARY_KEYS = ["daily", "transitions", "event_counts"] as const;
export type SummaryKey = (typeof SUMMARY_KEYS)[number];

const SCHEMA: Readonly<Record<SummaryKey, (settings: WriteSettings) => TableSchema>> = {
  daily: ({ attributes }) => dailyTable(attributes),
  transitions: transitionsTable,
  event_counts: eventCountsTable,
};

/** Writes the only part file of a small table, and its receipt. */
export async function writeSummary(table: SummaryKey, tally: Tally, settings: WriteSettings): Promise<void> {
  const constants = { model: settings.modelId, run_id: settings.runId };
  const bytes = writeParquet(summaryColumns(SCHEMA[table](settings), tally, constants, (i) => DAILY_COUNTS.length + i));
  const path = partPath(settings.date, 0, settings.fingerprint);
  await placeOf(settings.root).write(`${settings.root}/${table}/${path}`, bytes);
  const rows = tally.sorted();
  const sums = table === "daily" ? dailySums(rows) : {};
  await writeReceipt(settings, { table, date: settings.date, part: 0, path, bytes: bytes.length, rows: rows.length, sums });
}

function dailySums(rows: readonly TallyRow[]): Record<string, number> {
  const sums: Record<string, number> = { sessions: 0 };
  const add = (name: string, count: number) => (sums[name] = (sums[name] ?? 0) + count);
  for (const { key, counts } of rows) {
    const [sessions, events] = [counts[DAILY_COUNTS.indexOf("sessions")]!, counts[DAILY_COUNTS.indexOf("events")]!];
    add("sessions", sessions);
    add(`${CATEGORY_SUM}${key[2]}`, sessions);
    add(`${APP_SESSIONS_SUM}${key[0]}`, sessions);
    add(`${APP_EVENTS_SUM}${key[0]}`, events);
  }
  return sums;
}

/** KV<table, tally of the day> → nothing. */
export class WriteSummaryFn extends BlockFn {
  constructor(private readonly settings: WriteSettings) {
    super();
  }

  override async process({ key, value }: KeyedBytes): Promise<void> {
    await writeSummary(key as SummaryKey, new Tally().addEncoded(value), this.settings);
  }
}

registered("transforms/output/writeSummary", { WriteSummaryFn });
