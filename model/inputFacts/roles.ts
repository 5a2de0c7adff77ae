import type { ColumnSource, Config } from "../config";
import type { Reason } from "../reasons";

/** What a column of the logs is used for. */
export interface ColumnRole {
  readonly column: string;
  /** Key of the settings, e.g. `input.user`. */
  readonly setting: string;
  /** Which changes of its values' looks matter: all, that numbers are no numbers, or only that all of them change. */
  readonly types: "all" | "numbers" | "total";
  /** Why rows are set aside that lack it, or have something else there. */
  readonly explains: readonly Reason[];
}

/** The columns that the settings use, each once, the most important first. */
export function columnRoles({ input, traffic }: Config): ColumnRole[] {
  const found = new Map<string, ColumnRole>();
  const add = (column: string | null, setting: string, types: ColumnRole["types"], explains: readonly Reason[]) => {
    if (column !== null && !found.has(column)) found.set(column, { column, setting, types, explains });
  };
  const of = (source: ColumnSource | null) => (source !== null && "column" in source ? source.column : null);
  add(of(input.user), "input.user", "all", ["missing_user"]);
  add(input.time.column, "input.time", "all", ["missing_time", "bad_time"]);
  for (const column of input.event.columns) add(column, "input.event", "total", ["missing_event"]);
  add(of(input.app), "input.app", "total", ["missing_app"]);
  add(of(input.sessionId), "input.sessionId", "all", ["given_session_missing"]);
  add(of(input.eventId), "input.eventId", "all", []);
  add(input.receivedTime?.column ?? null, "input.receivedTime", "all", ["clock_ahead"]);
  add(traffic.robotsByUserAgent ? of(input.userAgent) : null, "input.userAgent", "total", []);
  add(traffic.robotColumn, "traffic.robotColumn", "all", []);
  for (const { name, column, type } of input.attributes) {
    add(column, `attribute ${name}`, type === "number" ? "numbers" : "total", []);
  }
  return [...found.values()];
}
