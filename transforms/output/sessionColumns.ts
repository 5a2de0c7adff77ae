import type { ParquetColumn } from "../../io/parquet/column";
import type { ScoredBlock } from "../../model/scoredBlock";
import { END_REASONS, toStringTable, TRAFFIC, type StringTable } from "../../model/sessionBlock";
import { storedColumns } from "../../model/tables/tableSchema";
import { sessionsTable } from "../../model/tables/tables";
import { gatherStrings, type PartRows } from "./partRows";
import { sessionIds } from "./sessionIds";
import type { WriteSettings } from "./writeSettings";

/** The columns of the `sessions` table for a part's rows, in their written order. */
export function sessionColumns(part: PartRows, categories: RowCategories, settings: WriteSettings): ParquetColumn[] {
  const { rowCount, strings } = part;
  const texts = (column: (block: ScoredBlock) => Uint32Array) => ({
    type: "string" as const,
    values: strings,
    codes: gatherStrings(part, column),
  });
  const names = (values: StringTable, codes: Uint8Array | Uint32Array) => ({ type: "string" as const, values, codes });
  const constant = (text: string) => names(toStringTable([text]), new Uint8Array(rowCount));
  const startMs = gather(part, Float64Array, ({ startMs }) => startMs);
  const endMs = gather(part, Float64Array, ({ endMs }) => endMs);
  const columns: Record<string, () => Omit<ParquetColumn, "name">> = {
    session_id: () => ({ type: "string", strings: sessionIds(part) }),
    user: () => userColumn(part),
    app: () => texts(({ app }) => app),
    start: () => ({ type: "timestamp", numbers: startMs }),
    end: () => ({ type: "timestamp", numbers: endMs }),
    duration_s: () => ({ type: "double", numbers: endMs.map((end, i) => (end - startMs[i]!) / 1000) }),
    event_count: () => ({ type: "integer", numbers: gather(part, Uint32Array, ({ eventCount }) => eventCount) }),
    distinct_events: () => ({ type: "integer", numbers: distinctEvents(part) }),
    first_event: () => texts(({ firstEvent }) => firstEvent),
    last_event: () => texts(({ lastEvent }) => lastEvent),
    end_reason: () =>
      names(
        toStringTable(END_REASONS),
        gather(part, Uint8Array, ({ endReason }) => endReason),
      ),
    traffic: () =>
      names(
        toStringTable(TRAFFIC),
        gather(part, Uint8Array, ({ traffic }) => traffic),
      ),
    category_id: () => names(toStringTable(categories.ids), categories.codes),
    category: () => names(toStringTable(categories.names), categories.codes),
    confidence: () => ({ type: "double", numbers: sixDecimals(gather(part, Float64Array, ({ scores }) => scores.confidence)) }),
    unsure: () => ({ type: "boolean", numbers: gather(part, Uint8Array, ({ scores }) => scores.unsure) }),
    noise_feature: () => ({
      type: "double",
      numbers: sixDecimals(gather(part, Float64Array, ({ scores }) => scores.noiseFeature)),
    }),
    unknown_events: () => ({ type: "integer", numbers: gather(part, Uint32Array, ({ scores }) => scores.unknownEvents) }),
    duplicates_dropped: () => ({ type: "integer", numbers: gather(part, Uint32Array, ({ duplicates }) => duplicates) }),
    model: () => constant(settings.modelId),
    run_id: () => constant(settings.runId),
  };
  for (const { name, type } of settings.attributes) {
    columns[name] =
      type === "number"
        ? () => ({ type: "double", numbers: gather(part, Float64Array, ({ numbers }) => attribute(numbers, name)) })
        : () => texts(({ texts }) => attribute(texts, name));
  }
  return storedColumns(sessionsTable(settings.attributes)).map(({ name }) => ({ name, ...columns[name]!() }) as ParquetColumn);
}

/** Category of every row, in written order, as an index into the categories of all blocks. */
export interface RowCategories {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly codes: Uint32Array;
}

export function categoryCodes(part: PartRows): RowCategories {
  const ids: string[] = [];
  const names: string[] = [];
  const known = new Map<string, number>();
  const codeOf = part.blocks.map(({ scores }) =>
    scores.categoryIds.map((id, i) => {
      let code = known.get(id);
      if (code === undefined) {
        code = ids.push(id) - 1;
        names.push(scores.categoryNames[i]!);
        known.set(id, code);
      }
      return code;
    }),
  );
  const { order, blocks, blockOf, rowInBlock } = part;
  const sources = blocks.map(({ scores }) => scores.category);
  const codes = new Uint32Array(order.length);
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    const b = blockOf[row]!;
    codes[n] = codeOf[b]![sources[b]![rowInBlock[row]!]!]!;
  }
  return { ids, names, codes };
}

/** A column of all blocks in written order. */
export function gather<T extends Float64Array | Uint32Array | Uint8Array>(
  { order, blocks, blockOf, rowInBlock }: PartRows,
  TypedArray: new (length: number) => T,
  column: (block: ScoredBlock) => ArrayLike<number>,
): T {
  const sources = blocks.map(column);
  const gathered = new TypedArray(order.length);
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    gathered[n] = sources[blockOf[row]!]![rowInBlock[row]!]!;
  }
  return gathered;
}

/** Rows are sorted by user, so a user's rows of an app share one entry. */
function userColumn({ order, users }: PartRows): Omit<ParquetColumn, "name"> {
  const { offsets, bytes } = users;
  const codes = new Uint32Array(order.length);
  const firstRows: number[] = [];
  for (let n = 0; n < order.length; n++) {
    const row = order[n]!;
    if (n === 0 || !sameBytes(bytes, offsets, order[n - 1]!, row)) firstRows.push(row);
    codes[n] = firstRows.length - 1;
  }
  const own = new Uint32Array(firstRows.length + 1);
  firstRows.forEach((row, i) => (own[i + 1] = own[i]! + offsets[row + 1]! - offsets[row]!));
  const values = new Uint8Array(own[firstRows.length]!);
  firstRows.forEach((row, i) => values.set(bytes.subarray(offsets[row], offsets[row + 1]), own[i]));
  return { type: "string", values: { offsets: own, bytes: values }, codes } as Omit<ParquetColumn, "name">;
}

/** Whether two rows have the same user. */
export function sameBytes(bytes: Uint8Array, offsets: Uint32Array, a: number, b: number): boolean {
  const length = offsets[a + 1]! - offsets[a]!;
  if (length !== offsets[b + 1]! - offsets[b]!) return false;
  for (let i = 0; i < length; i++) {
    if (bytes[offsets[a]! + i] !== bytes[offsets[b]! + i]) return false;
  }
  return true;
}

function distinctEvents(part: PartRows): Uint32Array {
  return gather(part, Uint32Array, ({ bagOffsets }) =>
    Uint32Array.from(bagOffsets.subarray(1), (end, i) => end - bagOffsets[i]!),
  );
}

/** Scores are single-precision numbers; six decimals are all they can say. */
function sixDecimals(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.round(values[i]! * 1e6) / 1e6;
  return values;
}

function attribute<T>(attributes: ReadonlyMap<string, T>, name: string): T {
  const values = attributes.get(name);
  if (values === undefined) {
    throw new RangeError(`a session block lacks the attribute ${name}`);
  }
  return values;
}
