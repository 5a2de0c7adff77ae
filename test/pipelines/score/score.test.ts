import { expect } from "chai";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { latestVersion } from "../../../io/delta/deltaLog";
import type { Config } from "../../../model/config";
import { allTables } from "../../../model/tables/tables";
import { datesOf } from "../../../pipelines/score/plan";
import { scoreDates } from "../../../pipelines/score/score";
import { bruteForceSessions, type OracleSession } from "../../oracle/bruteForceSessions";
import { seeded } from "../../ml/forest/madeUp";
import { days, hours, minutes, seconds, START_MS } from "../../support/builders";
import { useTempDir } from "../../support/tempDir";
import { EVENTS } from "../../transforms/scoring/madeUpModel";
import { madeUpProject, readTable, tableBytes, writeFile, writeLog, type LogLine } from "./project";

const DATES = datesOf("2016-06-30", "2016-07-05");

/** Users who are awake over midnight, chains longer than the cap, duplicates; five days from 2016-06-30 22:00 UTC on. */
function madeUpLog(seed: number): LogLine[] {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)] as T;
  const lines: LogLine[] = [];
  for (let u = 0; u < 12; u++) {
    const app = pick(["web", "web", "iphone", "tv"]);
    let ms = START_MS + Math.floor(random() * days(1)) - hours(2);
    while (ms < START_MS + days(4.5)) {
      const line = { user: `u${u}`, app, ms, name: pick([...EVENTS, "NEW"]), ...(random() < 0.1 && { revenue: 0.1 + u }) };
      lines.push(line);
      if (random() < 0.05) lines.push(line);
      // Bursts, pauses of exactly the gap, and nights that some users skip.
      const pause = random();
      ms += pause < 0.9 ? Math.floor(random() * minutes(20)) : pause < 0.93 ? seconds(1800) : Math.floor(random() * hours(14));
    }
  }
  return lines.sort((a, b) => a.ms - b.ms);
}

function oracle(lines: readonly LogLine[]): OracleSession[] {
  const events = lines.map(({ user, app, ms, name, revenue }) => ({
    app,
    user,
    sessionId: null,
    timeMs: ms,
    name,
    attributes: [revenue ?? null],
  }));
  return bruteForceSessions(events, {
    gapMs: (app) => (app === "iphone" ? 600_000 : 1_800_000),
    capMs: hours(4),
    zone: "Europe/Berlin",
  });
}

const key = (row: {
  app: unknown;
  user: unknown;
  startMs: number;
  endMs: number;
  date: unknown;
  eventCount: unknown;
  endReason: unknown;
}) => [row.date, row.app, row.user, row.startMs, row.endMs, row.eventCount, row.endReason].join(" ");

async function sessionKeys(config: Config): Promise<string[]> {
  const rows = await readTable(config, "sessions");
  return rows
    .map((row) =>
      key({
        app: row["app"],
        user: row["user"],
        startMs: (row["start"] as Date).getTime(),
        endMs: (row["end"] as Date).getTime(),
        date: row["date"],
        eventCount: row["event_count"],
        endReason: row["end_reason"],
      }),
    )
    .sort();
}

const writeByDay = (dir: string, lines: readonly LogLine[]) => {
  const dates = new Map<string, LogLine[]>();
  for (const line of lines) {
    const date = new Date(line.ms).toISOString().slice(0, 10);
    dates.set(date, [...(dates.get(date) ?? []), line]);
  }
  for (const [date, own] of dates) writeLog(dir, `${date}.jsonl`, own);
};

describe("scoring days", () => {
  const dir = useTempDir();

  it("one by one or as a range gives the sessions of a brute-force run over all time, and the same bytes", async function () {
    this.timeout(180_000);
    const lines = madeUpLog(5);
    const bytesOf = async (name: string, score: (config: Config) => Promise<unknown>) => {
      const home = join(dir(), name);
      writeByDay(home, lines);
      const config = madeUpProject(home, (text) => text.replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}.jsonl"));
      await score(config);
      expect(await sessionKeys(config)).to.deep.equal(oracle(lines).map(key).sort());
      const tables = ["sessions", "daily", "transitions", "event_counts"];
      return Promise.all(tables.map((table) => tableBytes(config, table)));
    };
    const daily = await bytesOf("same", async (config) => {
      for (const date of DATES) await scoreDates(config, [date]);
    });
    rmSync(join(dir(), "same"), { recursive: true });
    const range = await bytesOf("same", (config) => scoreDates(config, DATES));
    expect(range).to.deep.equal(daily);
  });

  it("commits nothing when nothing has changed", async () => {
    writeByDay(dir(), madeUpLog(1));
    const config = madeUpProject(dir());
    const first = await scoreDates(config, ["2016-07-01", "2016-07-02"]);
    expect(first.days.map(({ kind }) => kind)).to.deep.equal(["published", "published"]);
    const before = await Promise.all(allTables([]).map(({ name }) => latestVersion(join(config.output.path, name))));
    const again = await scoreDates(config, ["2016-07-01", "2016-07-02"]);
    expect(again.days.map(({ kind }) => kind)).to.deep.equal(["unchanged", "unchanged"]);
    expect(await Promise.all(allTables([]).map(({ name }) => latestVersion(join(config.output.path, name))))).to.deep.equal(
      before,
    );
    expect(before).to.deep.equal(Array(6).fill(1));
  });

  it("proves where every row went", async () => {
    const lines = madeUpLog(2);
    writeByDay(dir(), lines);
    writeLog(dir(), "bad.jsonl", []);
    writeFile(
      join(dir(), "logs", "bad.jsonl"),
      'no json\n{"user":"","app":"web","ms":1467460800000,"name":"A"}\n{"user":"x","app":"web","name":"A"}\n',
    );
    const config = madeUpProject(dir(), (text) => text.replace("  attributes:", "  maxBadRowShare: 0.5\n  attributes:"));
    const report = await scoreDates(config, ["2016-07-02"]);
    const [day] = report.days;
    if (day?.kind !== "published") throw new Error("not published");
    const { rows } = day.manifest.job;
    expect(rows.rowsRead).to.equal(lines.length + 3);
    expect(rows.setAside).to.include({ malformed: 1, missing_user: 1, missing_time: 1 });
    expect(rows.rowsRead).to.equal(rows.eventsPacked + Object.values(rows.setAside).reduce((a, b) => a + b));
    expect(rows.eventsPacked).to.equal(rows.eventsInSessions + rows.duplicates + rows.eventsOutside);
    const letters = await readTable(config, "dead_letters");
    expect(letters.map(({ reason }) => reason)).to.deep.equal(["malformed", "missing_time", "missing_user"]);
    const [run] = await readTable(config, "runs");
    expect(run).to.include({
      date: "2016-07-02",
      rows_read: rows.rowsRead,
      duplicates: rows.duplicates,
      sessions: rows.sessions,
    });
    const daily = await readTable(config, "daily");
    expect(daily.reduce((sum, row) => sum + Number(row["sessions"]), 0)).to.equal(rows.sessions);
    expect(Object.values(day.manifest.day.categories).reduce((a, b) => a + b)).to.equal(rows.sessions);
  });

  it("restates a day whose logs came late, and says which sessions are others now", async () => {
    const at = (user: string, ms: number, name: string): LogLine => ({ user, app: "web", ms, name });
    const noon = START_MS + hours(12);
    writeLog(dir(), "a.jsonl", [at("ana", noon, "SEARCH"), at("ana", noon + minutes(1), "CLICK"), at("ben", noon, "VIEW")]);
    const config = madeUpProject(dir());
    await scoreDates(config, ["2016-07-01"]);
    const before = await readTable(config, "sessions");
    writeLog(dir(), "late.jsonl", [at("ana", noon - minutes(5), "LIKE"), at("cleo", noon, "VIEW")]);
    const report = await scoreDates(config, ["2016-07-01"]);
    const [day] = report.days;
    if (day?.kind !== "published") throw new Error("not published");
    expect(day.manifest.restated).to.include({ same: 1, changed: 0, added: 2, removed: 1 });
    expect((await readTable(config, "sessions")).map(({ user, event_count }) => [user, event_count])).to.deep.equal([
      ["ana", 3],
      ["ben", 1],
      ["cleo", 1],
    ]);
    expect(await readTable(config, "sessions", 0)).to.deep.equal(before);
  });

  it("fails before publishing when too much is wrong, and tells which part", async () => {
    const at = (ms: number, name: string): LogLine => ({ user: "ana", app: "web", ms, name });
    writeLog(dir(), "a.jsonl", [
      at(START_MS + hours(9), "NEW"),
      at(START_MS + hours(9) + 1, "NEWER"),
      at(START_MS + hours(9) + 2, "CLICK"),
    ]);
    const messageOf = async (from: string, to: string, dates = ["2016-07-01"]) => {
      try {
        await scoreDates(
          madeUpProject(dir(), (text) => text.replace(from, to)),
          dates,
        );
        return "published";
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    };
    expect(await messageOf("maxUnknownEventShare: 1", "maxUnknownEventShare: 0.5")).to.match(
      /^DataError: 66.7 % of the events of 2016-07-01 have names the model does not know/,
    );
    expect(await messageOf("minBatchSessions: 3", "minBatchSessions: 3, minSessions: 2")).to.equal(
      "DataError: 2016-07-01 has 1 sessions, fewer than scoring.minSessions (2)",
    );
    expect(await messageOf("", "", ["2016-08-01"])).to.include("UserError: no events of 2016-08-01: the logs hold 2016-07-01T09");
    writeFile(join(dir(), "logs", "b.jsonl"), "x\ny\n");
    expect(await messageOf("  attributes:", "  maxBadRowShare: 0.1\n  attributes:")).to.match(
      /^DataError: 40.0 % of 5 rows cannot be used/,
    );
    expect(await latestVersion(join(dir(), "output", "sessions"))).to.equal(-1);
    expect(await messageOf("  attributes:", "  maxBadRowShare: 0.9\n  attributes:")).to.equal("published");
  });

  it("publishes nothing when a log grows while it is read, and takes all of it the next time", async () => {
    const at = (minute: number): LogLine => ({
      user: "ana",
      app: "web",
      ms: START_MS + hours(9) + minutes(minute),
      name: "CLICK",
    });
    writeLog(dir(), "a.jsonl", [at(0)]);
    const config = madeUpProject(dir());
    let refusal: unknown;
    const onStep = (step: string) => {
      if (step === "run") writeLog(dir(), "a.jsonl", [at(0), at(1)]);
    };
    await scoreDates(config, ["2016-07-01"], { onStep }).catch((error: unknown) => (refusal = error));
    expect((refusal as Error).name).to.equal("DataError");
    expect((refusal as Error).message).to.match(/a.jsonl changed while it was read; nothing was published$/);
    expect(await latestVersion(join(config.output.path, "sessions"))).to.equal(-1);
    await scoreDates(config, ["2016-07-01"]);
    expect((await readTable(config, "sessions")).map((row) => row["event_count"])).to.deep.equal([2]);
  });

  it("publishes a day without events as a day without sessions", async () => {
    writeLog(dir(), "2016-07-01.jsonl", []);
    const config = madeUpProject(dir(), (text) => text.replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}.jsonl"));
    const report = await scoreDates(config, ["2016-07-01"]);
    expect(report.days.map(({ kind }) => kind)).to.deep.equal(["published"]);
    expect(await readTable(config, "sessions")).to.deep.equal([]);
    expect((await readTable(config, "runs")).map(({ sessions }) => sessions)).to.deep.equal([0]);
  });
});
