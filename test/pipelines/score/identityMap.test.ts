import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { backfill } from "../../../pipelines/backfill";
import { scoreStale } from "../../../pipelines/score/stale";
import { scoreDates } from "../../../pipelines/score/score";
import { readStatus } from "../../../pipelines/status";
import { days, hours, minutes, START_MS } from "../../support/builders";
import { useTempDir } from "../../support/tempDir";
import { madeUpProject, readTable, writeFile, writeLog, type LogLine } from "./project";

const DATES = ["2016-07-01", "2016-07-02", "2016-07-03", "2016-07-04"];

const at = (user: string, day: number, minute: number): LogLine => ({
  user,
  app: "web",
  ms: START_MS + days(day) + hours(9) + minutes(minute),
  name: "CLICK",
});

describe("the identity map", () => {
  const dir = useTempDir();

  const project = () =>
    madeUpProject(dir(), (text) =>
      text
        .replace("  user: user", "  user: user\n  identityMap: people.csv")
        .replace("minBatchSessions: 3", "minBatchSessions: 3, maxDaysLate: 1"),
    );

  const usersOf = async () =>
    (await readTable(project(), "sessions")).map(
      (row) => `${String(row["date"])} ${String(row["user"])} ${String(row["event_count"])}`,
    );

  it("joins what a person did under several ids from its time on; a new map is a reason to score again, older days by backfill", async () => {
    for (const day of [0, 1, 2, 3]) {
      writeLog(dir(), `${day}.jsonl`, [at("ana", day, 0), at("cookie-1", day, 5), at("cookie-2", day, 9)]);
    }
    writeFile(join(dir(), "people.csv"), "alias,user,valid_from\ncookie-1,ana,2016-07-02T00:00:00Z\n");
    await scoreDates(project(), DATES);
    const before = [
      ...["ana 1", "cookie-1 1", "cookie-2 1"].map((line) => `2016-07-01 ${line}`),
      ...DATES.slice(1).flatMap((date) => [`${date} ana 2`, `${date} cookie-2 1`]),
    ];
    expect(await usersOf()).to.deep.equal(before);

    writeFile(join(dir(), "people.csv"), "alias,user,valid_from\ncookie-1,ana,2016-07-02T00:00:00Z\ncookie-2,ana,\n");
    const states = (await readStatus(project())).days.map(({ date, state, tooLate, reasons }) => [date, state, tooLate, reasons]);
    expect(states).to.deep.equal(DATES.map((date, i) => [date, "stale", i < 2, [{ what: "identity map" }]]));

    const report = await scoreStale(project());
    expect(report.tooLate.map(({ date }) => date)).to.deep.equal(DATES.slice(0, 2));
    const [day] = report.days;
    if (day?.kind !== "published" || day.manifest.restated === null) throw new Error("not restated");
    // The session that begins a visit keeps its id; the other one went into it.
    expect(day.manifest.restated).to.include({ same: 0, changed: 1, added: 0, removed: 1 });
    const pairs = readFileSync(day.manifest.restated.list as string, "utf8");
    expect(pairs).to.match(/^\{"old":"[0-9a-f]{32}","new":("[0-9a-f]{32}"|null)\}\n$/);
    expect(await usersOf()).to.deep.equal([...before.slice(0, 5), "2016-07-03 ana 3", "2016-07-04 ana 3"]);

    await backfill(project(), { from: DATES[0] as string, to: DATES[3] as string, model: null, jobs: 1 });
    expect(await usersOf()).to.deep.equal([
      "2016-07-01 ana 2",
      "2016-07-01 cookie-1 1",
      ...DATES.slice(1).map((date) => `${date} ana 3`),
    ]);
    expect((await readStatus(project())).days.map(({ state }) => state)).to.deep.equal(DATES.map(() => "current"));
  });
});
