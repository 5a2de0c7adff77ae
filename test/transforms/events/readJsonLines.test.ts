import { expect } from "chai";
import fc from "fast-check";
import { hashBytes, shardKey, shardOf } from "../../../model/eventBlock";
import { parseKeepingDigits, valueAt } from "../../../io/formats/jsonText";
import { inOrder, readBlock } from "./blocks";
import { readContent } from "./harness";

const lines = (rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

describe("reading JSON lines", () => {
  it("packs every row under its app and user, in time order", async () => {
    const { events } = await readContent(
      lines([
        { user: "ann", ts: 1_700_000_002_000, event: "buy", app: "web" },
        { user: "ann", ts: 1_700_000_001_000, event: "see", app: "web" },
        { user: "ann", ts: 1_700_000_001_500, event: "see", app: "ios" },
      ]),
    );
    expect(events.map((e) => [e.app, e.user, e.timeMs, e.name])).to.have.deep.members([
      ["web", "ann", 1_700_000_001_000, "see"],
      ["web", "ann", 1_700_000_002_000, "buy"],
      ["ios", "ann", 1_700_000_001_500, "see"],
    ]);
  });

  it("puts a session key in the shard of its app and user", async () => {
    const rows = Array.from({ length: 200 }, (_, i) => ({
      user: `u${i % 70}`,
      ts: 1e12 + i,
      event: "e",
      app: i % 2 ? "a" : "b",
    }));
    const { blocks } = await readContent(lines(rows), { shards: 7 });
    for (const [key, list] of blocks) {
      for (const event of list.flatMap(readBlock)) {
        const bytes = Buffer.from(`${event.app}\0${event.user}`);
        expect(shardKey(shardOf(hashBytes(bytes, 0, bytes.length), 7))).to.equal(key);
      }
    }
  });

  it("gives the same events however the file is split", async () => {
    const rows = Array.from({ length: 300 }, (_, i) => ({
      user: `u${i % 17}`,
      ts: 1e12 + i * 7,
      event: `e${i % 5}`,
      app: "web",
    }));
    const whole = await readContent(lines(rows));
    for (const splitBytes of [60, 61, 97, 500, 1000]) {
      const parts = await readContent(lines(rows), { input: { splitBytes } });
      expect(parts.splitCount).to.be.greaterThan(10);
      expect(inOrder(parts.events)).to.deep.equal(inOrder(whole.events));
      expect(parts.counts.rowsRead).to.equal(300);
    }
  });

  it("reads each line as JSON.parse does, whatever its key order, spaces, escapes and nesting", async () => {
    const scalar = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 6 }),
      fc.constantFrom('q"', "\\", "\n", "ä", "日", "", "\u0000"),
      fc.integer(),
      fc.constantFrom(1.5, 1e21, -0.25),
      fc.boolean(),
      fc.constant(null),
    );
    const value = fc.oneof({ weight: 5, arbitrary: scalar }, fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<unknown>);
    const row = fc
      .tuple(
        fc.dictionary(fc.constantFrom("x", "user", "y z", "deep", "\u00e9", "__proto__"), value, { maxKeys: 4 }),
        fc.record(
          { user: scalar, event: scalar, ts: fc.constantFrom(1e12, "2020-01-02T03:04:05Z", 5, "x"), app: scalar },
          { requiredKeys: [] },
        ),
        fc.record({ user: value, id: scalar }, { requiredKeys: [] }),
        fc.boolean(),
      )
      .map(([extra, known, deep, swap]) => (swap ? { ...known, ...extra, deep } : { deep, ...extra, ...known }));
    const layout = fc.constantFrom(
      (r: unknown) => JSON.stringify(r),
      (r: unknown) => JSON.stringify(r).replace(/":/g, '" : '),
      (r: unknown) => JSON.stringify(r, null, 1).replace(/\n */g, " "),
      (r: unknown) => ` ${JSON.stringify(r)}\t\r`,
      (r: unknown) => JSON.stringify(r).slice(0, -1),
      (r: unknown) => JSON.stringify(r).replace(/[1-9]/, "0$&"),
      (r: unknown) => `${JSON.stringify(r)}}`,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(row, layout), { maxLength: 12 }), async (rows) => {
        const texts = rows.map(([r, as]) => as(r));
        const patch = { input: { eventId: null, user: { column: "deep.id" }, attributes: ATTRIBUTES } };
        const { events, counts } = await readContent(texts.map((text) => `${text}\n`).join(""), patch);
        const expected = texts.flatMap(plainRow);
        expect(counts.rowsRead).to.equal(texts.length);
        expect(inOrder(events.map((e) => ({ ...e, id: null })))).to.deep.equal(inOrder(expected));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps all digits of numbers used as ids", async () => {
    const { events } = await readContent('{"user":8395097477884212984,"ts":1000000000000,"event":"a\\u0062","app":"w"}\n');
    expect(events[0]!.user).to.equal("8395097477884212984");
    expect(events[0]!.name).to.equal("ab");
  });

  it("takes names like __proto__, $ref and a 10 kB name as they are", async () => {
    const names = ["__proto__", "$ref", "_bsontype", "constructor", "n".repeat(10_000)];
    const { events } = await readContent(
      lines(names.map((name, i) => ({ user: name, ts: 1e12 + i, event: name, app: "hasOwnProperty" }))),
    );
    expect(events.map((e) => e.name)).to.have.members(names);
    expect(events.map((e) => e.user)).to.have.members(names);
  });

  it("reads nested columns by path, and a property with dots in its name before the path", async () => {
    const text = lines([
      { a: { user: "deep" }, ts: 1e12, event: "e", app: "w" },
      { "a.user": "flat", a: { user: "deep" }, ts: 1e12 + 1, event: "e", app: "w" },
      { a: { user: "first" }, ts: 1e12 + 2, event: "e", app: "w" },
    ]).replace('{"a":{"user":"first"}', '{"a":{"user":"first"},"a":{"other":1}');
    const { events, counts } = await readContent(text, { input: { user: { column: "a.user" } } });
    expect(events.map((e) => e.user)).to.have.members(["deep", "flat"]);
    expect(counts.setAside).to.deep.equal({ missing_user: 1 });
  });
});

const ATTRIBUTES = [
  { name: "x", column: "x", type: "number", take: "sum" },
  { name: "y", column: "y z", type: "string", take: "first" },
] as const;

/** What one line must give, by JSON.parse and the rules as written. */
function plainRow(text: string) {
  let row: unknown;
  try {
    row = parseKeepingDigits(text);
  } catch {
    return [];
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) return [];
  const at = (column: string) => {
    const value = valueAt(row, column);
    return typeof value === "string" || typeof value === "boolean" ? String(value) : null;
  };
  const [user, app, name, time] = [at("deep.id"), at("app"), at("event"), at("ts")];
  const timeMs = time === "2020-01-02T03:04:05Z" ? 1577934245000 : time === "1000000000000" ? 1e12 : time === "5" ? 5000 : null;
  const isBad = (text: string | null) => text === null || text === "" || /\p{Surrogate}/u.test(text);
  if (timeMs === null || isBad(user) || isBad(app) || isBad(name) || user!.includes("\0") || app!.includes("\0")) return [];
  const x = at("x");
  const y = at("y z");
  return [
    {
      app: app!,
      user: user!,
      session: null,
      timeMs,
      name: name!,
      traffic: 0,
      numbers: [x !== null && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(x) ? Number(x) : NaN],
      texts: [y === "" || y === null ? null : Buffer.from(y).toString("utf8")],
      id: null,
    },
  ];
}
