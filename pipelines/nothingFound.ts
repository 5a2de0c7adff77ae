import { UserError } from "../model/errors";
import type { ReadCounts } from "../transforms/events/readCounts";

/** No event in the range asked for: says which range the data has, and why rows were set aside. */
export function nothingFound(dates: { readonly from: string; readonly to: string } | null, read: ReadCounts): UserError {
  const range =
    read.firstMs === null || read.lastMs === null
      ? "no row with a readable time was found"
      : `the data goes from ${new Date(read.firstMs).toISOString()} to ${new Date(read.lastMs).toISOString()}`;
  const asked =
    dates === null ? "in the input" : dates.from === dates.to ? `on ${dates.from}` : `from ${dates.from} to ${dates.to}`;
  const setAside = Object.entries(read.setAside).map(([reason, rows]) => `${rows} ${reason}`);
  return new UserError(`no events ${asked}: ${range}`, [
    `rows read: ${read.rowsRead}${setAside.length > 0 ? `; set aside: ${setAside.join(", ")}` : ""}`,
  ]);
}
