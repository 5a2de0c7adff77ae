import { expect } from "chai";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readUsers } from "../../../io/runs/manifest";
import { usersPath } from "../../../io/runs/runFolder";
import type { Config } from "../../../model/config";
import { dayNumber } from "../../../model/localDays";
import { encodeUserSet, UserHasher } from "../../../model/userSet";
import { backfill } from "../../../pipelines/backfill";
import { scoreStale } from "../../../pipelines/score/stale";
import { scoreDates } from "../../../pipelines/score/score";
import { readStatus } from "../../../pipelines/status";
import { days, hours, minutes, START_MS } from "../../support/builders";
import { cutOptionsOf, readRangeMs } from "../../../transforms/sessions/cutOptions";
import { seeded } from "../../ml/forest/madeUp";
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

  it("makes stale, line by line, only the days around which someone is no longer who they were", async () => {
    const quiet = { cookie: "2016-07-01", late: "2016-07-04" };
    for (const [i, date] of DATES.entries()) {
      const lines = [at("ana", i, 0), at("ana", i, 5)];
      if (date === quiet.cookie) lines.push(at("cookie", i, 9));
      if (date === quiet.late) lines.push(at("late", i, 9));
      writeLog(dir(), `${i}.jsonl`, lines);
    }
    const map = (...lines: string[]) => writeFile(join(dir(), "people.csv"), ["alias,user,valid_from", ...lines, ""].join("\n"));
    const staleDates = async () =>
      (await readStatus(project())).days.flatMap(({ date, state, reasons }) =>
        state === "stale" ? [[date, ...reasons.map(({ what }) => what)]] : [],
      );
    map();
    await scoreDates(project(), DATES);
    const published = await readTable(project(), "sessions");
    map("someone,else,", "cookie,ana,2016-07-02T12:00:00Z");
    expect(await staleDates()).to.deep.equal([]);
    expect((await scoreDates(project(), DATES)).days.map(({ kind }) => kind)).to.deep.equal(DATES.map(() => "unchanged"));
    expect(await readTable(project(), "sessions")).to.deep.equal(published);
    map("someone,else,", "cookie,ana,2016-06-30T00:00:00Z", "late,ana,");
    const both = [
      [quiet.cookie, "identity map"],
      [quiet.late, "identity map"],
    ];
    expect(await staleDates()).to.deep.equal(both);
    const { days } = await scoreStale(project());
    expect(days.map(({ date }) => date)).to.deep.equal([quiet.late]);
    expect(await staleDates()).to.deep.equal(both.slice(0, 1));
    map("cookie,ana,2016-07-02T12:00:00Z", "late,ana,");
    expect(await staleDates()).to.deep.equal([]);
  });

  it("is part of no day's settings, but that there is one", async () => {
    writeLog(dir(), "0.jsonl", [at("ana", 0, 0)]);
    const without = madeUpProject(dir());
    await scoreDates(without, DATES.slice(0, 1));
    writeFile(join(dir(), "people.csv"), "alias,user\n");
    const reasonsOf = async (config: Config) => (await readStatus(config)).days.map(({ reasons }) => reasons);
    expect(await reasonsOf(project())).to.deep.equal([[{ what: "identity map" }]]);
    await scoreDates(project(), DATES.slice(0, 1));
    expect(await reasonsOf(project())).to.deep.equal([[]]);
    expect(await reasonsOf(without)).to.deep.equal([[{ what: "identity map" }]]);
    rmSync(usersPath(project().output.path, (await readStatus(project())).days[0]?.runId as string));
    writeFile(join(dir(), "people.csv"), "alias,user\nnobody,someone\n");
    expect(await reasonsOf(project())).to.deep.equal([[{ what: "identity map" }]]);
  });

  it("keeps users as secret as the tables do, and knows them all the same", async () => {
    const salted = () =>
      madeUpProject(dir(), (text) => `${withMap(text)}output: { path: output, pseudonymize: true, salt: a-secret-for-tests }\n`);
    writeLog(dir(), "0.jsonl", [at("ana", 0, 0), at("cookie", 0, 5)]);
    const map = (...lines: string[]) => writeFile(join(dir(), "people.csv"), ["alias,user", ...lines].join("\n"));
    map();
    await scoreDates(salted(), DATES.slice(0, 1));
    const [day] = (await readStatus(salted())).days;
    const users = await readUsers(salted().output.path, day?.runId as string);
    const setOf = (salt: string) => {
      const hasher = new UserHasher(salt);
      return Buffer.from(
        encodeUserSet(Float64Array.from(["ana", "cookie"], (user) => hasher.of(Buffer.from(user), 0, user.length))),
      );
    };
    expect(setOf("a-secret-for-tests").equals(users as Uint8Array)).to.equal(true);
    expect(setOf("").equals(users as Uint8Array)).to.equal(false);
    map("someone,else");
    expect((await readStatus(salted())).days.map(({ state }) => state)).to.deep.equal(["current"]);
    map("someone,else", "cookie,ana");
    expect((await readStatus(salted())).days.map(({ state }) => state)).to.deep.equal(["stale"]);
  });

  it("leaves alone no day that it changes: random logs and maps against scoring everything again", async () => {
    const random = seeded(20160701);
    const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)] as T;
    const from = () => pick([null, null, ...DATES.map((_, day) => START_MS + days(day) + hours(24 * random()))]);
    const someEntry = (): Entry => ({ alias: pick(ALIASES), user: pick(["ana", "ben", ...ALIASES]), fromMs: from() });
    let left = 0;
    for (let round = 0; round < 4; round++) {
      const lines = Array.from({ length: 24 }, (): LogLine => {
        const day = Math.floor(random() * DATES.length);
        // Often near midnight, so that persons are joined over it.
        const ms = START_MS + days(day) + (random() < 0.5 ? hours(23) + minutes(120 * random()) : hours(24 * random()));
        return { user: pick(["ana", "ben", ...ALIASES]), app: "web", ms: Math.floor(ms), name: "CLICK" };
      });
      const before = Array.from({ length: 4 }, someEntry);
      const after = before.filter(() => random() < 0.8).concat(random() < 0.6 ? [someEntry()] : []);
      const homes = [before, after].map((entries, i) => {
        const home = join(dir(), `${round}-${i}`);
        writeLog(home, "0.jsonl", lines);
        writeFile(join(home, "people.csv"), csvOf(entries));
        return madeUpProject(home, withMap);
      });
      const [old, fresh] = homes as [Config, Config];
      await scoreDates(old, DATES);
      await scoreDates(fresh, DATES);
      writeFile(old.input.identityMapPath as string, csvOf(after));

      const states = (await readStatus(old)).days.filter(({ date }) => DATES.includes(date));
      const isOther = (user: string, ms: number) => personAt(before, user, ms) !== personAt(after, user, ms);
      for (const { date, state } of states) {
        const { fromMs, toMs } = timesAround(old, date);
        const around = lines.filter(({ ms }) => ms >= fromMs && ms < toMs);
        // People change at the times that the maps name, and at none between.
        const times = [fromMs, ...[...before, ...after].map((entry) => entry.fromMs ?? 0)].filter(
          (ms) => ms >= fromMs && ms < toMs,
        );
        const mayDiffer = around.some(({ user }) => times.some((ms) => isOther(user, ms)));
        expect(state, `round ${round}, ${date}`).to.equal(mayDiffer ? "stale" : "current");
        if (state === "stale") continue;
        left++;
        expect(around.some(({ user, ms }) => isOther(user, ms))).to.equal(false);
        expect(await rowsOf(old, date), `round ${round}, ${date}`).to.deep.equal(await rowsOf(fresh, date));
      }
      await scoreDates(old, DATES);
      for (const date of DATES) expect(await rowsOf(old, date)).to.deep.equal(await rowsOf(fresh, date));
    }
    expect(left).to.be.within(3, 13);
  });
});

interface Entry {
  readonly alias: string;
  readonly user: string;
  readonly fromMs: number | null;
}

const ALIASES = ["c1", "c2", "c3", "c4", "c5", "c6"];

const withMap = (text: string) => text.replace("  user: user", "  user: user\n  identityMap: people.csv");

const csvOf = (entries: readonly Entry[]) =>
  ["alias,user,valid_from", ...entries.map(({ alias, user, fromMs }) => `${alias},${user},${fromMs ?? ""}`)].join("\n");

/** By the words of the docs: the entry of the latest time that has come, the first of several; without one the alias itself. */
function personAt(entries: readonly Entry[], user: string, ms: number): string {
  const own = entries.filter(({ alias, fromMs }) => alias === user && (fromMs ?? -Infinity) <= ms);
  const latest = Math.max(...own.map(({ fromMs }) => fromMs ?? -Infinity));
  return own.find(({ fromMs }) => (fromMs ?? -Infinity) === latest)?.user ?? user;
}

/** Times that the sessions of a day may hang on: one cap and one gap around it. */
function timesAround(config: Config, date: string) {
  const day = dayNumber(date);
  return readRangeMs(cutOptionsOf(config, { from: day, to: day }), day, day);
}

/** Rows of a day in the tables of results, without the run that made them. */
async function rowsOf(config: Config, date: string) {
  const tables = ["sessions", "daily", "transitions", "event_counts", "dead_letters"];
  const rows = await Promise.all(tables.map((table) => readTable(config, table)));
  return rows.map((some) => some.filter((row) => row["date"] === date).map(({ run_id: _, ...row }) => row));
}
