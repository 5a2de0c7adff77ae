import type { Catalogue } from "../../model/catalogue";
import type { AppsConfig, ColumnSource, Config, InputConfig, TrafficConfig } from "../../model/config";
import type { FieldPlan } from "../../io/formats/rows";
import type { UsersByDaySettings } from "./usersByDay";

/** Time range `[fromMs, toMs)`, UTC epoch milliseconds; null reads everything. */
export interface TimeRange {
  readonly fromMs: number;
  readonly toMs: number;
}

/** All a worker needs to turn a split into event blocks, as plain data. */
export interface ReadSettings {
  readonly input: InputConfig;
  readonly apps: AppsConfig;
  readonly traffic: Pick<TrafficConfig, "robotsByUserAgent" | "robotUsers" | "staffUsers" | "robotColumn">;
  readonly catalogue: Catalogue | null;
  /** Which identity map is meant (`identityHashOf`); null where there is none. */
  readonly identityHash: string | null;
  readonly range: TimeRange | null;
  readonly shards: number;
  /** How closely to look at the columns beside the events' own path; absent: not at all. */
  readonly facts?: FactsSettings;
  /** Which days' users to remember, for a map of identities that changes later; absent, or without a map: none. */
  readonly users?: UsersByDaySettings;
}

/** Which rows are looked at for `InputFacts`. */
export interface FactsSettings {
  /** Zone of the local days that facts are kept by. */
  readonly zone: string;
  /** Of every so many bytes of text, the first row that begins there. */
  readonly everyBytes: number;
  /** Of every so many rows of a Parquet file, the one in the middle. */
  readonly everyRows: number;
}

export function readSettingsOf(
  config: Config,
  { catalogue, identityHash }: Pick<ReadSettings, "catalogue" | "identityHash">,
  range: TimeRange | null,
  shards: number,
): ReadSettings {
  const { robotsByUserAgent, robotUsers, staffUsers, robotColumn } = config.traffic;
  return {
    input: config.input,
    apps: config.apps,
    traffic: { robotsByUserAgent, robotUsers, staffUsers, robotColumn },
    catalogue,
    identityHash,
    range,
    shards,
  };
}

/** Slot of each part of an event among the wanted columns, -1 where there is no such column. */
export interface EventRoles {
  readonly user: number;
  readonly time: number;
  readonly event: readonly number[];
  readonly app: number;
  readonly session: number;
  readonly eventId: number;
  readonly userAgent: number;
  readonly receivedTime: number;
  readonly robot: number;
  readonly numbers: readonly number[];
  readonly texts: readonly number[];
}

/** Which columns to read, and what each is for. Columns used twice are read once. */
export function planColumns(settings: Pick<ReadSettings, "input" | "traffic">): { plan: FieldPlan; roles: EventRoles } {
  const { input, traffic } = settings;
  const columns: string[] = [];
  const hashed: boolean[] = [];
  const slot = (column: string | null, wantsHash: boolean): number => {
    if (column === null) return -1;
    let index = columns.indexOf(column);
    if (index < 0) {
      index = columns.push(column) - 1;
      hashed.push(false);
    }
    hashed[index] ||= wantsHash;
    return index;
  };
  const columnOf = (source: ColumnSource | null) => (source !== null && "column" in source ? source.column : null);
  const attributes = (type: "number" | "string") => input.attributes.filter((attribute) => attribute.type === type);
  const roles: EventRoles = {
    user: slot(columnOf(input.user), true),
    time: slot(input.time.column, false),
    event: input.event.columns.map((column) => slot(column, true)),
    app: slot(columnOf(input.app), true),
    session: slot(columnOf(input.sessionId), true),
    eventId: slot(columnOf(input.eventId), true),
    userAgent: traffic.robotsByUserAgent ? slot(columnOf(input.userAgent), true) : -1,
    receivedTime: slot(input.receivedTime?.column ?? null, false),
    robot: slot(traffic.robotColumn, true),
    numbers: attributes("number").map(({ column }) => slot(column, false)),
    texts: attributes("string").map(({ column }) => slot(column, true)),
  };
  return { plan: { columns, hashed }, roles };
}
