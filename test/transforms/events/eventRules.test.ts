import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseCatalogue } from "../../../model/catalogueFile";
import { distinctCount } from "../../../transforms/events/nameSketch";
import { shortenAddress } from "../../../transforms/events/address";
import { readContent } from "./harness";

const T = 1_600_000_000_000;
const lines = (rows: readonly object[]) =>
  rows.map((row) => `${JSON.stringify({ user: "u", ts: T, event: "e", app: "web", ...row })}\n`).join("");

describe("the rules of an event", () => {
  it("reads only events of the range, its start included and its end not, and still tells the times there are", async () => {
    const { events, counts } = await readContent(lines([{ ts: T - 1 }, { ts: T }, { ts: T + 9 }, { ts: T + 10 }]), {
      range: { fromMs: T, toMs: T + 10 },
    });
    expect(events.map(({ timeMs }) => timeMs)).to.deep.equal([T, T + 9]);
    expect(counts.setAside).to.deep.equal({ outside_range: 2 });
    expect([counts.firstMs, counts.lastMs]).to.deep.equal([T - 1, T + 10]);
  });

  it("gives each row without a part one reason", async () => {
    const { counts } = await readContent(
      lines([
        { user: null },
        { user: "" },
        { ts: null },
        { ts: "soon" },
        { event: "" },
        { app: null },
        { event: {}, user: 7 },
        { ts: true },
      ]),
    );
    expect(counts.setAside).to.deep.equal({ missing_user: 2, missing_time: 1, bad_time: 2, missing_event: 2, missing_app: 1 });
  });

  it("renames apps and leaves out those not asked for", async () => {
    const apps = { rename: { "com.x.ios": "ios", ios2: "ios" }, only: ["ios"] };
    const { events, counts } = await readContent(lines([{ app: "com.x.ios" }, { app: "ios2" }, { app: "web" }]), { apps });
    expect(new Set(events.map(({ app }) => app))).to.deep.equal(new Set(["ios"]));
    expect(counts.setAside).to.deep.equal({ other_app: 1 });
  });

  it("follows the catalogue: aliases become the name, background and system events are set aside, unknown names are told", async () => {
    const catalogue = parseCatalogue(
      "events:\n  buy: { aliases: [purchase] }\n  ping: background\n  boot: { kind: system }\n",
      "catalog.yaml",
    );
    const { events, counts } = await readContent(
      lines([{ event: "purchase" }, { event: "buy" }, { event: "ping" }, { event: "boot" }, { event: "new" }, { event: "new" }]),
      { catalogue },
    );
    expect(events.map(({ name }) => name)).to.have.members(["buy", "buy", "new", "new"]);
    expect(counts.setAside).to.deep.equal({ background: 1, system: 1 });
    expect([counts.unknownEvents, counts.unknownNames.map(([, name]) => name)]).to.deep.equal([2, ["new"]]);
  });

  it("joins columns and leaves a missing part empty", async () => {
    const event = { columns: ["event", "page", "kind"], separator: "/", address: null };
    const { events } = await readContent(
      lines([
        { page: "p", kind: 1 },
        { event: null, page: "p" },
      ]),
      { input: { event } },
    );
    expect(events.map(({ name }) => name)).to.have.members(["e/p/1", "/p/"]);
  });

  it("shortens addresses and takes file endings for background events", () => {
    const rule = { depth: 2, dropQuery: true, backgroundExtensions: ["png", "css"] };
    const name = (address: string) => shortenAddress(address, rule).name;
    expect(name("https://x.org:80/a/b/c.html?q=/z#f")).to.equal("/a/b");
    expect(name("//a///b/")).to.equal("/a/b");
    expect([name("/"), name(""), name("http://x.org"), name("/a#/b")]).to.deep.equal(["/", "/", "/", "/a"]);
    expect(shortenAddress("/a/b/c/x.PNG?v=1", rule).background).to.equal(true);
    expect(shortenAddress("/png", rule).background).to.equal(false);
    expect(shortenAddress("/a/b/c?q=1", { ...rule, dropQuery: false }).name).to.equal("/a/b?q=1");
  });

  it("marks robots by user agent, column and list, staff by list, and lets the robot win", async () => {
    const rows = [
      { user: "h" },
      { user: "a", agent: "Googlebot/2.1 (+http://www.google.com/bot.html)" },
      { user: "b", bot: "Yes" },
      { user: "r" },
      { user: "s" },
      { user: "s", bot: true },
    ];
    const { events, counts } = await readContent(lines(rows), {
      input: { userAgent: { column: "agent" } },
      traffic: { robotsByUserAgent: true, robotUsers: ["r"], staffUsers: ["s"], robotColumn: "bot" },
    });
    const marks = events.map(({ user, traffic }) => `${user}${traffic}`);
    expect(marks).to.have.members(["h0", "a2", "b2", "r2", "s1", "s2"]);
    expect([counts.robotEvents, counts.staffEvents]).to.deep.equal([4, 1]);
  });

  it("maps aliases to users from the time they hold", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sessionary-identity-"));
    try {
      const path = join(folder, "map.csv");
      writeFileSync(path, `alias,user,valid_from\nu,ann,${T}\nu,"b,ob",${T + 10}\nx,y,\n`);
      const { events } = await readContent(lines([{ ts: T - 1 }, { ts: T }, { ts: T + 10 }, { user: "x" }, { user: "y" }]), {
        input: { identityMapPath: path },
      });
      expect(events.map(({ user, timeMs }) => [user, timeMs - T])).to.have.deep.members([
        ["u", -1],
        ["ann", 0],
        ["b,ob", 10],
        ["y", 0],
        ["y", 0],
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("sets aside events later than their receipt plus the tolerance", async () => {
    const { counts, events } = await readContent(lines([{ got: T - 2000 }, { got: T - 2001 }, {}]), {
      input: { receivedTime: { column: "got", format: "epoch_ms" }, clockToleranceSeconds: 2 },
    });
    expect([events.length, counts.setAside]).to.deep.equal([2, { clock_ahead: 1 }]);
  });

  it("carries attributes and event ids", async () => {
    const { events } = await readContent(
      lines([{ id: "1", price: "2.50", country: "DE" }, { id: "1" }, { id: "2", price: "free", country: "" }]),
      {
        input: {
          eventId: { column: "id" },
          attributes: [
            { name: "price", column: "price", type: "number", take: "sum" },
            { name: "country", column: "country", type: "string", take: "first" },
          ],
        },
      },
    );
    expect(events.map(({ numbers, texts }) => [numbers, texts])).to.deep.equal([
      [[2.5], ["DE"]],
      [[NaN], [null]],
      [[NaN], [null]],
    ]);
    expect(events[0]!.id).to.equal(events[1]!.id);
    expect(events[0]!.id).to.not.equal(events[2]!.id);
  });

  it("tells how many names there are, also when they look like ids", async () => {
    const { counts } = await readContent(lines(Array.from({ length: 5000 }, (_, i) => ({ event: `item-${i}` }))));
    expect(distinctCount(counts.names)).to.be.within(4000, 6000);
  });
});
