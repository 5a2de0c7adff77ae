import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { withTableSql } from "../../../io/tables/sql";
import { parseConfig } from "../../../model/config/load";
import { columnRoles } from "../../../model/inputFacts/roles";
import { planColumns } from "../../../transforms/events/readSettings";
import { VALUE_TYPES } from "../../../model/inputFacts/valueType";
import type { InputFacts } from "../../../model/inputFacts/facts";
import { readContent, readFileAt, type SettingsPatch } from "./harness";

const LOOK = { facts: { zone: "Europe/Berlin", everyBytes: 1, everyRows: 1 } };
const JULY_1 = Date.UTC(2016, 6, 1, 12);

const row = (i: number) => ({ user: `u${i}`, ts: JULY_1 + i * 3_600_000, event: "e", app: "web", more: { n: i, list: [1] } });
const jsonl = (rows: readonly object[]) => rows.map((one) => `${JSON.stringify(one)}\n`).join("");
const factsOf = async (content: string | Uint8Array, patch: SettingsPatch = {}, name?: string) =>
  (await readContent(content, { ...LOOK, ...patch }, name)).counts.facts as InputFacts;
const typesOf = (facts: InputFacts, date: string, column: string) =>
  VALUE_TYPES.filter((_, i) => (facts[date]?.columns[column]?.types[i] ?? 0) > 0);

describe("looking at columns while reading", () => {
  it("counts rows, values and their looks by local day, also of columns that nobody wants", async () => {
    const rows = [...Array.from({ length: 20 }, (_, i) => row(i)), { ...row(0), user: "-" }, { ...row(1), user: null }];
    const facts = await factsOf(jsonl(rows));
    expect(Object.keys(facts)).to.deep.equal(["2016-07-01", "2016-07-02"]);
    const day = facts["2016-07-01"];
    // Local midnight comes after ten of the hours.
    expect([day?.rows, day?.columns["user"]?.present, day?.columns["user"]?.blank]).to.deep.equal([12, 11, 1]);
    expect(typesOf(facts, "2016-07-01", "more.n")).to.deep.equal(["integer"]);
    expect(typesOf(facts, "2016-07-01", "more.list")).to.deep.equal(["nested"]);
    expect(typesOf(facts, "2016-07-01", "ts")).to.deep.equal(["epoch milliseconds"]);
  });

  it("is the same for any splits and for compressed files, and costs the events nothing", async () => {
    const text = jsonl(Array.from({ length: 400 }, (_, i) => row(i % 30)));
    const whole = await factsOf(text);
    expect(await factsOf(text, { input: { splitBytes: 1000 } })).to.deep.equal(whole);
    expect(await factsOf(gzipSync(text), {}, "x.jsonl.gz")).to.deep.equal(whole);
    const { counts, events } = await readContent(text);
    expect(counts.facts).to.equal(undefined);
    expect((await readContent(text, LOOK)).events).to.deep.equal(events);
  });

  it("looks at one row of so many bytes where a log is large", async () => {
    const text = jsonl(Array.from({ length: 2000 }, (_, i) => row(i % 8)));
    const some = await factsOf(text, { facts: { ...LOOK.facts, everyBytes: 4096 } });
    expect(some["2016-07-01"]?.rows).to.be.within(text.length / 4096 - 1, text.length / 4096 + 1);
  });

  it("keeps rows without a usable time by file, and gives a time in another writing its day", async () => {
    const rows = [{ ...row(0), ts: "soon" }, { ...row(1), ts: "2016-07-05T00:00:00Z" }, { user: "u" }];
    const facts = await factsOf(jsonl(rows), { input: { time: { column: "ts", format: "epoch_ms", zone: "UTC" } } });
    const [date, undated] = Object.keys(facts).sort((a, b) => Number(a.startsWith("?")) - Number(b.startsWith("?")));
    expect(date).to.equal("2016-07-05");
    expect([undated?.endsWith("log.jsonl"), facts[undated as string]?.rows]).to.deep.equal([true, 2]);
  });

  it("reads CSV by its header, which is no row, and web-server logs", async () => {
    const csv = `user,ts,event,app,extra\n${Array.from({ length: 30 }, (_, i) => `u${i},${JULY_1 + i},e,web,"a,b"`).join("\n")}`;
    for (const splitBytes of [1 << 24, 300]) {
      const facts = await factsOf(csv, { input: { splitBytes } }, "x.csv");
      expect([facts["2016-07-01"]?.rows, facts["2016-07-01"]?.columns["extra"]?.present]).to.deep.equal([30, 30]);
    }
    const line = '1.2.3.4 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 17 "-" "Mozilla/5.0"\n';
    const weblog: SettingsPatch = {
      input: {
        user: { column: "host" },
        time: { column: "time", format: "clf", zone: "UTC" },
        event: { columns: ["path"], separator: "", address: null },
        app: { constant: "web" },
      },
    };
    const facts = await factsOf(line.repeat(5), weblog, "access.log");
    expect([facts["2015-05-17"]?.rows, facts["2015-05-17"]?.columns["referrer"]]).to.deep.equal([5, undefined]);
    expect(facts["2015-05-17"]?.columns["status"]?.present).to.equal(5);
  });

  it("compares the columns that are read, and no others", () => {
    const settings =
      "project: t\nzone: UTC\nsessions: { gapSeconds: 1800 }\ntraffic: { robotColumn: bot, robotsByUserAgent: BY_AGENT }\n" +
      "input: { paths: l/*, user: u, time: t, event: [e, f], app: { column: a }, sessionId: s, eventId: i, userAgent: { column: g }," +
      " receivedTime: { column: r }, attributes: [{ name: x, column: x, type: number, take: sum }, { name: u, column: u, type: string, take: last }] }\n";
    for (const byAgent of ["true", "false"]) {
      const config = parseConfig(settings.replace("BY_AGENT", byAgent), { file: "sessionary.yaml", baseDir: "/" });
      const read = planColumns(config).plan.columns;
      expect(columnRoles(config).map(({ column }) => column)).to.have.members(read);
      expect(read.includes("g")).to.equal(byAgent === "true");
    }
  });

  it("looks at all columns of a Parquet file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sessionary-facts-"));
    try {
      const path = join(folder, "x.parquet");
      const select = `SELECT 'u' || i AS "user", ${JULY_1} + i AS ts, 'e' AS event, 'web' AS app, i / 2.0 AS half FROM range(50) t(i)`;
      await withTableSql((sql) => sql.rows(`COPY (${select}) TO '${path}' (FORMAT parquet)`));
      const { counts } = await readFileAt(path, LOOK);
      expect(counts.facts?.["2016-07-01"]?.rows).to.equal(50);
      expect(typesOf(counts.facts as InputFacts, "2016-07-01", "half")).to.include("number");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("looks at rows spread over each row group of a Parquet file, whatever its splits and groups", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sessionary-facts-"));
    try {
      const rows = 16_000;
      // The second half of the rows has no user, the last hundredth lies on the next day, and nobody wants the column `late`.
      const select =
        `SELECT CASE WHEN i < ${rows / 2} THEN 'u' || i % 500 ELSE '-' END AS "user", 'e' AS event, 'web' AS app,` +
        ` ${JULY_1} + CASE WHEN i < ${0.99 * rows} THEN i ELSE 86400000 END AS ts, {'n': i, 'ts': i} AS more,` +
        ` CASE WHEN i % 4 = 0 THEN i END AS late FROM range(${rows}) t(i)`;
      const factsIn = async (groupRows: number, everyRows: number, splitBytes: number) => {
        const path = join(folder, `${groupRows}.parquet`);
        await withTableSql((sql) => sql.rows(`COPY (${select}) TO '${path}' (FORMAT parquet, ROW_GROUP_SIZE ${groupRows})`));
        const read = await readFileAt(path, { facts: { ...LOOK.facts, everyRows }, input: { splitBytes } });
        return { facts: read.counts.facts as InputFacts, splits: read.splitCount, events: read.events.length };
      };
      for (const groupRows of [rows, 4096]) {
        const { facts, events } = await factsIn(groupRows, 30, 1 << 24);
        expect(events).to.equal(rows);
        const [first, second] = [facts["2016-07-01"]!, facts["2016-07-02"]!];
        expect([first.rows, second.rows]).to.deep.equal([528, 5]);
        expect(first.columns["user"]!.blank).to.equal(261);
        for (const column of ["user", "event", "app", "ts"]) expect(first.columns[column]?.present, column).to.equal(528);
        // Of four row groups, only one is read for columns that nobody wants.
        const whole = first.wholeRows ?? first.rows;
        expect(whole).to.equal(groupRows === rows ? 528 : 137);
        for (const column of ["more.n", "more.ts"]) expect(first.columns[column]?.present, column).to.equal(whole);
        expect(first.columns["late"]!.present / whole).to.be.closeTo(0.25, 0.01);
        const split = await factsIn(groupRows, 30, 1);
        expect(split.splits).to.equal(Math.ceil(rows / groupRows));
        expect(split.facts).to.deep.equal(facts);
      }
      const all = (await factsIn(rows, 1, 1 << 24)).facts;
      expect([all["2016-07-01"]?.rows, all["2016-07-01"]?.columns["user"]?.blank]).to.deep.equal([0.99 * rows, 0.49 * rows]);
      expect(all["2016-07-02"]?.columns["late"]?.present).to.equal((0.01 * rows) / 4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
