import { expect } from "chai";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Config } from "../../model/config";
import type { RunManifest } from "../../io/runs/manifest";
import { scoreDates, type ScoreHooks } from "../../pipelines/score/score";
import { seeded } from "../ml/forest/madeUp";
import { hours, minutes, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, writeFile, writeLog, type LogLine, type Row } from "../pipelines/score/project";

const DATE = "2016-07-01";

const at = (user: string, minute: number, name = "SEARCH", app = "web"): LogLine => ({
  user,
  app,
  ms: START_MS + hours(9) + minutes(minute),
  name,
});
const text = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

/** What is shown before anything goes wrong. */
const OLD = [at("ana", 0), at("ana", 1, "CLICK"), at("ben", 5)];
/** What comes with the fault, good in itself. */
const MORE = [at("cleo", 0), at("cleo", 2, "VIEW"), at("dora", 30)];

const TABLES = ["sessions", "daily", "transitions", "event_counts", "dead_letters", "runs"];
const shown = async (config: Config) => Promise.all(TABLES.map((table) => readTable(config, table)));
/** What a session says, without ids of runs. */
const plain = (rows: readonly Row[]) =>
  rows.map(({ user, app, start, event_count, category_id, traffic }) =>
    [user, app, Number(start), event_count, category_id, traffic].join(" "),
  );

describe("faults of the input", function () {
  this.timeout(120_000);
  const dir = useTempDir();

  const lenient = (settings: string) => settings.replace("  attributes:", "  maxBadRowShare: 0.9\n  attributes:");

  /** A project that shows a day, then gets more logs. */
  async function published(
    more: Readonly<Record<string, string | Uint8Array>>,
    change?: (settings: string) => string,
  ): Promise<Config> {
    writeLog(dir(), "old.jsonl", OLD);
    await scoreDates(madeUpProject(dir(), change), [DATE]);
    for (const [name, content] of Object.entries(more)) writeFile(join(dir(), "logs", name), content);
    return madeUpProject(dir(), change);
  }

  async function score(config: Config, hooks: ScoreHooks = {}): Promise<RunManifest> {
    const [day] = (await scoreDates(config, [DATE], hooks)).days;
    if (day?.kind !== "published") throw new Error("not published");
    return day.manifest;
  }

  /** Sessions of the good lines alone, scored by themselves. */
  async function clean(lines: readonly LogLine[], change?: (settings: string) => string): Promise<string[]> {
    const home = join(dir(), "clean");
    writeLog(home, "all.jsonl", lines);
    const config = madeUpProject(home, change);
    await scoreDates(config, [DATE]);
    return plain(await readTable(config, "sessions"));
  }

  /** The run fails; readers see during and after it what they saw before. @returns its message with its hints */
  async function refused(config: Config, hooks: ScoreHooks = {}): Promise<string> {
    const before = await shown(config);
    const during: Promise<unknown>[] = [];
    try {
      await scoreDates(config, [DATE], {
        onStep: (step) => {
          during.push(shown(config));
          hooks.onStep?.(step);
        },
      });
    } catch (error) {
      for (const seen of await Promise.all(during)) expect(seen).to.deep.equal(before);
      expect(await shown(config)).to.deep.equal(before);
      const { message, hints = [] } = error as Error & { hints?: readonly string[] };
      return [message, ...hints].join("\n");
    }
    throw new Error("it was published");
  }

  it("lines that are none, bytes that are no text, NUL, CRLF and a byte-order mark: good rows are shown, the others are found by offset", async () => {
    const bad = Buffer.concat([
      Buffer.from(`\ufeff${JSON.stringify(MORE[0])}\r\nno json\r\n`),
      Buffer.from('{"user":"\xff","app":"web","ms":1467363600000,"name":"VIEW"}\n', "latin1"),
      Buffer.from(
        `${JSON.stringify({ ...MORE[1], user: "a\0b" })}\n\n{"user":"x"\n${JSON.stringify(MORE[1])}\r\n${JSON.stringify(MORE[2])}`,
      ),
    ]);
    const config = await published({ "more.jsonl": bad }, lenient);
    const manifest = await score(config);
    expect(plain(await readTable(config, "sessions"))).to.deep.equal(await clean([...OLD, ...MORE]));
    expect(manifest.job.rows.setAside).to.deep.equal({ malformed: 2, bad_encoding: 1, nul_in_key: 1 });
    for (const letter of await readTable(config, "dead_letters")) {
      const raw = String(letter["raw"]);
      const found = bad.subarray(Number(letter["offset"]), Number(letter["offset"]) + Buffer.byteLength(raw)).toString("utf8");
      if (letter["reason"] !== "bad_encoding") expect(found).to.equal(raw);
    }
  });

  it("too many of them: the run fails, the day stays as it was", async () => {
    const config = await published({ "more.jsonl": `${text(MORE)}${"no json\n".repeat(5)}` });
    expect(await refused(config)).to.match(/45.5 % of 11 rows cannot be used.*\n5 rows: malformed/);
  });

  it("a gzip file that breaks off: the rows before the break are shown, the rest is one dead letter", async () => {
    const random = seeded(4);
    const many = Array.from({ length: 2000 }, (_, i) => at(`u${Math.floor(random() * 1e9)}`, i % 600));
    const whole = gzipSync(text(many));
    const config = await published({ "more.jsonl.gz": whole.subarray(0, Math.floor(whole.length / 2)) }, (settings) =>
      settings.replace("*.jsonl", "*"),
    );
    const manifest = await score(config);
    expect(manifest.job.rows.setAside).to.deep.equal({ truncated_input: 1 });
    const rows = await readTable(config, "sessions");
    expect(rows.length).to.be.within(500, 1500);
    const users = new Set([...OLD, ...many.slice(0, rows.length - 2)].map(({ user }) => user));
    expect(rows.every(({ user }) => users.has(String(user)))).to.equal(true);
    expect((await readTable(config, "dead_letters")).map(({ reason }) => reason)).to.deep.equal(["truncated_input"]);
  });

  it("a line of 50 MB: passed over, its neighbours are shown", async () => {
    const long = Buffer.alloc(50 << 20, "x");
    const config = await published(
      { "more.jsonl": Buffer.concat([Buffer.from(text(MORE.slice(0, 2))), long, Buffer.from(`\n${text(MORE.slice(2))}`)]) },
      lenient,
    );
    const manifest = await score(config);
    expect(manifest.job.rows.setAside).to.deep.equal({ too_long: 1 });
    expect(plain(await readTable(config, "sessions"))).to.deep.equal(await clean([...OLD, ...MORE]));
    const [letter] = await readTable(config, "dead_letters");
    expect(letter).to.include({ reason: "too_long", offset: text(MORE.slice(0, 2)).length });
    expect(String(letter?.["raw"]).length).to.equal(4096);
  });

  it("names that mean something to programs: shown as they are; an empty one is set aside", async () => {
    const names = ["__proto__", "constructor", "$ref", "_bsontype", "\ud83d\ude00", "x".repeat(10_000), " ", "a\nb", "toString"];
    const lines = names.map((name, i) => at("ana", i, name));
    const config = await published({ "more.jsonl": text([...lines, at("ana", 20, "")]) }, lenient);
    expect((await score(config)).job.rows.setAside).to.deep.equal({ missing_event: 1 });
    const events = (await readTable(config, "event_counts")).map(({ event }) => event);
    expect(events).to.include.members(names);
    // Half of a character is no text.
    writeFile(join(dir(), "logs", "half.jsonl"), `{"user":"ana","app":"web","ms":${START_MS + hours(9)},"name":"a\\ud800"}\n`);
    expect((await score(config)).job.rows.setAside).to.deep.equal({ missing_event: 1, bad_encoding: 1 });
  });

  it("times and numbers at the edges: what is no time near the day is set aside, attributes keep every bit", async () => {
    const times = ["NaN", "1e999", "-1e999", "9007199254740993000", "-0", "-5", "2147483648", '""', "null", '"soon"'];
    const rows = times.map((ms) => `{"user":"edge","app":"web","ms":${ms},"name":"VIEW"}\n`).join("");
    const sums = [2 ** 53 - 1, 1e308, -0.1, 5e-324, 0.1 + 0.2];
    const lines = sums.map((revenue, i) => ({ ...at(`v${i}`, i), revenue }));
    const config = await published({ "more.jsonl": `${rows}${text(lines)}` }, lenient);
    const { setAside, rowsRead, eventsPacked } = (await score(config)).job.rows;
    expect(rowsRead - eventsPacked).to.equal(times.length);
    expect(Object.keys(setAside)).to.have.members(["bad_time", "malformed", "missing_time", "outside_range"]);
    const found = await readTable(config, "sessions");
    expect(found.map(({ user }) => user)).to.not.include("edge");
    expect(sums.map((_, i) => found.find(({ user }) => user === `v${i}`)?.["revenue"])).to.deep.equal(sums);
  });

  it("a third of the rows twice, and all shuffled over files: the same sessions, and the number of repeats", async () => {
    const random = seeded(9);
    const lines = Array.from({ length: 600 }, (_, i) =>
      at(`u${i % 37}`, Math.floor(random() * 600), i % 3 === 0 ? "CLICK" : "VIEW"),
    );
    const unique = [...new Map(lines.map((line) => [JSON.stringify(line), line])).values()];
    const twice = unique.filter((_, i) => i % 3 === 0);
    const mixed = [...unique, ...twice].map((line) => ({ line, order: random() })).sort((a, b) => a.order - b.order);
    const config = await published({
      "a.jsonl": text(mixed.slice(0, 300).map(({ line }) => line)),
      "b.jsonl": text(mixed.slice(300).map(({ line }) => line)),
    });
    expect((await score(config)).day.duplicates).to.equal(twice.length);
    expect(plain(await readTable(config, "sessions"))).to.deep.equal(await clean([...OLD, ...unique]));
  });

  it("a clock that runs ahead: its events are set aside and move no session", async () => {
    const withReceived = (line: LogLine, ahead: number) => ({ ...line, ms: line.ms + ahead, received: line.ms });
    const settings = (given: string) => lenient(given.replace("  user: user", "  user: user\n  receivedTime: received"));
    const config = await published(
      { "more.jsonl": text([...MORE.map((line) => withReceived(line, 0)), withReceived(at("cleo", 3), hours(2))]) },
      settings,
    );
    const manifest = await score(config);
    // Rows without a receive time cannot be checked.
    expect(manifest.job.rows.setAside["clock_ahead"]).to.equal(1);
    expect(
      (await readTable(config, "sessions")).filter(({ user }) => user === "cleo").map((row) => row["event_count"]),
    ).to.deep.equal([2]);
  });

  it("a user with 50,000 events in a day: flagged, and nobody else's sessions are other ones", async () => {
    const flood = Array.from({ length: 50_000 }, (_, i) => ({ ...at("flood", 0, "VIEW"), ms: START_MS + hours(1) + i * 400 }));
    const rules = (settings: string) =>
      settings.replace("sessions:\n", "traffic: { behaviour: { maxEventsPerHour: 3000 } }\nsessions:\n");
    const config = await published({ "more.jsonl": text([...MORE, ...flood]) }, rules);
    const manifest = await score(config);
    expect(manifest.job.robotsByRule).to.deep.equal({ rate: 1, awake: 0, regular: 0, flood: 0 });
    const rows = await readTable(config, "sessions");
    expect(rows.filter(({ traffic }) => traffic === "robot").map(({ user, event_count }) => [user, event_count])).to.deep.equal([
      ["flood", 50_000],
    ]);
    expect(plain(rows.filter(({ user }) => user !== "flood"))).to.deep.equal(await clean([...OLD, ...MORE], rules));
  });

  it("all rows bad, or the file of another format: the run fails, the day stays as it was", async () => {
    const config = await published({ "more.jsonl": "nonsense\n".repeat(100) });
    expect(await refused(config)).to.match(/97.1 % of 103 rows cannot be used/);
    writeFile(join(dir(), "logs", "more.jsonl"), Buffer.from([0xff, 0xfe, 0x7b, 0x00]));
    expect(await refused(config)).to.match(/more.jsonl is UTF-16 text; convert it to UTF-8/);
  });

  it("a log that cannot be read, or goes away during the run: named, the day stays as it was, and the next run is right", async () => {
    const config = await published({ "more.jsonl": text(MORE) });
    const gone = join(dir(), "logs", "more.jsonl");
    const takeAway = { onStep: (step: string) => void (step === "run" && rmSync(gone)) };
    expect(await refused(config, takeAway)).to.match(/more.jsonl (cannot be read: there is no such file|went away)/);
    writeFile(gone, text(MORE));
    // A link that leads to itself: nobody, not even root, can read it.
    mkdirSync(join(dir(), "parquet"));
    writeFileSync(join(dir(), "parquet", "broken.parquet"), Buffer.from("PAR1 and then nothing that is Parquet PAR1"));
    const parquet = madeUpProject(dir(), (settings) =>
      settings.replace("logs/**/*.jsonl", "[logs/**/*.jsonl, parquet/*.parquet]"),
    );
    expect(await refused(parquet)).to.match(/broken.parquet cannot be read/);
    await score(config);
    expect(plain(await readTable(config, "sessions"))).to.deep.equal(await clean([...OLD, ...MORE]));
  });

  it("one event, no event, only events that are left out: a day of one session, of none, and of none", async () => {
    writeLog(dir(), "one.jsonl", [at("ana", 0)]);
    const config = madeUpProject(dir());
    expect((await score(config)).day).to.include({ sessions: 1, events: 1 });
    writeLog(dir(), "one.jsonl", []);
    expect((await score(config)).day).to.include({ sessions: 0, events: 0 });
    expect(await readTable(config, "sessions")).to.deep.equal([]);
    writeLog(dir(), "one.jsonl", OLD);
    const other = madeUpProject(dir(), (settings) => settings.replace("sessions:\n", "apps: { only: [iphone] }\nsessions:\n"));
    const manifest = await score(other);
    expect([manifest.day.sessions, manifest.job.rows.setAside]).to.deep.equal([0, { other_app: 3 }]);
    expect((await readTable(config, "sessions", 0)).length).to.equal(1);
  });
});
