import { expect } from "chai";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseCatalogue } from "../../../model/catalogueFile";
import { loadConfig } from "../../../model/config/load";
import { UserError } from "../../../model/errors";
import { init } from "../../../pipelines/init/init";
import { minutes, START_MS } from "../../support/builders";
import { useTempDir } from "../../support/tempDir";

const isoAt = (offsetMs: number) => new Date(START_MS + offsetMs).toISOString();

/** Sixty events of ten users on two clients. */
function jsonLines(): string {
  return Array.from({ length: 60 }, (_, i) =>
    JSON.stringify({
      ts: isoAt(minutes(i)),
      user: { id: `u${i % 10}` },
      platform: i % 3 === 0 ? "web" : "iphone",
      action: ["SEARCH", "CLICK", "heartbeat"][i % 3],
      country: i % 2 === 0 ? "DE" : "FR",
      orderValue: i % 7,
    }),
  ).join("\n");
}

const combinedLine = (i: number) =>
  `10.0.0.${i % 9} - - [01/Jul/2016:10:${String(i).padStart(2, "0")}:00 +0000] "GET /${i % 2 === 0 ? "shop" : "help"}/${i % 4}/x.html?q=${i} HTTP/1.1" 200 512 "-" "Mozilla/5.0 (X11)"`;

describe("init", () => {
  const dir = useTempDir();
  const write = (name: string, text: string) => {
    mkdirSync(join(dir(), "logs"), { recursive: true });
    writeFileSync(join(dir(), "logs", name), text);
  };
  const run = (more: { force?: boolean } = {}) =>
    init({ logs: [join(dir(), "logs")], configPath: join(dir(), "sessionary.yaml"), ...more });
  const settings = () => readFileSync(join(dir(), "sessionary.yaml"), "utf8");

  it("writes settings that load and say what the columns are", async () => {
    write("a.jsonl", jsonLines());
    const report = await run();
    const config = await loadConfig(report.configPath);
    expect(config.input).to.deep.include({
      paths: [join(dir(), "logs")],
      format: "jsonl",
      user: { column: "user.id" },
      time: { column: "ts", format: "iso", zone: "UTC" },
      app: { column: "platform" },
      attributes: [
        { name: "country", column: "country", type: "string", take: "first" },
        { name: "order_value", column: "orderValue", type: "number", take: "sum" },
      ],
    });
    expect(config.input.event.columns).to.deep.equal(["action"]);
    expect(report).to.include({ files: 1, rowsSeen: 60, eventNames: 3, firstMs: START_MS });
  });

  it("gives every guess its reason, in the report and beside the value", async () => {
    write("a.jsonl", jsonLines());
    const { guesses } = await run();
    expect(guesses.every(({ why }) => why.length > 5)).to.equal(true);
    expect(settings()).to.contain("app: platform # guessed: 2 clients: iphone 67 %, web 33 %");
  });

  it("writes a catalogue of the names seen, with a guess at background events", async () => {
    write("a.jsonl", jsonLines());
    const { catalogPath } = await run();
    const { events } = parseCatalogue(readFileSync(catalogPath, "utf8"), "catalog.yaml");
    expect(Object.entries(events).map(([name, { kind }]) => [name, kind])).to.have.deep.members([
      ["SEARCH", "user"],
      ["CLICK", "user"],
      ["heartbeat", "background"],
    ]);
  });

  it("recognises web-server logs and shortens their addresses", async () => {
    write("access.log", Array.from({ length: 40 }, (_, i) => combinedLine(i)).join("\n"));
    const { configPath } = await run();
    const { input, traffic } = await loadConfig(configPath);
    expect(input).to.deep.include({
      format: "combined",
      user: { column: "host" },
      time: { column: "time", format: "clf", zone: "UTC" },
      app: { constant: "web" },
      userAgent: { column: "userAgent" },
    });
    expect(input.event).to.deep.include({ columns: ["path"] });
    expect(input.event.address?.depth).to.equal(2);
    expect(traffic.robotsByUserAgent).to.equal(true);
  });

  it("never overwrites unless it is told to", async () => {
    write("a.jsonl", jsonLines());
    await run();
    const before = settings();
    const error = await run().catch((e: unknown) => e);
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).message).to.match(/sessionary\.yaml and .*catalog\.yaml are there already/);
    expect(settings()).to.equal(before);
  });

  it("keeps what people settled and their comments when it updates", async () => {
    write("a.jsonl", jsonLines());
    const { configPath, catalogPath } = await run();
    writeFileSync(
      configPath,
      `${settings().replace(/^zone: UTC.*$/m, "zone: Asia/Tokyo # head office")}  minEvents: 3 # bounces are noise\n`,
    );
    writeFileSync(catalogPath, "events:\n  CLICK: system # by the app itself\n");
    write("a.jsonl", jsonLines().replaceAll('"platform"', '"device"'));
    await run({ force: true });
    const config = await loadConfig(configPath);
    expect(config.zone).to.equal("Asia/Tokyo");
    expect(config.sessions.minEvents).to.equal(3);
    expect(config.input.app).to.deep.equal({ column: "device" });
    expect(settings()).to.contain("# head office").and.contain("# bounces are noise");
    const catalogue = readFileSync(catalogPath, "utf8");
    expect(catalogue)
      .to.contain("CLICK: system # by the app itself")
      .and.match(/SEARCH: user/);
  });

  it("says which path leads nowhere", async () => {
    const error = await run().catch((e: unknown) => e);
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).message).to.contain(join(dir(), "logs"));
  });
});
