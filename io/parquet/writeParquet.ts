import { rowsOf, type ColumnType, type ParquetColumn } from "./column";
import { encodeChunk, type EncodedChunk } from "./encodeColumn";
import { snappyCompress } from "./snappy";
import { binary, bool, encodeThrift, i32, i64, list, struct, type ThriftValue } from "./thrift";

/** Rows of a row group: bounds the memory of a writer and a reader, and lets readers skip by the statistics. */
const ROWS_PER_GROUP = 65_536;
const MAGIC = Buffer.from("PAR1");
/** Stays the same while the bytes do: the package's version is no part of them. */
const CREATED_BY = "sessionary version 1.0.0 (build 1)";

const PHYSICAL = { boolean: 0, integer: 1, date: 1, long: 2, timestamp: 2, double: 5, string: 6 } as const;
const CONVERTED: Partial<Record<ColumnType, number>> = { string: 0, date: 6, timestamp: 10 };
const PLAIN = 0;
const RLE = 3;
const RLE_DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const UNCOMPRESSED = 0;
const SNAPPY = 1;

/**
 * Writes a Parquet file (github.com/apache/parquet-format 2.9: data pages of version 1, dictionaries, Snappy, statistics), the same bytes
 * for the same columns on every machine. All columns are optional; types are the ones Spark, pandas and DuckDB agree on.
 *
 * A column chunk is one page, or two with its dictionary; a chunk that Snappy does not make a seventh smaller stays as it is.
 *
 * @throws RangeError when columns differ in length
 */
export function writeParquet(columns: readonly ParquetColumn[], rowsPerGroup = ROWS_PER_GROUP): Uint8Array {
  const rows = columns[0] === undefined ? 0 : rowsOf(columns[0]);
  for (const column of columns) {
    if (rowsOf(column) !== rows) {
      throw new RangeError(`column ${column.name} has ${rowsOf(column)} rows, ${columns[0]?.name} has ${rows}`);
    }
  }
  const parts: Uint8Array[] = [MAGIC];
  let at = MAGIC.length;
  const groups: ThriftValue[] = [];
  for (let start = 0; start < rows; start += rowsPerGroup) {
    const end = Math.min(start + rowsPerGroup, rows);
    const chunks = columns.map((column) => {
      const chunk = writeChunk(column, encodeChunk(column, start, end), end - start, at);
      parts.push(...chunk.parts);
      at += chunk.storedBytes;
      return chunk;
    });
    groups.push(
      struct(
        [
          1,
          list(
            "struct",
            chunks.map((chunk) => chunk.metadata),
          ),
        ],
        [2, i64(chunks.reduce((sum, chunk) => sum + chunk.rawBytes, 0))],
        [3, i64(end - start)],
        [6, i64(chunks.reduce((sum, chunk) => sum + chunk.storedBytes, 0))],
      ),
    );
  }
  const footer = encodeThrift(
    struct(
      [1, i32(1)],
      [2, list("struct", schemaOf(columns))],
      [3, i64(rows)],
      [4, list("struct", groups)],
      [6, binary(CREATED_BY)],
      // Order of statistics: the one each type defines.
      [
        7,
        list(
          "struct",
          columns.map(() => struct([1, struct()])),
        ),
      ],
    ),
  );
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(footer.length);
  return Buffer.concat([...parts, footer, tail, MAGIC]);
}

interface WrittenChunk {
  readonly parts: readonly Uint8Array[];
  readonly storedBytes: number;
  readonly rawBytes: number;
  readonly metadata: ThriftValue;
}

function writeChunk(column: ParquetColumn, chunk: EncodedChunk, rows: number, offset: number): WrittenChunk {
  const raw = chunk.dictionary ? [chunk.dictionary.bytes, chunk.page] : [chunk.page];
  const compressed = raw.every(isWorthCompressing) ? raw.map(snappyCompress) : raw;
  const total = (pages: readonly Uint8Array[]) => pages.reduce((sum, page) => sum + page.length, 0);
  const isSmaller = total(compressed) < WORTH_SHARE * total(raw);
  const stored = isSmaller ? compressed : raw;
  const encoding = chunk.dictionary ? RLE_DICTIONARY : PLAIN;
  const headers = stored.map((page, i) => {
    const isDictionary = chunk.dictionary !== null && i === 0;
    return encodeThrift(
      struct(
        [1, i32(isDictionary ? DICTIONARY_PAGE : DATA_PAGE)],
        [2, i32(raw[i]!.length)],
        [3, i32(page.length)],
        [5, isDictionary ? undefined : struct([1, i32(rows)], [2, i32(encoding)], [3, i32(RLE)], [4, i32(RLE)])],
        [7, isDictionary ? struct([1, i32(chunk.dictionary.count)], [2, i32(PLAIN)]) : undefined],
      ),
    );
  });
  const parts = stored.flatMap((page, i) => [headers[i]!, page]);
  const storedBytes = total(parts);
  const rawBytes = total(headers) + total(raw);
  const dataPageOffset = chunk.dictionary ? offset + headers[0]!.length + stored[0]!.length : offset;
  const metadata = struct(
    [1, i32(PHYSICAL[column.type])],
    [2, list("i32", (chunk.dictionary ? [PLAIN, RLE, RLE_DICTIONARY] : [PLAIN, RLE]).map(i32))],
    [3, list("binary", [binary(column.name)])],
    [4, i32(isSmaller ? SNAPPY : UNCOMPRESSED)],
    [5, i64(rows)],
    [6, i64(rawBytes)],
    [7, i64(storedBytes)],
    [9, i64(dataPageOffset)],
    [11, chunk.dictionary ? i64(offset) : undefined],
    [12, struct([3, i64(chunk.nullCount)], [5, bound(chunk.max)], [6, bound(chunk.min)])],
  );
  return { parts, storedBytes, rawBytes, metadata: struct([2, i64(offset)], [3, metadata]) };
}

/** Smaller than this share of the plain bytes, a compressed chunk is worth its time. */
const WORTH_SHARE = 0.86;
const SAMPLE_BYTES = 1 << 14;

/** Judges a page by its first bytes: hashes and times of day would be compressed in vain. */
function isWorthCompressing(page: Uint8Array): boolean {
  const sample = page.subarray(0, SAMPLE_BYTES);
  return sample.length < SAMPLE_BYTES || snappyCompress(sample).length < WORTH_SHARE * sample.length;
}

const bound = (bytes: Uint8Array | null) => (bytes ? binary(bytes) : undefined);

function schemaOf(columns: readonly ParquetColumn[]): ThriftValue[] {
  const optional = i32(1);
  const fields = columns.map(({ name, type }) => {
    const converted = CONVERTED[type];
    return struct(
      [1, i32(PHYSICAL[type])],
      [3, optional],
      [4, binary(name)],
      [6, converted === undefined ? undefined : i32(converted)],
      [10, logicalType(type)],
    );
  });
  return [struct([4, binary("schema")], [5, i32(columns.length)]), ...fields];
}

function logicalType(type: ColumnType): ThriftValue | undefined {
  switch (type) {
    case "string":
      return struct([1, struct()]);
    case "date":
      return struct([6, struct()]);
    case "timestamp":
      // Adjusted to UTC, microseconds.
      return struct([8, struct([1, bool(true)], [2, struct([2, struct()])])]);
    default:
      return undefined;
  }
}
