import { expect } from "chai";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { scoreStale } from "../../pipelines/score/stale";
import { scoreDates } from "../../pipelines/score/score";
import { readStatus } from "../../pipelines/status";
import type { Config } from "../../model/config";
import { madeUpApp, madeUpBundle } from "../transforms/scoring/madeUpModel";
import { days, hours, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, writeLog, writeModel, type LogLine } from "./score/project";

/** A noon event of a day after 2016-07-01. */
const noonOf = (day: number, user: string): LogLine => ({
  user,
  app: "web",
  ms: START_MS + days(day) + hours(10),
  name: "SEARCH",
});

async function states(config: Config): Promise<string[]> {
  const { days: all } = await readStatus(config);
  return all.map(({ date, state, tooLate, reasons }) =>
    [date, state, ...(tooLate ? ["too late"] : []), ...reasons.map((r) => ("path" in r ? `${r.what} ${r.path}` : r.what))].join(
      " ",
    ),
  );
}

describe("status", () => {
  const dir = useTempDir();

  it("knows from earlier runs which days a new or changed file touches", async () => {
    for (let day = 0; day < 4; day++) writeLog(dir(), `log-${day}.jsonl`, [noonOf(day, "ana"), noonOf(day, "ben")]);
    const config = madeUpProject(dir());
    expect((await readStatus(config)).unreadFiles).to.have.length(4);
    await scoreDates(config, ["2016-07-01", "2016-07-02"]);
    expect(await states(config)).to.deep.equal([
      "2016-07-01 current",
      "2016-07-02 current",
      "2016-07-03 missing",
      "2016-07-04 missing",
    ]);
    await scoreDates(config, ["2016-07-03", "2016-07-04"]);
    writeLog(dir(), "log-2.jsonl", [noonOf(2, "ana"), noonOf(2, "late")]);
    // Nobody knows what the changed file holds now, but the days it held rows of are stale for sure.
    expect((await states(config))[2]).to.equal("2016-07-03 stale file changed logs/log-2.jsonl");
    const report = await scoreStale(config);
    expect(report.days.map(({ date, kind }) => `${date} ${kind}`)).to.deep.equal(["2016-07-03 published"]);
    expect(await states(config)).to.deep.equal(
      ["2016-07-01", "2016-07-02", "2016-07-03", "2016-07-04"].map((date) => `${date} current`),
    );
    expect((await scoreStale(config)).days).to.deep.equal([]);
  });

  it("touches only the days of a late file, and leaves days beyond the limit alone", async () => {
    const dated = (text: string) =>
      text
        .replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}-*.jsonl")
        .replace("minBatchSessions: 3", "minBatchSessions: 3, maxDaysLate: 2");
    const name = (day: number) => `2016-07-0${day + 1}-a.jsonl`;
    for (let day = 0; day < 6; day++) writeLog(dir(), name(day), [noonOf(day, "ana")]);
    const config = madeUpProject(dir(), dated);
    await scoreDates(config, ["2016-07-01", "2016-07-02", "2016-07-03", "2016-07-04", "2016-07-05", "2016-07-06"]);
    writeLog(dir(), "2016-07-05-b.jsonl", [noonOf(4, "late")]);
    writeLog(dir(), "2016-07-01-b.jsonl", [noonOf(0, "late")]);
    const report = await scoreStale(config);
    expect(report.days.map(({ date, kind }) => `${date} ${kind}`)).to.deep.equal(["2016-07-05 published"]);
    expect(report.tooLate.map(({ date }) => date)).to.deep.equal(["2016-07-01"]);
    expect((await states(config))[0]).to.match(/^2016-07-01 stale too late file added logs\/2016-07-01-b.jsonl$/);
    rmSync(join(dir(), "logs", "2016-07-02-a.jsonl"));
    expect((await states(config))[1]).to.include("2016-07-02 stale too late file removed logs/2016-07-02-a.jsonl");
  });

  it("tells a new model from new settings, and remembers why a run failed", async () => {
    writeLog(dir(), "log.jsonl", [noonOf(0, "ana"), noonOf(1, "ana")]);
    const config = madeUpProject(dir());
    await scoreDates(config, ["2016-07-01"]);
    const stricter = { ...config, scoring: { ...config.scoring, minConfidence: 0.99 } };
    expect(await states(stricter)).to.deep.equal(["2016-07-01 stale settings", "2016-07-02 missing"]);
    const model = writeModel(join(dir(), "other"), madeUpBundle([madeUpApp("web", 9)]));
    const retrained = { ...config, scoring: { ...config.scoring, model } };
    expect(await states(retrained)).to.deep.equal(["2016-07-01 stale model", "2016-07-02 missing"]);
    await scoreDates({ ...config, scoring: { ...config.scoring, minSessions: 5 } }, ["2016-07-02"]).catch(() => undefined);
    const { days: all } = await readStatus(config);
    expect(all[1]?.failure?.message).to.include("2016-07-02 has 1 sessions");
    await scoreDates(config, ["2016-07-02"]);
    expect((await readStatus(config)).days[1]?.failure).to.equal(null);
  });
});
