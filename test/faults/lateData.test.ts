import { expect } from "chai";
import { readFileSync } from "node:fs";
import { inputLines, tooLateLines } from "../../cli/inputLines";
import type { Config } from "../../model/config";
import { backfill } from "../../pipelines/backfill";
import { scoreDates } from "../../pipelines/score/score";
import { scoreStale } from "../../pipelines/score/stale";
import { readStatus } from "../../pipelines/status";
import { bruteForceSessions } from "../oracle/bruteForceSessions";
import { days, hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, writeLog, type LogLine } from "../pipelines/score/project";

const DATES = ["2016-07-01", "2016-07-02", "2016-07-03", "2016-07-04", "2016-07-05"] as const;

const at = (user: string, day: number, minute: number): LogLine => ({
  user,
  app: "web",
  ms: START_MS + days(day) + hours(9) + minutes(minute),
  name: "CLICK",
});
const lines = (...users: readonly string[]) => DATES.flatMap((_, day) => users.map((user) => at(user, day, 0)));

describe("late data", function () {
  this.timeout(120_000);
  const dir = useTempDir();
  const project = () =>
    madeUpProject(dir(), (text) => text.replace("minBatchSessions: 3", "minBatchSessions: 3, maxDaysLate: 3"));

  const sessionsOf = async (config: Config) =>
    (await readTable(config, "sessions")).map((row) => [row["date"], row["user"], row["event_count"]].join(" ")).sort();
  const truth = (all: readonly LogLine[]) =>
    bruteForceSessions(
      all.map(({ user, app, ms, name }) => ({ user, app, timeMs: ms, name, sessionId: null })),
      { gapMs: () => minutes(30), capMs: hours(4), zone: "Europe/Berlin" },
    )
      .map(({ date, user, eventCount }) => [date, user, eventCount].join(" "))
      .sort();

  it("of one, two and three days ago restates exactly those days, of four days ago none: that is counted, said, and left to backfill", async () => {
    const first = lines("ana", "ben");
    DATES.forEach((date, day) =>
      writeLog(
        dir(),
        `${date}.jsonl`,
        first.filter(({ ms }) => Math.floor((ms - START_MS) / days(1)) === day),
      ),
    );
    const config = project();
    await scoreDates(config, DATES);
    const late = [at("cleo", 3, 0), at("cleo", 2, 0), at("ana", 1, -5)];
    const tooLate = [at("cleo", 0, 0), at("dora", 0, 0)];
    late.forEach((line, i) => writeLog(dir(), `late-${i}.jsonl`, [line]));
    writeLog(dir(), "too-late.jsonl", tooLate);

    const report = await scoreStale(config);
    expect(report.days.map(({ date, kind }) => [date, kind])).to.deep.equal(DATES.slice(1, 4).map((date) => [date, "published"]));
    expect(await sessionsOf(config)).to.deep.equal(truth([...first, ...late]));
    expect(tooLateLines(report, 3)).to.deep.equal([
      "1 day is stale but more than 3 days old (scoring.maxDaysLate), for 1 file: left as published; `sessionary backfill` takes them",
    ]);
    const [second] = report.days;
    if (second?.kind !== "published") throw new Error("not published");
    // An earlier first event gives the session another id; the list says which became which.
    expect(second.manifest.restated).to.include({ same: 1, changed: 0, added: 1, removed: 1 });
    expect(readFileSync(second.manifest.restated?.list as string, "utf8")).to.match(
      /^\{"old":"[0-9a-f]{32}","new":"[0-9a-f]{32}"\}\n$/,
    );
    expect(inputLines(report.days)[0]).to.match(/^files: 6 read of 9 that may hold rows of these days: logs\/2016-07-02.jsonl, /);

    const { days: status } = await readStatus(config);
    expect(status.map(({ state, tooLate: isTooLate }) => `${state} ${isTooLate}`)).to.deep.equal([
      "stale true",
      ...Array<string>(4).fill("current false"),
    ]);
    await backfill(config, { from: DATES[0], to: DATES[4], model: null, jobs: 1 });
    expect(await sessionsOf(config)).to.deep.equal(truth([...first, ...late, ...tooLate]));
  });

  it("a session over midnight restates both days that its late rows touch, one of three days every one, each row in exactly one", async () => {
    const midnight = DATES.slice(0, 4).map((_, day) => START_MS + days(day) + hours(22));
    const quiet = lines("ana");
    writeLog(dir(), "quiet.jsonl", quiet);
    const config = project();
    await scoreDates(config, DATES);
    const over = [-20, -5, 10].map((minute): LogLine => ({
      ...at("night", 0, 0),
      ms: (midnight[3] as number) + minutes(minute),
    }));
    writeLog(dir(), "over.jsonl", over);
    expect((await scoreStale(config)).days.map(({ date }) => date)).to.deep.equal(DATES.slice(3));
    // Awake from the evening of the second day to the morning of the fifth: longer than the cap, so cut at each midnight.
    const from = midnight[1] as number;
    const awake = Array.from({ length: 150 }, (_, i): LogLine => ({
      ...at("awake", 0, 0),
      ms: from - hours(1) + minutes(25 * i),
    }));
    writeLog(dir(), "awake.jsonl", awake);
    expect((await scoreStale(config)).days.map(({ date }) => date)).to.deep.equal(DATES.slice(1));
    expect(await sessionsOf(config)).to.deep.equal(truth([...quiet, ...over, ...awake]));
    const events = (await readTable(config, "sessions")).reduce((sum, row) => sum + Number(row["event_count"]), 0);
    expect(events).to.equal(quiet.length + over.length + awake.length);
  });
});
