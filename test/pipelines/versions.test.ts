import { expect } from "chai";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { latestVersion, readSnapshot } from "../../io/delta/deltaLog";
import { tableFiles } from "../../io/tables/tableFiles";
import { backfill } from "../../pipelines/backfill";
import { diffVersions } from "../../pipelines/diff";
import { prune } from "../../pipelines/prune";
import { scoreDates } from "../../pipelines/score/score";
import { madeUpApp, madeUpBundle } from "../transforms/scoring/madeUpModel";
import { days, hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, tableBytes, writeFile, writeLog, writeModel, type LogLine } from "./score/project";

const session = (day: number, user: string, names: readonly string[]): LogLine[] =>
  names.map((name, i) => ({ user, app: "web", ms: START_MS + days(day) + hours(9) + minutes(i), name }));

const DAY_MS = 86_400_000;

describe("versions of a table", () => {
  const dir = useTempDir();

  const project = () => {
    for (let day = 0; day < 9; day++) {
      writeLog(dir(), `2016-07-0${day + 1}.jsonl`, [
        ...session(day, "ana", ["SEARCH", "SEARCH", "CLICK"]),
        ...session(day, "ben", ["VIEW", "LIKE", "VIEW", "RARE"]),
        ...session(day, "cleo", ["TWEAK_A"]),
      ]);
    }
    return madeUpProject(dir(), (text) => text.replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}.jsonl"));
  };

  it("are compared session by session and category by category", async () => {
    const config = project();
    await scoreDates(config, ["2016-07-01", "2016-07-02"]);
    const before = await readTable(config, "sessions");
    const model = writeModel(join(dir(), "other"), madeUpBundle([madeUpApp("web", 77)]));
    writeLog(dir(), "2016-07-02.jsonl", [
      ...session(1, "ana", ["SEARCH", "SEARCH", "CLICK"]),
      ...session(1, "dora", ["VIEW", "VIEW"]),
    ]);
    await backfill(config, { from: "2016-07-01", to: "2016-07-02", model, jobs: 1 });
    const after = await readTable(config, "sessions");
    const report = await diffVersions(config, { from: "2016-07-01", to: "2016-07-31", versions: [1, 3] });
    expect(report).to.include({ before: 6, after: 5, onlyBefore: 2, onlyAfter: 1, both: 4, otherContent: 0 });
    expect(report.dates.map(({ date, before: b, after: a }) => [date, b, a])).to.deep.equal([
      ["2016-07-01", 3, 3],
      ["2016-07-02", 3, 2],
    ]);
    const old = new Map(before.map((row) => [row["session_id"], row["category_id"]]));
    const counts = new Map<string, number>();
    for (const row of after.filter(({ session_id }) => old.has(session_id))) {
      const move = `${String(old.get(row["session_id"]))} → ${String(row["category_id"])}`;
      counts.set(move, (counts.get(move) ?? 0) + 1);
    }
    expect(new Map(report.moves.map(({ from, to, sessions }) => [`${from} → ${to}`, sessions]))).to.deep.equal(counts);
    const moved = [...counts]
      .filter(([move]) => move.split(" → ")[0] !== move.split(" → ")[1])
      .reduce((sum, [, n]) => sum + n, 0);
    expect(report.movedShare).to.equal(moved / 4);
    for (const category of new Set(report.moves.map(({ from }) => from))) {
      const shares = report.moves.filter(({ from }) => from === category).map(({ share }) => share);
      expect(shares.reduce((a, b) => a + b)).to.be.closeTo(1, 1e-12);
    }
  });

  it("are made again by a backfill that goes on where it stopped, in several processes if asked to", async function () {
    this.timeout(120_000);
    const config = project();
    const range = { from: "2016-07-01", to: "2016-07-09", model: null };
    await scoreDates(config, ["2016-07-03"]);
    writeFile(join(dir(), "logs", "2016-07-09.jsonl"), "bad\nbad\nbad\n");
    const steps: string[] = [];
    const first = await backfill(
      config,
      { ...range, jobs: 2 },
      { onStepDone: ({ dates, failure }, done, total) => steps.push(`${done}/${total} ${dates[0]} ${failure === null}`) },
    );
    expect(first).to.include({ published: 6, unchanged: 1, failed: 2 });
    expect(first.steps[1]?.failure).to.include("cannot be used, more than input.maxBadRowShare");
    expect([...steps].map((step) => step.slice(4)).sort()).to.deep.equal(["2016-07-01 true", "2016-07-08 false"]);
    writeLog(dir(), "2016-07-09.jsonl", session(8, "ana", ["SEARCH", "CLICK"]));
    const second = await backfill(config, { ...range, jobs: 1 });
    expect(second).to.include({ published: 2, unchanged: 7, failed: 0 });
  });

  it("are pruned only where no version of the last 30 days shows them, and never the newest", async () => {
    const config = project();
    await scoreDates(config, ["2016-07-01"]);
    const old = tableFiles(await readSnapshot(join(config.output.path, "sessions")), join(config.output.path, "sessions"));
    writeLog(dir(), "2016-07-01.jsonl", session(0, "ana", ["SEARCH", "SEARCH"]));
    await scoreDates(config, ["2016-07-01"]);
    const newest = await tableBytes(config, "sessions");
    const leftover = join(config.output.path, "sessions", "date=2016-07-01", "part-00007-feedfeedfeedfeed.parquet");
    writeFile(leftover, "x");
    const now = Date.now();
    const soon = await prune(config, { keepDays: 30, remove: false, nowMs: now + 29 * DAY_MS });
    expect(soon.files.map(({ path, why }) => [path, why])).to.deep.equal([[leftover, "leftover"]]);
    const later = await prune(config, { keepDays: 30, remove: false, nowMs: now + 31 * DAY_MS });
    expect(
      later.files
        .filter(({ table }) => table === "sessions")
        .map(({ why }) => why)
        .sort(),
    ).to.deep.equal(["leftover", "old"]);
    expect(old.every((path) => existsSync(path))).to.equal(true);
    const done = await prune(config, { keepDays: 30, remove: true, nowMs: now + 31 * DAY_MS });
    expect(done.files).to.deep.equal(later.files);
    expect(old.some((path) => existsSync(path)) || existsSync(leftover)).to.equal(false);
    expect(await tableBytes(config, "sessions")).to.deep.equal(newest);
    expect((await prune(config, { keepDays: 30, remove: true, nowMs: now + 31 * DAY_MS })).files).to.deep.equal([]);
    expect(await latestVersion(join(config.output.path, "sessions"))).to.equal(1);
    let refusal: unknown;
    await prune(config, { keepDays: 7, remove: true, nowMs: now }).catch((error: unknown) => (refusal = error));
    expect((refusal as Error).message).to.equal("old versions are kept for at least 30 days; got 7");
  });
});
