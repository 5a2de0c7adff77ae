import { DuckDBInstance } from "@duckdb/node-api";
import { Float64, LargeUtf8, Table as ArrowTable, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";
import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Table, writeParquet } from "parquet-wasm";
import { inOrder } from "./blocks";
import { readFileAt } from "./harness";

describe("reading Parquet and zstd, as DuckDB writes them", () => {
  let folder: string;
  const ROWS = `SELECT 'u' || (i % 50) AS user, 1600000000000 + i AS ms, make_timestamp(1600000000000000 + i * 1000) AS naive,
    make_timestamp(1600000000000000 + i * 1000)::TIMESTAMPTZ AS zoned, (1600000000 + i)::INTEGER AS s, 'e' || (i % 3) AS event,
    CASE WHEN i % 2 = 0 THEN 'web' ELSE 'ios' END::app AS app, CASE WHEN i % 7 = 0 THEN NULL ELSE (i / 4)::DECIMAL(9, 2) END AS price,
    {'id': i::BIGINT * 100000000000000, 'flag': i % 10 = 0} AS deep, [1, 2] AS list FROM range(5000) t(i)`;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sessionary-parquet-"));
    const db = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
    await db.run("SET TimeZone = 'UTC'");
    await db.run("CREATE TYPE app AS ENUM ('web', 'ios')");
    await db.run(`COPY (${ROWS}) TO '${folder}/x.parquet' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)`);
    await db.run(
      `COPY (SELECT user, ms AS ts, event, app FROM (${ROWS})) TO '${folder}/x.csv.zst' (FORMAT csv, HEADER, COMPRESSION zstd)`,
    );
    db.closeSync();
  });
  after(() => rmSync(folder, { recursive: true }));

  const read = (column: string, more = {}) =>
    readFileAt(join(folder, "x.parquet"), {
      input: { time: { column, format: "auto", zone: "Europe/Berlin" }, splitBytes: 10_000, ...more },
    });

  it("gives the events of the rows, in several splits of row groups", async () => {
    const { events, counts, splitCount } = await read("ms");
    expect([events.length, counts.setAside, splitCount > 1]).to.deep.equal([5000, {}, true]);
    const expected = Array.from({ length: 5000 }, (_, i) => [i % 2 === 0 ? "web" : "ios", `u${i % 50}`, 1.6e12 + i, `e${i % 3}`]);
    expect(inOrder(events.map((e) => [e.app, e.user, e.timeMs, e.name]))).to.deep.equal(inOrder(expected));
  });

  it("reads timestamps with a zone as instants, without one as clock time of the zone, and integers as seconds", async () => {
    const first = async (column: string) => Math.min(...(await read(column)).events.map(({ timeMs }) => timeMs));
    expect(await first("zoned")).to.equal(1.6e12);
    expect(await first("naive")).to.equal(1.6e12 - 2 * 3_600_000);
    expect(await first("s")).to.equal(1.6e12);
  });

  it("reads columns inside structs, decimals, nulls, booleans, and 64-bit numbers as text without losing digits", async () => {
    const attributes = [
      { name: "price", column: "price", type: "number", take: "sum" },
      { name: "flag", column: "deep.flag", type: "string", take: "first" },
    ] as const;
    const { events } = await read("ms", { user: { column: "deep.id" }, attributes });
    const event = (i: number) => events.find(({ timeMs }) => timeMs === 1.6e12 + i);
    expect(event(4321)?.user).to.equal("432100000000000000");
    expect([event(10)?.numbers, event(10)?.texts]).to.deep.equal([[2.5], ["true"]]);
    expect([event(7)?.numbers, event(7)?.texts]).to.deep.equal([[NaN], ["false"]]);
  });

  it("gives the number of a bad row, and names the columns when one is not there", async () => {
    const { dead, counts } = await read("ms", { user: { column: "list" } });
    expect(counts.setAside).to.deep.equal({ missing_user: 5000 });
    expect(new Set(dead.map(({ offset }) => offset)).size).to.equal(dead.length);
    expect([dead[3]?.offset, JSON.parse(dead[3]?.raw ?? "")]).to.deep.equal([
      3,
      { list: null, ms: 1.6e12 + 3, event: "e0", app: "ios" },
    ]);
    const error = await read("nope").then(
      () => null,
      (e: unknown) => e as { message: string; hints: string[] },
    );
    expect(error?.message).to.match(/x\.parquet has no column "nope"/);
    expect(error?.hints[0]).to.match(/^its columns are: user, ms, .*deep\.id, deep\.flag, list$/);
  });

  it("reads texts with 64-bit offsets, as polars writes them, like those with 32-bit ones", async () => {
    const users = Array.from({ length: 3000 }, (_, i) =>
      i % 11 === 0 ? null : i % 13 === 0 ? "" : `é${i % 70}`.repeat(1 + (i % 3)),
    );
    const ms = vectorFromArray(
      Array.from(users, (_, i) => 1.6e12 + i),
      new Float64(),
    );
    const readWith = async (text: Utf8 | LargeUtf8) => {
      const event = vectorFromArray(
        users.map((_, i) => `e${i % 5}`),
        text,
      );
      const table = new ArrowTable({ user: vectorFromArray(users, text), ms, event });
      const path = join(folder, "y.parquet");
      writeFileSync(path, writeParquet(Table.fromIPCStream(tableToIPC(table))));
      const { events, counts } = await readFileAt(path, {
        input: { app: { constant: "web" }, time: { column: "ms", format: "epoch_ms", zone: "UTC" } },
      });
      return { counts: counts.setAside, events: inOrder(events.map((e) => [e.user, e.timeMs, e.name])) };
    };
    const large = await readWith(new LargeUtf8());
    expect(large).to.deep.equal(await readWith(new Utf8()));
    expect(large.counts).to.deep.equal({ missing_user: users.filter((user) => user === null || user === "").length });
    const expected = users.flatMap((user, i) => (user === null || user === "" ? [] : [[user, 1.6e12 + i, `e${i % 5}`]]));
    expect(large.events).to.deep.equal(inOrder(expected));
  });

  it("reads zstd text", async () => {
    const { events, counts } = await readFileAt(join(folder, "x.csv.zst"));
    expect([events.length, counts.setAside]).to.deep.equal([5000, {}]);
  });
});
