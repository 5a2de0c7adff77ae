import { addExactly, type ExactSum } from "../../ml/exactSum";
import { stringAt, stringCount, TRAFFIC } from "../../model/sessionBlock";
import { NO_NEXT } from "../../model/tables/tables";
import { gatherStrings, type PartRows } from "./partRows";
import { gather, sameBytes, type RowCategories } from "./sessionColumns";
import { Tally } from "./tally";
import type { WriteSettings } from "./writeSettings";

/** Counts of a `daily` row, in this order; then one count of sessions with a value for each numeric attribute. */
export const DAILY_COUNTS = ["sessions", "users", "events", "duration_ms", "unsure", "unknown_events"] as const;

/** What a part adds to the small tables. A user's sessions are all in one part, so users and transitions are exact. */
export interface PartSummaries {
  /** Key: app, traffic, category id, category. */
  readonly daily: Tally;
  /** Key: app, traffic, category id, category, next category id, next category. */
  readonly transitions: Tally;
  /** Key: app, traffic, event. */
  readonly events: Tally;
  /** For the receipt. */
  readonly sums: Readonly<Record<"events" | "duplicates" | "unknownEvents" | "users", number>>;
}

export function summarise(part: PartRows, categories: RowCategories, settings: WriteSettings): PartSummaries {
  const apps = appNames(part);
  const traffic = gather(part, Uint8Array, (block) => block.traffic);
  const users = sumDaily(part, settings, apps, traffic, categories);
  const total = (values: Uint32Array) => values.reduce((sum, value) => sum + value, 0);
  return {
    daily: users.daily,
    transitions: countTransitions(part, apps, traffic, categories),
    events: countEvents(part),
    sums: {
      events: total(gather(part, Uint32Array, (block) => block.eventCount)),
      duplicates: total(gather(part, Uint32Array, (block) => block.duplicates)),
      unknownEvents: total(gather(part, Uint32Array, ({ scores }) => scores.unknownEvents)),
      users: users.count,
    },
  };
}

/** App of every row, in written order; few apps, so names are looked up late. */
function appNames(part: PartRows): { ids: Uint32Array; nameOf: (id: number) => string } {
  return { ids: gatherStrings(part, ({ app }) => app), nameOf: (id: number) => stringAt(part.strings, id) };
}

function sumDaily(
  part: PartRows,
  settings: WriteSettings,
  apps: ReturnType<typeof appNames>,
  traffic: Uint8Array,
  categories: RowCategories,
): { daily: Tally; count: number } {
  const numeric = settings.attributes.filter(({ type }) => type === "number");
  const values = numeric.map(({ name }) => gather(part, Float64Array, ({ numbers }) => numbers.get(name) ?? []));
  const startMs = gather(part, Float64Array, (block) => block.startMs);
  const endMs = gather(part, Float64Array, (block) => block.endMs);
  const events = gather(part, Uint32Array, (block) => block.eventCount);
  const unsure = gather(part, Uint8Array, ({ scores }) => scores.unsure);
  const unknown = gather(part, Uint32Array, ({ scores }) => scores.unknownEvents);
  /** By app, traffic and category as one number. */
  const cells = new Map<number, { counts: number[]; sums: ExactSum[]; lastUser: number }>();
  const categoryCount = categories.ids.length;
  let user = -1;
  for (let n = 0; n < part.rowCount; n++) {
    const isNewUser = n === 0 || apps.ids[n] !== apps.ids[n - 1] || !sameUser(part, n - 1, n);
    if (isNewUser) user++;
    const cellKey = (apps.ids[n]! * TRAFFIC.length + traffic[n]!) * categoryCount + categories.codes[n]!;
    let cell = cells.get(cellKey);
    if (cell === undefined) {
      cell = { counts: Array<number>(DAILY_COUNTS.length + numeric.length).fill(0), sums: numeric.map(() => []), lastUser: -1 };
      cells.set(cellKey, cell);
    }
    const { counts, sums } = cell;
    counts[0]! += 1;
    if (cell.lastUser !== user) counts[1]! += 1;
    cell.lastUser = user;
    counts[2]! += events[n]!;
    counts[3]! += endMs[n]! - startMs[n]!;
    counts[4]! += unsure[n]!;
    counts[5]! += unknown[n]!;
    for (let a = 0; a < values.length; a++) {
      const value = values[a]![n]!;
      if (!Number.isFinite(value)) continue;
      counts[DAILY_COUNTS.length + a]! += 1;
      addExactly(sums[a]!, value);
    }
  }
  const daily = new Tally();
  for (const [cellKey, { counts, sums }] of cells) {
    const category = cellKey % categoryCount;
    const rest = Math.floor(cellKey / categoryCount);
    const app = apps.nameOf(Math.floor(rest / TRAFFIC.length));
    daily.add([app, TRAFFIC[rest % TRAFFIC.length]!, categories.ids[category]!, categories.names[category]!], counts, sums);
  }
  return { daily, count: user + 1 };
}

function countTransitions(
  part: PartRows,
  apps: ReturnType<typeof appNames>,
  traffic: Uint8Array,
  categories: RowCategories,
): Tally {
  const { codes, ids, names } = categories;
  const cells = new Map<number, number>();
  const width = ids.length + 1;
  for (let n = 0; n < part.rowCount; n++) {
    const hasNext = n + 1 < part.rowCount && apps.ids[n] === apps.ids[n + 1] && sameUser(part, n, n + 1);
    const next = hasNext ? codes[n + 1]! : ids.length;
    const cell = ((apps.ids[n]! * TRAFFIC.length + traffic[n]!) * width + codes[n]!) * width + next;
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  const transitions = new Tally();
  for (const [cell, count] of cells) {
    const next = cell % width;
    const from = Math.floor(cell / width) % width;
    const rest = Math.floor(cell / width / width);
    const app = apps.nameOf(Math.floor(rest / TRAFFIC.length));
    const key = [app, TRAFFIC[rest % TRAFFIC.length]!, ids[from]!, names[from]!, ids[next] ?? NO_NEXT, names[next] ?? NO_NEXT];
    transitions.add(key, [count]);
  }
  return transitions;
}

function countEvents({ blocks, stringIds, strings }: PartRows): Tally {
  const count = stringCount(strings);
  /** By app and traffic: events and sessions of every name. */
  const cells = new Map<number, { readonly events: Float64Array; readonly sessions: Float64Array }>();
  blocks.forEach((block, b) => {
    const ids = stringIds[b]!;
    for (let i = 0; i < block.sessionCount; i++) {
      const key = ids[block.app[i]!]! * TRAFFIC.length + block.traffic[i]!;
      let cell = cells.get(key);
      if (cell === undefined) {
        cell = { events: new Float64Array(count), sessions: new Float64Array(count) };
        cells.set(key, cell);
      }
      const end = block.bagOffsets[i + 1]!;
      for (let j = block.bagOffsets[i]!; j < end; j++) {
        const event = ids[block.bagEvents[j]!]!;
        cell.events[event]! += block.bagCounts[j]!;
        cell.sessions[event]! += 1;
      }
    }
  });
  const tally = new Tally();
  for (const [key, { events, sessions }] of cells) {
    const app = stringAt(strings, Math.floor(key / TRAFFIC.length));
    for (let event = 0; event < count; event++) {
      if (sessions[event] === 0) continue;
      tally.add([app, TRAFFIC[key % TRAFFIC.length]!, stringAt(strings, event)], [events[event]!, sessions[event]!]);
    }
  }
  return tally;
}

const sameUser = ({ order, users }: PartRows, a: number, b: number) =>
  sameBytes(users.bytes, users.offsets, order[a]!, order[b]!);
