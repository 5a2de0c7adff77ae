import { dateOfDay, dayOfMs } from "../../model/localDays";
import {
  smallest,
  undatedKey,
  VALUE_SKETCH,
  type ColumnFacts,
  type DayFacts,
  type InputFacts,
} from "../../model/inputFacts/facts";
import { isBlank, NESTED, VALUE_TYPES, valueHash, valueTypeOf } from "../../model/inputFacts/valueType";
import { TimeParser } from "../../io/time/timeParser";
import { planColumns, type ReadSettings } from "./readSettings";

/** Of a row in hand: texts by column, null for a value that is nested. Columns without a value are absent. */
export type RowCells = Iterable<readonly [column: string, value: string | null]>;

/** Columns kept of a day beside those that are used: rows with ids for keys would bring new ones without end. */
const MAX_COLUMNS = 256;
/** Times outside of these years are no times of events. */
const FIRST_MS = Date.UTC(2000, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);

const QUARTER_MS = 15 * 60_000;

const isPlausible = (ms: number) => ms >= FIRST_MS && ms < LAST_MS;

interface OpenColumn {
  present: number;
  blank: number;
  readonly types: Float64Array;
  /** Smallest hashes so far, with room to spare. */
  values: Set<number>;
  limit: number;
}

interface OpenDay {
  rows: number;
  wholeRows: number;
  readonly columns: Map<string, OpenColumn>;
}

/** Counts what rows of one file look like, by local day and column. */
export class FactsCollector {
  private readonly days = new Map<string, OpenDay>();
  private readonly times: TimeParser;
  /** For times that are no longer written as the settings say: the day they tell is the day they changed. */
  private readonly anyTimes: TimeParser;
  private readonly timeColumn: string;
  private readonly wanted: ReadonlySet<string>;
  /** Days met so far by quarter of an hour: calendars are slow, and rows need not come in order. No zone's day begins inside of one. */
  private readonly keyOfQuarter = new Map<number, string>();

  /** @param zone of the local days */
  constructor(
    settings: Pick<ReadSettings, "input" | "traffic">,
    private readonly zone: string,
    private readonly path: string,
  ) {
    const { input } = settings;
    this.wanted = new Set(planColumns(settings).plan.columns);
    this.times = new TimeParser(input.time.format, input.time.zone);
    this.anyTimes = new TimeParser("auto", input.time.zone);
    this.timeColumn = input.time.column;
  }

  /** @param isWhole whether `cells` are of all columns; else of those that the settings use */
  add(cells: RowCells, isWhole = true): void {
    const row = [...cells];
    const time = row.find(([column]) => column === this.timeColumn)?.[1] ?? null;
    const day = this.dayOf(time);
    day.rows++;
    if (isWhole) day.wholeRows++;
    for (const [name, value] of row) {
      let column = day.columns.get(name);
      if (column === undefined) {
        if (day.columns.size >= MAX_COLUMNS && !this.wanted.has(name)) continue;
        column = { present: 0, blank: 0, types: new Float64Array(VALUE_TYPES.length), values: new Set(), limit: Infinity };
        day.columns.set(name, column);
      }
      column.present++;
      if (value === null) column.types[NESTED]!++;
      else if (isBlank(value)) column.blank++;
      else {
        column.types[valueTypeOf(value)]!++;
        remember(column, valueHash(value));
      }
    }
  }

  facts(): InputFacts {
    const days = [...this.days].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(days.map(([key, day]) => [key, closed(day)]));
  }

  private dayOf(time: string | null): OpenDay {
    const key = this.keyOf(time);
    let day = this.days.get(key);
    if (day === undefined) {
      day = { rows: 0, wholeRows: 0, columns: new Map() };
      this.days.set(key, day);
    }
    return day;
  }

  private keyOf(time: string | null): string {
    const bytes = time === null || time === "" ? null : Buffer.from(time, "utf8");
    if (bytes === null) return undatedKey(this.path);
    let ms = this.times.parse(bytes, 0, bytes.length);
    if (!isPlausible(ms)) ms = this.anyTimes.parse(bytes, 0, bytes.length);
    if (!isPlausible(ms)) return undatedKey(this.path);
    const quarter = Math.floor(ms / QUARTER_MS);
    let key = this.keyOfQuarter.get(quarter);
    if (key === undefined) {
      key = dateOfDay(dayOfMs(ms, this.zone));
      this.keyOfQuarter.set(quarter, key);
    }
    return key;
  }
}

function remember(column: OpenColumn, hash: number): void {
  if (hash > column.limit) return;
  column.values.add(hash);
  if (column.values.size < 8 * VALUE_SKETCH) return;
  const kept = smallest(column.values);
  column.values = new Set(kept);
  column.limit = kept.at(-1);
}

function closed(day: OpenDay): DayFacts {
  const columns = [...day.columns].sort(([a], [b]) => (a < b ? -1 : 1));
  const facts = ({ present, blank, types, values }: OpenColumn): ColumnFacts => ({
    present,
    blank,
    types: Array.from(types),
    values: smallest(values),
  });
  const { rows, wholeRows } = day;
  return {
    rows,
    ...(wholeRows < rows && { wholeRows }),
    columns: Object.fromEntries(columns.map(([name, column]) => [name, facts(column)])),
  };
}
