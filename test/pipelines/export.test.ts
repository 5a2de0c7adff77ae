import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { withTableSql } from "../../io/tables/sql";
import { sessionsTable } from "../../model/tables/tables";
import { exportTable, type ExportOptions } from "../../pipelines/export";
import { scoreDates } from "../../pipelines/score/score";
import { days, hours, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, writeLog } from "./score/project";

describe("export", () => {
  const dir = useTempDir();

  const project = async () => {
    const at = (day: number, user: string) => ({
      user,
      app: "web",
      ms: START_MS + days(day) + hours(10),
      name: "SEARCH",
      revenue: 1.5,
    });
    writeLog(dir(), "log.jsonl", [at(1, "zoe"), at(0, "ben"), at(0, "an,a"), at(1, "an,a")]);
    const config = madeUpProject(dir());
    await scoreDates(config, ["2016-07-01", "2016-07-02"]);
    const options = (more: Partial<ExportOptions>): ExportOptions => ({
      table: "sessions",
      format: "csv",
      to: join(dir(), "out", "sessions"),
      dates: null,
      version: null,
      columns: null,
      ...more,
    });
    return { config, options, text: () => readFileSync(join(dir(), "out", "sessions"), "utf8") };
  };

  it("writes CSV and JSON lines sorted by user, app and start, with the columns asked for", async () => {
    const { config, options, text } = await project();
    const columns = ["user", "date", "epoch_ms(start) AS start_ms", "event_count", "revenue"];
    const report = await exportTable(config, options({ columns }));
    expect(report).to.include({ rows: 4, days: 2, version: 1 });
    expect(text().split("\n")).to.deep.equal([
      "user,date,start_ms,event_count,revenue",
      '"an,a",2016-07-01,1467367200000,1,1.5',
      '"an,a",2016-07-02,1467453600000,1,1.5',
      "ben,2016-07-01,1467367200000,1,1.5",
      "zoe,2016-07-02,1467453600000,1,1.5",
      "",
    ]);
    await exportTable(config, options({ format: "jsonl", columns: ["user"], version: 0 }));
    expect(text()).to.equal('{"user":"an,a"}\n{"user":"ben"}\n');
    expect(readdirSync(join(dir(), "out"))).to.deep.equal(["sessions"]);
  });

  it("writes one Parquet file of the days asked for, with every column", async () => {
    const { config, options } = await project();
    await exportTable(config, options({ format: "parquet", dates: { from: "2016-07-02", to: "2016-07-09" } }));
    const rows = await withTableSql((sql) =>
      sql.rows<Record<string, unknown>>(`SELECT * FROM read_parquet('${join(dir(), "out", "sessions")}')`),
    );
    expect(rows.map(({ user, category_id, revenue }) => [user, category_id, revenue])).to.deep.equal([
      ["an,a", "(short)", 1.5],
      ["zoe", "(short)", 1.5],
    ]);
    expect(Object.keys(rows[0] ?? {})).to.deep.equal(
      sessionsTable([{ name: "revenue", type: "number", take: "sum" }]).columns.map(({ name }) => name),
    );
  });

  it("names the tables, days and columns there are", async () => {
    const { config, options } = await project();
    const messageOf = async (more: Partial<ExportOptions>) => {
      try {
        await exportTable(config, options(more));
        return "exported";
      } catch (error) {
        return [(error as Error).message, ...((error as { hints?: string[] }).hints ?? [])].join(" | ");
      }
    };
    expect(await messageOf({ table: "session" })).to.equal(
      "there is no table session; there are daily, dead_letters, event_counts, runs, sessions, transitions",
    );
    expect(await messageOf({ dates: { from: "2016-08-01", to: "2016-08-02" } })).to.equal(
      "the table sessions shows 2016-07-01 … 2016-07-02, but no day from 2016-08-01 to 2016-08-02",
    );
    expect(await messageOf({ columns: ["users"] })).to.match(
      /the export does not work: .* \| columns of sessions: .*session_id, user, app/,
    );
    expect(await messageOf({ version: 9 })).to.include("has no version 9");
  });
});
