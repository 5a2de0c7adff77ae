import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkInput, glanceAt } from "../../../io/glance/glance";
import { settingsWith } from "../../transforms/events/harness";

describe("glanceAt", () => {
  let folder: string;
  const put = (name: string, content: string | Uint8Array) => writeFileSync(join(folder, name), content);
  const rows = <T>(count: number, of: (i: number) => T) => Array.from({ length: count }, (_, i) => of(i));
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sessionary-glance-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("recognises the columns of nested JSON lines, their time format and the apps", async () => {
    const lines = rows(100, (i) => ({
      context: { user: { id: `u${i % 9}` }, client: i % 3 ? "android" : "web" },
      ts: 1_700_000_000_000 + i * 1000,
      event_name: `e${i % 7}`,
      insert_id: `id-${i}`,
      user_agent: "Mozilla/5.0 (X11) Firefox/120.0",
      platform: i % 3 ? "android" : "web",
      nothing: null,
    }));
    put("a.jsonl.gz", gzipSync(lines.map((line) => JSON.stringify(line)).join("\n")));
    const glance = await glanceAt([folder]);
    expect([glance.format, glance.compression, glance.rowsSeen, glance.fileCount]).to.deep.equal(["jsonl", "gzip", 100, 1]);
    expect(glance.guess).to.deep.include({
      time: "ts",
      event: ["event_name"],
      app: "platform",
      userAgent: "user_agent",
      eventId: "insert_id",
    });
    expect(glance.guess.user).to.equal("context.user.id");
    expect(glance.apps).to.deep.equal([
      { value: "android", rows: 66 },
      { value: "web", rows: 34 },
    ]);
    const column = (name: string) => glance.columns.find((c) => c.name === name);
    expect(column("ts")).to.deep.include({ type: "number", timeFormat: "epoch_ms", distinct: 100, filledShare: 1 });
    expect(column("nothing")).to.deep.include({ type: "empty", filledShare: 0 });
    expect([glance.firstMs, glance.lastMs]).to.deep.equal([1_700_000_000_000, 1_700_000_099_000]);
    expect(glance.remarks).to.deep.equal([]);
  });

  it("sees delimiter, local times, times by pattern, addresses and booleans", async () => {
    put(
      "x.csv",
      "who;client_id;when;date;url;is_bot\n" +
        rows(
          60,
          (i) => `x;${i % 5};2024-01-02 03:04:${10 + (i % 50)};02.01.2024 03:04:11;https://x.org/p${i % 4};${i % 2 === 0}\n`,
        ).join(""),
    );
    const glance = await glanceAt([join(folder, "x.csv")]);
    const column = (name: string) => glance.columns.find((c) => c.name === name);
    expect(glance.delimiter).to.equal(";");
    expect(column("when")).to.deep.include({ type: "time", timeFormat: "iso", hasOffset: false });
    expect(column("date")?.timeFormat).to.deep.equal({ pattern: "dd.MM.yyyy HH:mm:ss" });
    expect(column("url")?.isAddress).to.equal(true);
    expect(glance.guess).to.deep.include({ user: "client_id", time: "date", event: ["url"], robot: "is_bot", app: null });
  });

  it("takes sessions for users where there is no user", async () => {
    put(
      "x.csv",
      "session_id,timestamp,event,user_id\n" + rows(40, (i) => `s${i % 8},${1_700_000_000 + i},e${i % 3},None\n`).join(""),
    );
    const { guess } = await glanceAt([folder]);
    expect(guess).to.deep.include({ user: "session_id", sessionId: "session_id", event: ["event"] });
  });

  it("says what it did not find, and refuses empty files", async () => {
    put("x.jsonl", '{"a":1}\n{"a":2}\n');
    expect((await glanceAt([folder])).remarks).to.deep.equal([
      "no user column was recognised",
      "no time column was recognised",
      "no event column was recognised",
    ]);
    put("x.jsonl", "");
    const error = await glanceAt([folder]).catch((e: unknown) => e as Error);
    expect(error).to.have.property("name", "UserError");
  });
});

describe("checkInput", () => {
  it("lists the columns there are when a named one is not, and lets JSON lines lack rare ones", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sessionary-check-"));
    try {
      writeFileSync(join(folder, "x.jsonl"), '{"user":"a","ts":1,"event":"e","app":"w"}\n');
      const settings = settingsWith({
        input: { paths: [folder], attributes: [{ name: "r", column: "rare", type: "number", take: "sum" }] },
      });
      const config = { ...settings, traffic: { ...settings.traffic, behaviour: {} as never } };
      await checkInput(config);
      const error = await checkInput({ ...config, input: { ...config.input, user: { column: "usr" } } }).catch((e: unknown) => e);
      expect(error).to.deep.include({
        message: 'the logs have no column input.user: "usr"',
        hints: ["columns there are: user, ts, event, app"],
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
