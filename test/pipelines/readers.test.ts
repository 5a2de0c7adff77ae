import { expect } from "chai";
import { readdirSync } from "node:fs";
import { readSnapshot } from "../../io/delta/deltaLog";
import { quoted, withTableSql } from "../../io/tables/sql";
import { tableFiles } from "../../io/tables/tableFiles";
import { scoreDates } from "../../pipelines/score/score";
import { readStatus } from "../../pipelines/status";
import { runPython } from "../../tools/python/environment";
import { days, hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { expectedDays, LONG_DAYS, LONG_VERSIONS, longTable } from "./longTable";
import { madeUpProject, readTable, writeLog, type LogLine, type Row } from "./score/project";

interface ReadTable {
  readonly version: number;
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
}

/** Sessions by day as each tool counts them. */
interface FramesRead {
  readonly version: number;
  readonly deltalake: Readonly<Record<string, number>>;
  readonly pandas: Readonly<Record<string, number>>;
  readonly polars: Readonly<Record<string, number>>;
  readonly polarsLazy: Readonly<Record<string, number>>;
  readonly firstDay: number;
  readonly users: readonly string[];
}

const short = (rows: readonly Row[]) =>
  rows
    .map((row) =>
      ["session_id", "user", "category_id", "event_count", "confidence", "revenue"].map((name) => row[name]).join(" "),
    )
    .sort();

describe("tables of a scored project", () => {
  const dir = useTempDir();

  const session = (day: number, user: string, names: readonly string[]): LogLine[] =>
    names.map((name, i) => ({
      user,
      app: "web",
      ms: START_MS + days(day) + hours(9) + minutes(i),
      name,
      ...(i === 0 && { revenue: 2.5 }),
    }));

  it("are read by deltalake and DuckDB with every type, newest and older versions", async function () {
    this.timeout(300_000);
    writeLog(dir(), "a.jsonl", [...session(0, "ana", ["SEARCH", "CLICK"]), ...session(1, "ä ben", ["VIEW", "LIKE", "RARE"])]);
    const config = madeUpProject(dir());
    await scoreDates(config, ["2016-07-01", "2016-07-02"]);
    const before = await readTable(config, "sessions");
    writeLog(dir(), "b.jsonl", session(1, "cleo", ["SEARCH"]));
    await scoreDates(config, ["2016-07-02"]);
    const after = await readTable(config, "sessions");
    const root = `${config.output.path}/sessions`;

    const newest = await runPython<ReadTable>("read_delta.py", [root]);
    expect(newest.version).to.equal(2);
    expect(short(newest.rows.map((row) => ({ ...row })))).to.deep.equal(short(after));
    expect(newest.types).to.include({
      session_id: "string",
      start: "timestamp[us, tz=UTC]",
      date: "date32[day]",
      event_count: "int32",
      confidence: "double",
      unsure: "bool",
    });
    const older = await runPython<ReadTable>("read_delta.py", [root, "1"]);
    expect(short(older.rows)).to.deep.equal(short(before));
    for (const table of ["daily", "transitions", "event_counts", "dead_letters", "runs"]) {
      const read = await runPython<ReadTable>("read_delta.py", [`${config.output.path}/${table}`]);
      expect(read.rows, table).to.have.length((await readTable(config, table)).length);
    }

    const files = (await readStatus(config)).tables.find(({ name }) => name === "sessions")?.files ?? [];
    const rows = await withTableSql((sql) =>
      sql.rows<Row>(
        `SELECT * FROM read_parquet([${files.map((file) => `'${quoted(file)}'`).join(", ")}], hive_partitioning = true)`,
      ),
    );
    expect(short(rows)).to.deep.equal(short(after));
  });

  it("with a long log and a checkpoint are read by pandas, polars, deltalake and DuckDB, newest and older versions", async function () {
    this.timeout(300_000);
    const config = await longTable(dir());
    const root = `${config.output.path}/sessions`;
    const log = readdirSync(`${root}/_delta_log`);
    expect(log.filter((name) => name.endsWith(".json"))).to.have.length(LONG_DAYS + 1);
    expect(log.filter((name) => name.endsWith(".checkpoint.parquet"))).to.have.length(1);
    const read = await runPython<Record<string, FramesRead>>("read_frames.py", [root, ...LONG_VERSIONS]);
    for (const version of LONG_VERSIONS) {
      const expected = expectedDays(version);
      const { version: number, deltalake, pandas, polars, polarsLazy, firstDay, users } = read[version] as FramesRead;
      expect(String(number)).to.equal(version === "latest" ? String(LONG_DAYS) : version);
      expect({ deltalake, pandas, polars, polarsLazy }).to.deep.equal({
        deltalake: expected,
        pandas: expected,
        polars: expected,
        polarsLazy: expected,
      });
      expect(firstDay).to.equal(2);
      expect(users.includes("cleo")).to.equal(version === "latest");
      const files = tableFiles(await readSnapshot(root, version === "latest" ? undefined : Number(version)), root);
      const rows = await withTableSql((sql) =>
        sql.rows<{ date: string; n: number }>(
          `SELECT date::VARCHAR AS date, count(*)::INTEGER AS n FROM read_parquet([${files.map((file) => `'${quoted(file)}'`).join(", ")}], hive_partitioning = true)
           GROUP BY date`,
        ),
      );
      expect(Object.fromEntries(rows.map(({ date, n }) => [date, n]))).to.deep.equal(expected);
    }
  });
});
