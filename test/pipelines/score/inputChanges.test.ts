import { expect } from "chai";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Config } from "../../../model/config";
import { changeLine, type InputChange } from "../../../model/inputFacts/change";
import { scoreDates } from "../../../pipelines/score/score";
import { DataError } from "../../../model/errors";
import { readStatus } from "../../../pipelines/status";
import { useTempDir } from "../../support/tempDir";
import { monthLog } from "./monthLog";
import { madeUpProject, writeFile, writeLog, type LogLine } from "./project";

const FROM = "2026-02-09";
const ZONE = "Europe/Berlin";
const LOG = monthLog({ from: FROM, days: 30, visits: 50, zone: ZONE, seed: 11 });
const DATES = [...LOG.keys()];
/** Days that are published before anything changes: three weeks, so that each weekday is there three times. */
const BEFORE = DATES.slice(0, 22);
const [CHANGED, NEXT] = DATES.slice(22) as [string, string];
const [SATURDAY, MONDAY] = ["2026-03-07", "2026-03-09"] as const;

const dated = (text: string) => text.replace("logs/**/*.jsonl", "logs/{yyyy}-{MM}-{dd}*");
const project = (dir: string, change: (text: string) => string = (text) => text) =>
  madeUpProject(dir, (text) => change(dated(text)));

async function changesOf(config: Config, dates: readonly string[]): Promise<Map<string, readonly InputChange[]>> {
  const { days } = await scoreDates(config, dates);
  return new Map(days.map((day) => [day.date, day.kind === "published" ? day.manifest.changes : []]));
}

const linesOf = (date: string) => LOG.get(date) as LogLine[];
const jsonl = (lines: readonly object[]) => lines.map((line) => `${JSON.stringify(line)}\n`).join("");

async function failureOf(config: Config, date: string): Promise<readonly string[]> {
  try {
    await scoreDates(config, [date]);
    return ["published"];
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return [error.message, ...error.hints];
  }
}

describe("changes inside the input", function () {
  this.timeout(180_000);
  const dir = useTempDir();
  let published: string;
  let ofWeeks: ReadonlyMap<string, readonly InputChange[]>;

  before(async () => {
    published = mkdtempSync(join(tmpdir(), "sessionary-changes-"));
    for (const date of BEFORE) writeLog(published, `${date}.jsonl`, linesOf(date));
    ofWeeks = await changesOf(project(published), BEFORE);
  });

  after(() => rmSync(published, { recursive: true }));

  /** A project whose first three weeks are published, with more logs by name. */
  function home(logs: Readonly<Record<string, string | Uint8Array>>, change?: (text: string) => string): Config {
    cpSync(published, dir(), { recursive: true, preserveTimestamps: true });
    for (const [name, content] of Object.entries(logs)) writeFile(join(dir(), "logs", name), content);
    return project(dir(), change);
  }

  /** Lines of the changes found on a day that is published all the same. */
  const linesFound = async (config: Config, date: string) => ((await changesOf(config, [date])).get(date) ?? []).map(changeLine);

  it("are none in weeks of logs with quiet weekends, in one run or day by day", async () => {
    for (const [date, changes] of ofWeeks) expect(changes, date).to.deep.equal([]);
    for (const date of [CHANGED, SATURDAY, MONDAY]) {
      expect(await linesFound(home({ [`${date}.jsonl`]: jsonl(linesOf(date)) }), date), date).to.deep.equal([]);
    }
  });

  it("a renamed column: the run fails with its new name, the next day knows since when, and with it set all is well", async () => {
    const renamed = (date: string) => jsonl(linesOf(date).map(({ user, ...line }) => ({ ...line, userId: user })));
    const config = home({ [`${CHANGED}.jsonl`]: renamed(CHANGED), [`${NEXT}.jsonl`]: renamed(NEXT) });
    const line =
      "`user` (input.user) is gone since 2026-03-03; `userId` appeared with values of the same kind, some of them the very same:" +
      " set input.user to userId, or have the logs name it user again";
    const [first, ...facts] = await failureOf(config, CHANGED);
    expect(first).to.equal(line);
    expect(facts[0]).to.match(/% of \d+ rows cannot be used, more than input.maxBadRowShare allows/);
    expect((await failureOf(config, NEXT))[0]).to.equal(line);
    const { days } = await readStatus(config);
    for (const { date, failure, changes } of days.filter(({ date }) => date >= CHANGED)) {
      expect(failure?.message, date).to.equal(line);
      expect(changes.map(changeLine), date).to.deep.equal([line]);
    }
    const mended = home({ [`${CHANGED}.jsonl`]: renamed(CHANGED) }, (text) => text.replace("  user: user", "  user: userId"));
    expect((await scoreDates(mended, [NEXT])).days[0]?.kind).to.equal("published");
    expect((await readStatus(mended)).days.find(({ date }) => date === NEXT)?.failure).to.equal(null);
  });

  it("a renamed time column: the files are read again once the settings name it", async () => {
    const renamed = jsonl(linesOf(CHANGED).map(({ ms, ...line }) => ({ ...line, ts: ms })));
    const config = home({ [`${CHANGED}.jsonl`]: renamed });
    expect((await failureOf(config, CHANGED))[0]).to.match(
      /^`ms` \(input.time\) is gone since 2026-03-03; `ts` appeared .*: set input.time to ts/,
    );
    const mended = home({}, (text) => text.replace("  time: ms", "  time: ts").replace(/\{yyyy\}.*/, "2026-03-03*"));
    const [day] = (await scoreDates(mended, [CHANGED])).days;
    expect(day?.kind === "published" && day.manifest.day.events).to.be.greaterThan(100);
  });

  it("a renamed column of CSV files, found by their header", async () => {
    const csv = (names: string, lines: readonly LogLine[]) =>
      [names, ...lines.map(({ user, app, ms, name }) => [user, app, ms, name].join(","))].join("\n");
    writeFile(join(dir(), "logs", "a.csv"), csv("user,app,ms,name", linesOf(CHANGED)));
    const config = madeUpProject(dir(), (text) => text.replace("*.jsonl", "*.csv").replace(/ {2}attributes:\n.*\n/, ""));
    await scoreDates(config, [CHANGED]);
    writeFile(join(dir(), "logs", "b.csv"), csv("user_key,app,ms,name", linesOf(NEXT)));
    const [line, ...hints] = await failureOf(config, NEXT);
    expect(line).to.equal(
      "`user` (input.user) is gone since 2026-03-04; `user_key` appeared with values of the same kind, some of them the very same:" +
        " set input.user to user_key, or have the logs name it user again",
    );
    expect(hints).to.deep.equal(["in logs/b.csv; nothing was published"]);
  });

  it("an attribute that only some rows have, and then none", async () => {
    const without = (date: string) => jsonl(linesOf(date).map(({ user, app, ms, name }) => ({ user, app, ms, name })));
    const config = home({ [`${CHANGED}.jsonl`]: without(CHANGED), [`${NEXT}.jsonl`]: without(NEXT) });
    const line =
      "`revenue` (attribute revenue) is gone since 2026-03-03: name another column as attribute revenue, or have the logs bring it back";
    expect(await linesFound(config, CHANGED)).to.deep.equal([line]);
    expect(await linesFound(config, NEXT)).to.deep.equal([line]);
    expect((await readStatus(config)).days.filter(({ changes }) => changes.length > 0).map(({ date }) => date)).to.deep.equal([
      CHANGED,
      NEXT,
    ]);
  });

  it("values of another type", async () => {
    const iso = jsonl(linesOf(CHANGED).map((line) => ({ ...line, ms: new Date(line.ms).toISOString() })));
    expect(await linesFound(home({ [`${CHANGED}.jsonl`]: iso }), CHANGED)).to.deep.equal([
      "`ms` (input.time) holds ISO times since 2026-03-03 (before: times in epoch milliseconds): see that input.time.format fits (auto reads most)",
    ]);
    const numbers = jsonl(linesOf(CHANGED).map((line, i) => (i % 3 === 0 ? { ...line, user: line.user.slice(5) } : line)));
    const [line] = await linesFound(home({ [`${CHANGED}.jsonl`]: numbers }), CHANGED);
    expect(line).to.match(
      /^`user` \(input.user\) holds text \(6\d %\) and whole numbers \(3\d %\) since 2026-03-03 \(before: text\)/,
    );
  });

  it("ids that go blank", async () => {
    const blank = jsonl(linesOf(CHANGED).map((line, i) => (i % 4 === 0 ? { ...line, user: ["", "null", "-"][i % 3] } : line)));
    const config = home({ [`${CHANGED}.jsonl`]: blank }, (text) =>
      text.replace("  attributes:", "  maxBadRowShare: 0.5\n  attributes:"),
    );
    const [line, ...others] = await linesFound(config, CHANGED);
    expect(line).to.match(/^`user` \(input.user\) is blank in 2\d % of the rows since 2026-03-03 \(before: 0 %\)/);
    expect(others).to.deep.equal([]);
  });

  it("a file given twice: the same bytes, the same rows, or the day before once more", async () => {
    const text = jsonl(linesOf(CHANGED));
    const same = home({ [`${CHANGED}.jsonl`]: text, [`${CHANGED}-copy.jsonl`]: text });
    expect(await linesFound(same, CHANGED)).to.deep.equal([
      "logs/2026-03-03-copy.jsonl and logs/2026-03-03.jsonl are the same file (2026-03-03); equal events count once:" +
        " take all but one away; if another file was meant, have it sent again",
    ]);
    rmSync(join(dir(), "logs", `${CHANGED}-copy.jsonl`));
    const packed = home({ [`${CHANGED}.jsonl.gz`]: gzipSync(text) });
    expect((await linesFound(packed, CHANGED))[0]).to.match(
      /2026-03-03.jsonl and .*2026-03-03.jsonl.gz hold the same rows \(2026-03-03\)/,
    );
    rmSync(join(dir(), "logs", `${CHANGED}.jsonl.gz`));
    const yesterday = home({ [`${NEXT}.jsonl`]: text });
    expect((await linesFound(yesterday, NEXT))[0]).to.match(
      /2026-03-03.jsonl and .*2026-03-04.jsonl are the same file \(2026-03-04\)/,
    );
  });

  it("an app that loses most of its events while another has more than before", async () => {
    const web = linesOf(CHANGED).filter(({ app, user }) => app === "web" && user.endsWith("7"));
    const iphone = linesOf(CHANGED).filter(({ app }) => app === "iphone");
    const more = [1, 2].flatMap((copy) => iphone.map((line) => ({ ...line, user: `${line.user}-${copy}` })));
    const lines = [...web, ...iphone, ...more].sort((a, b) => a.ms - b.ms);
    const usual = linesOf(CHANGED).length;
    expect(lines.length).to.be.within(0.7 * usual, 1.4 * usual);
    const [line, ...others] = await linesFound(home({ [`${CHANGED}.jsonl`]: jsonl(lines) }), CHANGED);
    expect(line).to.match(
      /^\d+ events of web on 2026-03-03, a Tuesday; the 3 Tuesdays before had \d+ … \d+: are all logs of web there\?$/,
    );
    expect(others).to.deep.equal([]);
    const [day] = (await readStatus(project(dir()))).days.filter(({ date }) => date === CHANGED);
    expect(day?.changes.map(changeLine)).to.deep.equal([line]);
  });

  it("far fewer events than on the same weekdays, and rows that are none", async () => {
    const few = linesOf(CHANGED).slice(0, linesOf(CHANGED).length / 5);
    const [line] = await linesFound(home({ [`${CHANGED}.jsonl`]: jsonl(few) }), CHANGED);
    expect(line).to.match(
      /^\d+ events on 2026-03-03, a Tuesday; the 3 Tuesdays before had \d+ … \d+: are all logs of the day there\?$/,
    );
    const broken = `${jsonl(linesOf(CHANGED))}${"no json\n".repeat(30 * linesOf(CHANGED).length)}`;
    expect((await failureOf(home({ [`${CHANGED}.jsonl`]: broken }), CHANGED))[0]).to.match(
      /^\d\d % of the rows are set aside as malformed since 2026-03-03 \(before: 0 %\): the line is not of the input's format/,
    );
  });
});
