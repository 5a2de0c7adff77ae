import { expect } from "chai";
import fc from "fast-check";
import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { NO_CODE, type ParquetColumn } from "../../../io/parquet/column";
import { writeParquet } from "../../../io/parquet/writeParquet";
import { toStringTable } from "../../../model/sessionBlock";

type Row = Readonly<Record<string, unknown>>;

/** Rows as an independent reader sees them, bigints as numbers. */
async function readBack(bytes: Uint8Array): Promise<Row[]> {
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
  const rows = await parquetReadObjects({ file });
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? Number(value) : value])),
  );
}

const metadataOf = (bytes: Uint8Array) =>
  parquetMetadata(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);

describe("writeParquet", () => {
  it("writes every type so that another reader gives the values back", async () => {
    const start = Date.UTC(2016, 6, 1, 12, 0, 0, 123);
    const columns: ParquetColumn[] = [
      { name: "id", type: "string", strings: toStringTable(["a", "", "ä€😀"]) },
      { name: "app", type: "string", values: toStringTable(["unused", "web", "ios"]), codes: Uint32Array.of(2, NO_CODE, 1) },
      { name: "events", type: "integer", numbers: Int32Array.of(1, -7, 2147483647) },
      { name: "total", type: "long", numbers: Float64Array.of(2 ** 53 - 1, -1, NaN) },
      { name: "revenue", type: "double", numbers: Float64Array.of(0.1, NaN, -1e300) },
      { name: "unsure", type: "boolean", numbers: Uint8Array.of(1, 0, 1) },
      { name: "day", type: "date", numbers: Int32Array.of(16983, 0, -1) },
      { name: "start", type: "timestamp", numbers: Float64Array.of(start, NaN, -1) },
    ];
    expect(await readBack(writeParquet(columns))).to.deep.equal([
      row("a", "ios", 1, 2 ** 53 - 1, 0.1, true, new Date("2016-07-01T00:00:00Z"), new Date(start)),
      row("", null, -7, -1, null, false, new Date(0), null),
      row("ä€😀", "web", 2147483647, null, -1e300, true, new Date("1969-12-31T00:00:00Z"), new Date(-1)),
    ]);
    function row(
      id: string,
      app: string | null,
      events: number,
      total: number | null,
      revenue: number | null,
      ...rest: unknown[]
    ) {
      const [unsure, day, at] = rest;
      return { id, app, events, total, revenue, unsure, day, start: at };
    }
  });

  it("gives back random columns, in any row groups", async () => {
    const cell = fc.record({
      text: fc.string({ maxLength: 12, unit: "grapheme" }),
      // Long runs, so that run-length and packed groups meet.
      code: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.integer({ min: 0, max: 6 })),
      isNull: fc.boolean(),
      count: fc.integer({ min: 0, max: 3 }),
      number: fc.double({ noNaN: true }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cell, { maxLength: 200 }), fc.integer({ min: 1, max: 90 }), async (cells, rowsPerGroup) => {
        const values = ["n0", "n1", "n2", "n3", "n4", "n5", "n6"];
        const bytes = writeParquet(
          [
            { name: "text", type: "string", strings: toStringTable(cells.map(({ text }) => text)) },
            {
              name: "code",
              type: "string",
              values: toStringTable(values),
              codes: Uint32Array.from(cells, ({ code, isNull }) => (isNull ? NO_CODE : code)),
            },
            { name: "count", type: "integer", numbers: Int32Array.from(cells, ({ count }) => count) },
            {
              name: "number",
              type: "double",
              numbers: Float64Array.from(cells, ({ number, isNull }) => (isNull ? NaN : number)),
            },
          ],
          rowsPerGroup,
        );
        expect(await readBack(bytes)).to.deep.equal(
          cells.map(({ text, code, isNull, count, number }) => ({
            text,
            code: isNull ? null : values[code],
            count,
            number: isNull ? null : number,
          })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("writes thousands of rows with many distinct values, packed at every width", async () => {
    for (const distinct of [1, 2, 3, 5, 17, 100, 300, 1000, 5000, 70000]) {
      const values = Array.from({ length: distinct }, (_, i) => `v${i}`);
      const codes = Uint32Array.from({ length: 9001 }, (_, i) => (i % 13 === 0 ? 0 : (i * 7919) % distinct));
      const rows = await readBack(
        writeParquet([
          { name: "code", type: "string", values: toStringTable(values), codes },
          { name: "number", type: "double", numbers: Float64Array.from(codes, (code) => code / 4) },
        ]),
      );
      expect(rows.every(({ code, number }, i) => code === `v${codes[i]}` && number === codes[i]! / 4)).to.equal(true);
    }
  });

  it("keeps minus zero", async () => {
    const rows = await readBack(writeParquet([{ name: "x", type: "double", numbers: Float64Array.of(0, -0, 0) }]));
    expect(rows.map(({ x }) => Object.is(x, -0))).to.deep.equal([false, true, false]);
  });

  it("writes the same bytes twice, and a file without rows", async () => {
    const columns: ParquetColumn[] = [{ name: "x", type: "double", numbers: Float64Array.from({ length: 500 }, Math.sqrt) }];
    expect(Buffer.compare(writeParquet(columns), writeParquet(columns))).to.equal(0);
    expect(await readBack(writeParquet([{ name: "x", type: "double", numbers: new Float64Array(0) }]))).to.deep.equal([]);
  });

  it("states bounds and nulls per row group, strings by UTF-8 bytes", () => {
    const meta = metadataOf(
      writeParquet(
        [
          { name: "s", type: "string", strings: toStringTable(["b", "z", "a", "ä"]) },
          { name: "n", type: "double", numbers: Float64Array.of(3, NaN, 0, 2) },
        ],
        2,
      ),
    );
    const of = (group: number, column: number) => {
      const { min_value, max_value, null_count } = meta.row_groups[group]!.columns[column]!.meta_data!.statistics!;
      return [min_value, max_value, Number(null_count)];
    };
    expect([of(0, 0), of(1, 0)]).to.deep.equal([
      ["b", "z", 0],
      ["a", "ä", 0],
    ]);
    expect([of(0, 1), of(1, 1)]).to.deep.equal([
      [3, 3, 1],
      [-0, 2, 0],
    ]);
    expect(meta.row_groups.map(({ num_rows }) => Number(num_rows))).to.deep.equal([2, 2]);
  });

  it("refuses columns of different lengths", () => {
    const columns: ParquetColumn[] = [
      { name: "a", type: "integer", numbers: Int32Array.of(1, 2) },
      { name: "b", type: "integer", numbers: Int32Array.of(1) },
    ];
    expect(() => writeParquet(columns)).to.throw(RangeError, "column b has 1 rows, a has 2");
  });
});
