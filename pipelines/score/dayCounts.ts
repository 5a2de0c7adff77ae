import type { RunManifest } from "../../io/runs/manifest";
import { APP_EVENTS_SUM, APP_SESSIONS_SUM, CATEGORY_SUM, type Receipt } from "../../transforms/output/writeSettings";

/** What the tables hold, in numbers. */
export type DayCounts = Required<Omit<RunManifest["day"], "noise">>;

/** Counts of a day by its receipts; of several days, all but those by category and app. */
export function dayCounts(receipts: readonly Receipt[]): DayCounts {
  const sessions = receipts.filter(({ table }) => table === "sessions");
  const sum = (name: string) => sessions.reduce((total, { sums }) => total + (sums[name] ?? 0), 0);
  const daily = receipts.find(({ table }) => table === "daily")?.sums ?? {};
  const events = withPrefix(daily, APP_EVENTS_SUM);
  return {
    sessions: sessions.reduce((total, { rows }) => total + rows, 0),
    events: sum("events"),
    duplicates: sum("duplicates"),
    unknownEvents: sum("unknownEvents"),
    categories: Object.fromEntries(withPrefix(daily, CATEGORY_SUM)),
    apps: Object.fromEntries(
      [...withPrefix(daily, APP_SESSIONS_SUM)].map(([app, count]) => [app, { sessions: count, events: events.get(app) ?? 0 }]),
    ),
  };
}

const withPrefix = (sums: Receipt["sums"], prefix: string) =>
  new Map(Object.entries(sums).flatMap(([name, count]) => (name.startsWith(prefix) ? [[name.slice(prefix.length), count]] : [])));
