import { expect } from "chai";
import { quoted, withTableSql } from "../../io/tables/sql";
import { scoreDates } from "../../pipelines/score/score";
import { readStatus } from "../../pipelines/status";
import { runPython } from "../../tools/python/environment";
import { days, hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, writeLog, type LogLine, type Row } from "./score/project";

interface ReadTable {
  readonly version: number;
  readonly types: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
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
});
