import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generate, type GenerateOptions } from "../../pipelines/generate";
import { UserError } from "../../model/errors";
import { simulate } from "../../simulate/generate";
import { scenarioWith } from "../../simulate/scenario";
import { useTempDir } from "../support/tempDir";
import { cutSessions, filesUnder, hashOf, readLogs, readTruth, type LogLine } from "./readBack";

const BACKGROUND = new Set(["image_loaded", "feed_prefetch", "heartbeat", "push_received"]);
const GAPS = { web: 1_800_000, iphone: 900_000, android: 1_200_000 };
const MORE_FLAWS = {
  flaws: {
    duplicateShare: 0.02,
    malformedShare: 0.01,
    missingUserShare: 0.005,
    clockAheadShare: 0.005,
    lateSessionShare: 0.05,
    justBelowGapShare: 0.01,
  },
};

const plain = ({
  user,
  app,
  startMs,
  endMs,
  eventCount,
}: {
  user: string;
  app: string;
  startMs: number;
  endMs: number;
  eventCount: number;
}) => `${app} ${user} ${startMs} ${endMs} ${eventCount}`;

describe("generate", () => {
  const dir = useTempDir();
  const make = (name: string, options: Partial<GenerateOptions> = {}) =>
    generate({ outDir: join(dir(), name), users: 150, days: 5, seed: 7, scenario: MORE_FLAWS, ...options });

  for (const [what, options] of Object.entries<Partial<GenerateOptions>>({
    "JSON lines": {},
    "gzipped JSON lines with epoch times": { gzip: true, scenario: { ...MORE_FLAWS, log: { timeFormat: "epoch_ms" } } },
    CSV: { format: "csv" },
    "shuffled JSON lines": { order: "shuffled" },
  })) {
    it(`cutting ${what} by the gap the plain way gives exactly the true sessions`, async () => {
      const { logDir, truthDir } = await make("a", options);
      const found = cutSessions(readLogs(logDir), BACKGROUND, GAPS);
      expect(found.map(plain)).to.deep.equal(readTruth(truthDir).map(plain));
      expect(found.length).to.be.greaterThan(250);
    });
  }

  it("Parquet holds the same events as CSV, without the lines that are no rows", async () => {
    const calm = { scenario: { flaws: { malformedShare: 0 } } };
    const csv = await make("csv", { ...calm, format: "csv", days: 2 });
    const parquet = await make("parquet", { ...calm, format: "parquet", days: 2 });
    const { asyncBufferFromFile, parquetReadObjects } = await import("hyparquet");
    const rows: string[] = [];
    for (const path of filesUnder(parquet.logDir)) {
      for (const row of await parquetReadObjects({ file: await asyncBufferFromFile(path) })) {
        rows.push(
          [row["ts"], row["received"], row["user"], row["app"], row["event"]].map((value) => String(value ?? "")).join(" "),
        );
      }
    }
    const expected = readLogs(csv.logDir).map(({ row }) =>
      row ? `${row.ts} ${row.received} ${row.user} ${row.app} ${row.event}` : "",
    );
    expect(rows).to.deep.equal(expected);
  });

  it("gives the same bytes for the same seed, with any spool, and others for another seed", async () => {
    const first = await make("a");
    const again = await make("b");
    const other = await make("c", { seed: 8 });
    await simulate({
      outDir: join(dir(), "d"),
      humans: 150,
      days: 5,
      firstDate: "2026-03-02",
      seed: 7,
      format: "jsonl",
      gzip: false,
      order: "time",
      scenario: scenarioWith(MORE_FLAWS),
      spoolBytes: 20_000,
    });
    expect(hashOf(again.outDir)).to.equal(hashOf(first.outDir));
    expect(hashOf(join(dir(), "d"))).to.equal(hashOf(first.outDir));
    expect(hashOf(other.outDir)).to.not.equal(hashOf(first.outDir));
  });

  it("counts what it plants: flaws, duplicates, late files, sessions over midnight", async () => {
    const { logDir, truthDir, planted } = await make("a");
    const { counts } = planted;
    const lines = readLogs(logDir);
    const truth = readTruth(truthDir);
    const ahead = (line: LogLine) => line.row !== null && line.row.ts > line.row.received + 3_600_000;
    const repeats = (good: LogLine[]) => good.length - new Set(good.map((line) => line.raw)).size;
    const flawless = lines.filter(({ row }) => row && row.user && row.event && row.ts > 0);
    expect(lines.length).to.equal(counts.lines);
    expect(lines.filter(({ row }) => row === null).length).to.equal(counts.flaws.truncated + counts.flaws.garbage);
    expect(lines.filter(({ row }) => row && Number.isNaN(row.ts)).length).to.equal(counts.flaws.bad_time);
    expect(lines.filter(({ row }) => row && !row.event).length).to.equal(counts.flaws.no_event);
    expect(lines.filter(({ row }) => row && !row.user && row.event).length).to.equal(counts.flaws.no_user);
    expect(lines.filter(ahead).length).to.equal(counts.flaws.clock_ahead);
    expect(repeats(flawless.filter((line) => !ahead(line)))).to.equal(counts.duplicates);
    expect(new Set(lines.filter(({ file }) => file.includes("late-from")).map(({ file }) => file)).size).to.equal(
      counts.lateFiles,
    );
    expect(truth.filter(({ delivered }) => delivered !== "").length).to.equal(counts.lateSessions);
    const day = (ms: number) => Math.floor(ms / 86_400_000);
    expect(truth.filter(({ startMs, endMs }) => day(startMs) !== day(endMs)).length).to.equal(counts.overMidnight);
    expect(truth.filter(({ endless }) => endless).length).to.equal(counts.endlessSessions);
    expect(truth.filter(({ user, person }) => user !== person).length).to.equal(counts.anonymousSessions);
    for (const count of [
      ...Object.values(counts.flaws),
      counts.duplicates,
      counts.lateFiles,
      counts.overMidnight,
      counts.endlessSessions,
    ]) {
      expect(count).to.be.greaterThan(0);
    }
  });

  it("holds the planted shares", async () => {
    const { planted } = await make("a", { users: 800 });
    const { counts } = planted;
    const events = counts.userEvents + counts.backgroundEvents;
    expect(counts.duplicates / events).to.be.closeTo(0.02, 0.002);
    expect(
      (counts.flaws.truncated + counts.flaws.garbage + counts.flaws.bad_time + counts.flaws.no_event) / counts.lines,
    ).to.be.closeTo(0.01, 0.001);
    expect(counts.justBelowGap / counts.events.human).to.be.closeTo(0.01, 0.002);
    expect(counts.exactGap / (counts.sessions.human + counts.sessions.robot)).to.be.greaterThan(0.004);
  });

  it("pauses of exactly the gap, and of 1 ms less, occur as often as it says", async () => {
    const { logDir, truthDir, planted } = await make("a");
    const truth = readTruth(truthDir);
    const gapOf = (app: string) => GAPS[app as keyof typeof GAPS];
    // The same person before and after the change of id is one person to the generator.
    const byPerson = [...truth].sort((a, b) =>
      a.app + a.person < b.app + b.person ? -1 : a.app + a.person > b.app + b.person ? 1 : a.startMs - b.startMs,
    );
    const exact = byPerson.filter((s, i) => {
      const before = byPerson[i - 1];
      return before?.person === s.person && before.app === s.app && s.startMs - before.endMs === gapOf(s.app);
    });
    expect(exact.length).to.equal(planted.counts.exactGap);
    const times = new Map<string, Set<number>>();
    for (const { row } of readLogs(logDir)) {
      if (!row || !row.user || !row.event || row.ts > row.received || BACKGROUND.has(row.event)) continue;
      const key = `${row.app} ${row.user}`;
      times.set(key, (times.get(key) ?? new Set()).add(row.ts));
    }
    let below = 0;
    for (const [key, set] of times) {
      const sorted = [...set].sort((a, b) => a - b);
      sorted.forEach((t, i) => (below += i > 0 && t - (sorted[i - 1] as number) === gapOf(key.split(" ")[0] ?? "") - 1 ? 1 : 0));
    }
    expect(below).to.equal(planted.counts.justBelowGap);
  });

  it("applies logging changes and experiments from their day on", async () => {
    const { logDir, planted } = await make("a", {
      scenario: {
        experiments: [
          { name: "bar", client: "iphone", fromDay: 3, userShare: 0.5, event: "bar_tap", after: "idea_open", chance: 1 },
        ],
        loggingChanges: [
          { day: 2, kind: "rename", event: "home_tab", to: "start_tab" },
          { day: 2, kind: "drop", event: "app_open" },
          { day: 2, kind: "double", event: "image_zoom", client: "web" },
          { day: 2, kind: "add", event: "hint", after: "feed_scroll", chance: 1, client: "android" },
        ],
      },
    });
    const lines = readLogs(logDir);
    const count = (event: string, from: number, to: number, app?: string) =>
      lines.filter(({ row }) => {
        const day = row ? Math.floor((row.ts - Date.parse("2026-03-02")) / 86_400_000) : -1;
        // Sessions that began the evening before still log the old way.
        return (
          row?.event === event && row.ts <= row.received && day >= from && day < to && (app === undefined || row.app === app)
        );
      }).length;
    expect(count("start_tab", 0, 2)).to.equal(0);
    expect(count("start_tab", 2, 5)).to.be.greaterThan(20 * (1 + count("home_tab", 3, 5)));
    expect(count("app_open", 3, 5)).to.be.below(count("app_open", 0, 2) / 20 + 3);
    expect(count("hint", 2, 5, "web")).to.equal(0);
    expect(count("hint", 3, 5, "android")).to.be.closeTo(count("feed_scroll", 3, 5, "android"), 20);
    const taps = lines.flatMap(({ row }) => (row?.event === "bar_tap" ? [row] : []));
    const iphoneUsers = new Set(
      lines.flatMap(({ row }) => (row?.app === "iphone" && row.ts >= Date.parse("2026-03-05") ? [row.user] : [])),
    );
    expect(new Set(taps.map((row) => row.app))).to.deep.equal(new Set(["iphone"]));
    expect(new Set(taps.map((row) => row.user)).size / iphoneUsers.size).to.be.within(0.25, 0.65);
    expect(planted.changes.map((change) => change.date)).to.deep.equal([
      "2026-03-04",
      "2026-03-04",
      "2026-03-04",
      "2026-03-04",
      "2026-03-05",
      "2026-03-05",
    ]);
  });

  it("plants robots that behave like robots and staff that is listed", async () => {
    const { truthDir, logDir, planted } = await make("a");
    const truth = readTruth(truthDir);
    const robots = new Map(planted.users.robots.map(({ user, kind }) => [user, kind]));
    expect(new Set(truth.filter(({ traffic }) => traffic === "robot").map(({ user }) => user))).to.deep.equal(
      new Set(robots.keys()),
    );
    const staff = new Set(truth.filter(({ traffic }) => traffic === "staff").map(({ user }) => user));
    for (const user of staff) expect(planted.users.staff).to.include(user);
    const lines = readLogs(logDir).flatMap(({ row }) => (row && !Number.isNaN(row.ts) && row.ts <= row.received ? [row] : []));
    const sleepless = lines.filter((row) => robots.get(row.user) === "sleepless" && new Date(row.ts).getUTCDate() === 3);
    expect(new Set(sleepless.map((row) => new Date(row.ts).getUTCHours())).size).to.equal(24);
    for (const row of lines) if (row.user) expect(/bot|crawler/i.test(row.agent)).to.equal(robots.get(row.user) === "crawler");
    const flooding = lines.filter((row) => robots.get(row.user) === "flooding" && row.event !== "" && !BACKGROUND.has(row.event));
    expect(new Set(flooding.map((row) => `${row.user} ${row.event}`)).size).to.equal(2);
  });

  it("grows by adding users: those of a small product do the same in a large one", async () => {
    const calm = { scenario: { flaws: { endlessSessions: 0 } } };
    const small = await make("small", { ...calm, users: 100 });
    const large = await make("large", { ...calm, users: 400 });
    const humans = (truthDir: string) => readTruth(truthDir).filter(({ traffic }) => traffic === "human");
    const inLarge = new Set(humans(large.truthDir).map((s) => `${plain(s)} ${s.behaviour}`));
    for (const session of humans(small.truthDir)) expect(inLarge.has(`${plain(session)} ${session.behaviour}`)).to.equal(true);
    expect(large.planted.counts.events.human / small.planted.counts.events.human).to.be.within(3.2, 4.9);
  });

  it("makes about as many events as asked for", async () => {
    const { planted } = await generate({ outDir: join(dir(), "a"), events: 100_000, days: 3 });
    expect(planted.counts.userEvents + planted.counts.backgroundEvents).to.be.within(80_000, 120_000);
  });

  it("writes the identity map and the catalogue of what the app logs on its own", async () => {
    const { outDir, truthDir } = await make("a", { scenario: { population: { identityChangeShare: 0.5 } } });
    const map = new Map(
      readFileSync(join(outDir, "identity.csv"), "utf8")
        .trim()
        .split("\n")
        .slice(1)
        .map((line) => line.split(",") as [string, string]),
    );
    const anonymous = readTruth(truthDir).filter(({ user, person }) => user !== person);
    expect(anonymous.length).to.be.greaterThan(20);
    for (const { user, person } of anonymous) expect(map.get(user)).to.equal(person);
    expect(readFileSync(join(outDir, "catalog.yaml"), "utf8")).to.include("heartbeat: background");
  });

  it("refuses options that make no sense and folders in use, in one line", async () => {
    await make("a", { days: 1 });
    for (const [options, message] of [
      [{ days: 0 }, /days must be a whole number/],
      [{ firstDate: "March" }, /first date must look like/],
      [{ events: 1.5 }, /events must be/],
      [{}, /already holds generated logs/],
    ] as const) {
      const error: unknown = await make("a", options).catch((e: unknown) => e);
      expect(error).to.be.instanceOf(UserError);
      expect((error as UserError).message).to.match(message);
    }
  });
});
