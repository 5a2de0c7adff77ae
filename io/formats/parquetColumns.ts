import { DataType, DateUnit, Precision, TimeUnit, type Data, type Dictionary } from "apache-arrow";
import { CLOCK_MS, MISSING, NUMBER, TEXT, TIME_MS, type RowFields } from "./rows";
import type { Scratch } from "./utf8";

/** Puts one cell of an Arrow column into a row's fields; texts go to the scratch buffer. */
export interface CellReader {
  put(row: number, slot: number, fields: RowFields, scratch: Scratch): void;
}

/**
 * A reader of a column of one record batch. Strings, numbers, booleans, decimals, dates, timestamps and dictionaries are known; lists
 * and other nested values count as missing. `asText`: numbers and times are written out, for columns that name something. `inPlace`:
 * texts are not copied, see `commonBuffer`.
 */
export function cellReader(data: Data, asText: boolean, inPlace = false): CellReader {
  const { type } = data;
  if (isText(data)) return inPlace ? new TextCellsInPlace(data) : new TextCells(data);
  if (DataType.isDictionary(type)) return new DictionaryCells(data as Data<Dictionary>, asText);
  if (DataType.isBool(type)) return new BooleanCells(data);
  const numbers = numbersOf(data);
  return numbers === null ? NO_CELLS : new NumberCells(data, numbers.values, numbers.kind, asText ? numbers.text : null);
}

const isText = ({ type }: Data) => DataType.isUtf8(type) || DataType.isBinary(type) || isLargeText(type);
const isLargeText = (type: DataType) => DataType.isLargeUtf8(type) || DataType.isLargeBinary(type);

/** Where the texts of a column begin and end in its values: below 2^31, since a batch is at most that large. */
function textOffsets(data: Data): Int32Array {
  const offsets = data.valueOffsets as unknown as Int32Array | BigInt64Array;
  if (offsets instanceof Int32Array) return offsets;
  const words = new Int32Array(offsets.buffer, offsets.byteOffset, offsets.length * 2);
  const low = new Int32Array(offsets.length);
  for (let i = 0; i < low.length; i++) low[i] = words[2 * i]!;
  return low;
}

/**
 * The buffer in which all texts of these columns lie, so that rows can point into it; null where they lie in several, or where texts
 * must be made. Columns read from one record batch share their buffer.
 */
export function commonBuffer(columns: readonly Data[], asText: readonly boolean[]): Uint8Array | null {
  let buffer: ArrayBufferLike | null = null;
  for (const [i, data] of columns.entries()) {
    if (!isText(data)) {
      if (asText[i] === true || DataType.isBool(data.type) || DataType.isDictionary(data.type)) return null;
    } else if (buffer === null) buffer = (data.values as Uint8Array).buffer;
    else if (buffer !== (data.values as Uint8Array).buffer) return null;
  }
  return buffer === null || buffer.byteLength > 0x7fffffff ? null : new Uint8Array(buffer);
}

const NO_CELLS: CellReader = {
  put(_row, slot, fields) {
    fields.kind[slot] = MISSING;
  },
};

/** Which rows have no value; asked of Arrow once, since its own getters cost a call a cell. */
class Nulls {
  private readonly some: boolean;
  private readonly bitmap: Uint8Array;

  constructor({ nullBitmap, nullCount }: Data) {
    this.some = nullCount > 0;
    this.bitmap = nullBitmap;
  }

  at(row: number): boolean {
    return this.some && ((this.bitmap[row >> 3]! >> (row & 7)) & 1) === 0;
  }
}

class TextCells implements CellReader {
  private readonly values: Uint8Array;
  private readonly offsets: Int32Array;
  private readonly nulls: Nulls;

  constructor(data: Data) {
    this.nulls = new Nulls(data);
    this.values = data.values as Uint8Array;
    this.offsets = textOffsets(data);
  }

  put(row: number, slot: number, fields: RowFields, scratch: Scratch): void {
    if (this.nulls.at(row)) {
      fields.kind[slot] = MISSING;
      return;
    }
    const { values, offsets } = this;
    const from = offsets[row]!;
    const end = offsets[row + 1]!;
    scratch.reserve(end - from);
    const { bytes } = scratch;
    let at = scratch.length;
    fields.kind[slot] = TEXT;
    fields.start[slot] = at;
    let hash = 0;
    for (let i = from; i < end; i++) {
      const x = values[i]!;
      hash = (Math.imul(hash, 31) + x) | 0;
      bytes[at++] = x;
    }
    fields.end[slot] = at;
    fields.hash[slot] = hash;
    scratch.length = at;
  }
}

/** Texts that stay where they are, in the buffer all columns share. */
class TextCellsInPlace implements CellReader {
  private readonly values: Uint8Array;
  private readonly offsets: Int32Array;
  private readonly nulls: Nulls;

  constructor(data: Data) {
    this.nulls = new Nulls(data);
    this.values = data.values as Uint8Array;
    this.offsets = textOffsets(data);
  }

  put(row: number, slot: number, fields: RowFields): void {
    if (this.nulls.at(row)) {
      fields.kind[slot] = MISSING;
      return;
    }
    const { values, offsets } = this;
    const from = offsets[row]!;
    const end = offsets[row + 1]!;
    let hash = 0;
    for (let i = from; i < end; i++) {
      hash = (Math.imul(hash, 31) + values[i]!) | 0;
    }
    fields.kind[slot] = TEXT;
    fields.start[slot] = values.byteOffset + from;
    fields.end[slot] = values.byteOffset + end;
    fields.hash[slot] = hash;
  }
}

class DictionaryCells implements CellReader {
  private readonly indices: ArrayLike<number>;
  private readonly readers: CellReader[];
  private readonly starts: number[] = [];
  private readonly nulls: Nulls;

  constructor(data: Data<Dictionary>, asText: boolean) {
    this.nulls = new Nulls(data as Data);
    this.indices = numbersOf(data.clone(data.type.indices) as Data)?.values ?? [];
    const chunks = data.dictionary?.data ?? [];
    let start = 0;
    for (const chunk of chunks) {
      this.starts.push(start);
      start += chunk.length;
    }
    this.readers = chunks.map((chunk) => cellReader(chunk as Data, asText));
  }

  put(row: number, slot: number, fields: RowFields, scratch: Scratch): void {
    if (this.nulls.at(row)) {
      fields.kind[slot] = MISSING;
      return;
    }
    const index = this.indices[row]!;
    let chunk = this.starts.length - 1;
    while (chunk > 0 && this.starts[chunk]! > index) chunk--;
    this.readers[chunk]!.put(index - this.starts[chunk]!, slot, fields, scratch);
  }
}

class BooleanCells implements CellReader {
  private readonly bits: Uint8Array;
  private readonly nulls: Nulls;

  constructor(data: Data) {
    this.nulls = new Nulls(data);
    this.bits = data.values as Uint8Array;
  }

  put(row: number, slot: number, fields: RowFields, scratch: Scratch): void {
    const isSet = ((this.bits[row >> 3]! >> (row & 7)) & 1) === 1;
    if (this.nulls.at(row)) fields.kind[slot] = MISSING;
    else putText(isSet ? "true" : "false", slot, fields, scratch);
  }
}

class NumberCells implements CellReader {
  private readonly nulls: Nulls;

  constructor(
    data: Data,
    private readonly values: ArrayLike<number>,
    private readonly kind: number,
    private readonly text: ((row: number) => string) | null,
  ) {
    this.nulls = new Nulls(data);
  }

  put(row: number, slot: number, fields: RowFields, scratch: Scratch): void {
    if (this.nulls.at(row)) fields.kind[slot] = MISSING;
    else if (this.text !== null) putText(this.text(row), slot, fields, scratch);
    else {
      fields.kind[slot] = this.kind;
      fields.value[slot] = this.values[row]!;
    }
  }
}

function putText(text: string, slot: number, fields: RowFields, scratch: Scratch): void {
  const start = scratch.length;
  scratch.text(text);
  fields.kind[slot] = TEXT;
  fields.start[slot] = start;
  fields.end[slot] = scratch.length;
  let hash = 0;
  for (let i = start; i < scratch.length; i++) {
    hash = (Math.imul(hash, 31) + scratch.bytes[i]!) | 0;
  }
  fields.hash[slot] = hash;
}

interface Numbers {
  readonly values: ArrayLike<number>;
  readonly kind: number;
  readonly text: (row: number) => string;
}

/** A numeric column as numbers, times in milliseconds; null for other types. */
function numbersOf(data: Data): Numbers | null {
  const { type } = data;
  const raw = data.values as ArrayLike<number | bigint>;
  const isoText = (values: ArrayLike<number>, zone: string) => (row: number) =>
    new Date(values[row]!).toISOString().replace("Z", zone);
  if (DataType.isInt(type) || DataType.isFloat(type)) {
    if (DataType.isFloat(type) && type.precision === Precision.HALF) return null;
    return { values: asDoubles(raw, 1), kind: NUMBER, text: (row) => String(raw[row]) };
  }
  if (DataType.isTimestamp(type)) {
    const perMs: Record<number, number> = {
      [TimeUnit.SECOND]: 1000,
      [TimeUnit.MILLISECOND]: 1,
      [TimeUnit.MICROSECOND]: 1e-3,
      [TimeUnit.NANOSECOND]: 1e-6,
    };
    const values = asDoubles(raw, perMs[type.unit] ?? 1);
    const isUtc = type.timezone !== null && type.timezone !== undefined;
    return { values, kind: isUtc ? TIME_MS : CLOCK_MS, text: isoText(values, isUtc ? "Z" : "") };
  }
  if (DataType.isDate(type)) {
    const values = asDoubles(raw, type.unit === DateUnit.DAY ? 86_400_000 : 1);
    return { values, kind: CLOCK_MS, text: isoText(values, "") };
  }
  if (DataType.isDecimal(type)) {
    const words = data.values as Uint32Array;
    const { scale, bitWidth } = type;
    const values = Float64Array.from({ length: data.length }, (_, row) => decimalOf(words, row, bitWidth / 32) / 10 ** scale);
    return { values, kind: NUMBER, text: (row) => String(values[row]) };
  }
  return null;
}

/** Integers times `factor`, cut to whole numbers where it makes them smaller. 64-bit integers beyond 2^53 lose digits. */
function asDoubles(values: ArrayLike<number | bigint>, factor: number): ArrayLike<number> {
  const isBig = values instanceof BigInt64Array || values instanceof BigUint64Array;
  if (!isBig && factor === 1) return values as ArrayLike<number>;
  const result = new Float64Array(values.length);
  if (isBig) {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
    const isSigned = values instanceof BigInt64Array;
    for (let i = 0; i < result.length; i++) {
      const high = words[2 * i + 1]!;
      result[i] = (isSigned ? high | 0 : high) * 4294967296 + words[2 * i]!;
    }
  } else result.set(values as ArrayLike<number>);
  if (factor > 1) for (let i = 0; i < result.length; i++) result[i]! *= factor;
  if (factor < 1) {
    const divisor = Math.round(1 / factor);
    for (let i = 0; i < result.length; i++) result[i] = Math.floor(result[i]! / divisor);
  }
  return result;
}

function decimalOf(words: Uint32Array, row: number, count: number): number {
  const at = row * count;
  let value = words[at + count - 1]! | 0;
  for (let i = count - 2; i >= 0; i--) {
    value = value * 4294967296 + words[at + i]!;
  }
  return value;
}
