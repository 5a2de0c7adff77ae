import { expect } from "chai";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { runPipeline } from "../../../beam/run";
import { create } from "../../../beam/stages";
import { placeOf } from "../../../io/places/place";
import type { AttributeConfig } from "../../../model/config";
import { hashBytes, shardKey, shardOf } from "../../../model/eventBlock";
import { writeShards } from "../../../transforms/output/writeShards";
import type { Receipt, WriteSettings } from "../../../transforms/output/writeSettings";
import { hours, minutes, session, START_MS } from "../../support/builders";
import { withTempDir } from "../../support/tempDir";
import { compare, scoredBlock, type TestScored } from "./scored";

const ATTRIBUTES: AttributeConfig[] = [
  { name: "revenue", column: "revenue", type: "number", take: "sum" },
  { name: "country", column: "country", type: "string", take: "first" },
];

const settingsIn = (root: string, more: Partial<WriteSettings> = {}): WriteSettings => ({
  root,
  date: "2016-07-01",
  fingerprint: "0123456789abcdef0123",
  runId: "2016-07-01-0123456789ab",
  modelId: "m1",
  attributes: ATTRIBUTES,
  parts: 2,
  salt: null,
  receipts: join(root, "receipts"),
  ...more,
});

/** Runs the composite over sessions cut into `shards` shards and blocks of at most `blockRows`. */
async function write(sessions: readonly TestScored[], shards: number, blockRows: number, settings: WriteSettings, threads = 0) {
  const byShard = new Map<string, TestScored[]>();
  for (const one of [...sessions].sort(compare)) {
    const key = Buffer.from(`${one.app}\0${one.user}`);
    const shard = shardKey(shardOf(hashBytes(key, 0, key.length), shards));
    byShard.set(shard, [...(byShard.get(shard) ?? []), one]);
  }
  const elements = [...byShard].flatMap(([key, rows]) =>
    Array.from({ length: Math.ceil(rows.length / blockRows) }, (_, i) => ({
      key,
      value: scoredBlock(rows.slice(i * blockRows, (i + 1) * blockRows)),
    })),
  );
  await runPipeline("WriteShards", (root) => void root.apply(create("Blocks", elements)).apply(writeShards(settings)), {
    kind: "direct",
    threads,
    spillBytes: 1 << 28,
    tempDir: settings.root,
  });
}

async function receipts(settings: WriteSettings): Promise<Receipt[]> {
  const files = await placeOf(settings.root).list(`${settings.receipts}/`);
  return files.map(({ path }) => JSON.parse(readFileSync(path, "utf8")) as Receipt);
}

/** Rows of all parts of a table in the order of parts. */
async function readTable(settings: WriteSettings, table: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const { path } of (await receipts(settings)).filter((receipt) => receipt.table === table)) {
    const bytes = readFileSync(join(settings.root, table, path));
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
    for (const row of await parquetReadObjects({ file })) {
      rows.push(Object.fromEntries(Object.entries(row).map(([k, v]) => [k, typeof v === "bigint" ? Number(v) : v])));
    }
  }
  return rows;
}

const idOf = ({ app, user, startMs, given }: TestScored) =>
  createHash("sha256")
    .update([app, user, String(startMs), ...(given === null ? [] : [given])].join("\0"))
    .digest("hex")
    .slice(0, 32);

const scoredSession: fc.Arbitrary<TestScored> = fc
  .record({
    user: fc.constantFrom(
      "ana",
      "ben",
      "ä",
      "zoe",
      "zoë",
      "a-user-with-a-name-that-is-longer-than-one-block-of-sha256-is",
      "anastasia",
    ),
    app: fc.constantFrom("web", "ios"),
    minute: fc.integer({ min: 0, max: 1400 }),
    events: fc.dictionary(fc.constantFrom("SEARCH", "CLICK", "BUY", "web"), fc.integer({ min: 1, max: 9 }), { minKeys: 1 }),
    traffic: fc.constantFrom("human" as const, "robot" as const),
    category: fc.constantFrom("search" as const, "buy" as const, "(short)" as const),
    confidence: fc.constantFrom(0.25, 0.5, 0.75, 1),
    revenue: fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { nil: NaN }),
    country: fc.option(fc.constantFrom("DE", "FR"), { nil: null }),
    duplicates: fc.nat(3),
  })
  .map(({ user, minute, events, revenue, country, category, confidence, ...more }) => ({
    ...session(user, events, { startMs: START_MS + minutes(minute), numbers: { revenue }, texts: { country }, ...more }),
    category,
    confidence: category === "(short)" ? NaN : confidence,
    unknownEvents: minute % 3,
  }));

/** One session per (app, user, start): what the cut makes. */
const sessionsOfDay = fc.uniqueArray(scoredSession, {
  minLength: 1,
  maxLength: 60,
  selector: ({ app, user, startMs }) => `${app} ${user} ${startMs}`,
});

describe("writeShards", () => {
  it("writes every session once, sorted inside its part, as the sessions table describes it", async () => {
    await fc.assert(
      fc.asyncProperty(sessionsOfDay, async (sessions) =>
        withTempDir(async (root) => {
          const settings = settingsIn(root);
          await write(sessions, 4, 7, settings);
          const rows = await readTable(settings, "sessions");
          const expected = [...sessions].sort(compare).map((one) => ({
            session_id: idOf(one),
            user: one.user,
            app: one.app,
            start: new Date(one.startMs),
            end: new Date(one.endMs),
            duration_s: (one.endMs - one.startMs) / 1000,
            event_count: Object.values(one.events).reduce((a, b) => a + b),
            distinct_events: Object.keys(one.events).length,
            first_event: Object.keys(one.events)[0],
            last_event: Object.keys(one.events).at(-1),
            end_reason: "gap",
            traffic: one.traffic,
            category_id: one.category,
            category: { search: "Searching", buy: "Buying", "(short)": "(short)" }[one.category],
            confidence: Number.isNaN(one.confidence) ? null : one.confidence,
            unsure: one.confidence < 0.5,
            noise_feature: Number.isNaN(one.confidence) ? null : 2 * one.confidence,
            unknown_events: one.unknownEvents,
            duplicates_dropped: one.duplicates,
            model: "m1",
            run_id: settings.runId,
            revenue: Number.isNaN(one.numbers["revenue"]) ? null : one.numbers["revenue"],
            country: one.texts["country"],
          }));
          const byId = (a: { session_id?: unknown }, b: { session_id?: unknown }) =>
            String(a.session_id) < String(b.session_id) ? -1 : 1;
          expect([...rows].sort(byId)).to.deep.equal([...expected].sort(byId));
          for (const { path } of (await receipts(settings)).filter(({ table }) => table === "sessions")) {
            const part = new Set((await readPart(root, path)).map((id) => id));
            expect(await readPart(root, path)).to.deep.equal(
              expected.filter((row) => part.has(row.session_id)).map((row) => row.session_id),
            );
          }
        }),
      ),
      { numRuns: 12 },
    );
    async function readPart(root: string, path: string): Promise<unknown[]> {
      const bytes = readFileSync(join(root, "sessions", path));
      const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
      return (await parquetReadObjects({ file })).map((row) => row["session_id"]);
    }
  });

  it("sums the small tables as a plain count does", async () => {
    await fc.assert(
      fc.asyncProperty(sessionsOfDay, async (sessions) =>
        withTempDir(async (root) => {
          const settings = settingsIn(root);
          await write(sessions, 6, 5, settings);
          const daily = await readTable(settings, "daily");
          expect(daily.length).to.equal(
            new Set(sessions.map(({ app, traffic, category }) => `${app} ${traffic} ${category}`)).size,
          );
          for (const row of daily) {
            const own = sessions.filter(
              ({ app, traffic, category }) => app === row["app"] && traffic === row["traffic"] && category === row["category_id"],
            );
            const revenues = own.map(({ numbers }) => numbers["revenue"]!).filter((value) => !Number.isNaN(value));
            expect(row).to.deep.include({
              sessions: own.length,
              users: new Set(own.map(({ user }) => user)).size,
              events: own.reduce((sum, { events }) => sum + Object.values(events).reduce((a, b) => a + b), 0),
              duration_ms: own.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0),
              unsure: own.filter(({ confidence }) => confidence < 0.5).length,
              unknown_events: own.reduce((sum, { unknownEvents }) => sum + unknownEvents, 0),
              revenue_sessions: revenues.length,
            });
            if (revenues.length === 0) expect(row["revenue_sum"]).to.equal(null);
            else
              expect(row["revenue_sum"]).to.be.closeTo(
                revenues.reduce((a, b) => a + b),
                1e-6,
              );
          }
          const counts = await readTable(settings, "event_counts");
          for (const row of counts) {
            const own = sessions.filter(
              ({ app, traffic, events }) => app === row["app"] && traffic === row["traffic"] && String(row["event"]) in events,
            );
            expect([row["events"], row["sessions"]]).to.deep.equal([
              own.reduce((sum, { events }) => sum + events[String(row["event"])]!, 0),
              own.length,
            ]);
          }
          const pairs = new Map<string, number>();
          const sorted = [...sessions].sort(compare);
          sorted.forEach((one, i) => {
            const next = sorted[i + 1];
            const to = next && next.app === one.app && next.user === one.user ? next.category : "(end)";
            const key = `${one.app} ${one.traffic} ${one.category} ${to}`;
            pairs.set(key, (pairs.get(key) ?? 0) + 1);
          });
          const transitions = await readTable(settings, "transitions");
          expect(
            new Map(
              transitions.map((row) => [
                ["app", "traffic", "from_category_id", "to_category_id"].map((name) => String(row[name])).join(" "),
                row["transitions"],
              ]),
            ),
          ).to.deep.equal(pairs);
        }),
      ),
      { numRuns: 12 },
    );
  });

  it("writes the same bytes however the sessions lie in shards, blocks and threads", async () => {
    const sessions = fc.sample(sessionsOfDay, { numRuns: 3, seed: 7 }).at(-1);
    const filesOf = (shards: number, blockRows: number, threads: number) =>
      withTempDir(async (root) => {
        const settings = settingsIn(root);
        await write(sessions, shards, blockRows, settings, threads);
        return (await receipts(settings)).map(({ table, path }) => [
          table,
          path,
          readFileSync(join(root, table, path)).toString("base64"),
        ]);
      });
    const reference = await filesOf(2, 4096, 0);
    expect(reference.map(([table]) => table)).to.deep.equal(["daily", "event_counts", "sessions", "sessions", "transitions"]);
    expect(await filesOf(8, 3, 0)).to.deep.equal(reference);
    expect(await filesOf(4, 1, 2)).to.deep.equal(reference);
  });

  it("writes users under salted names, the same every time, with ids made of those names", async () => {
    await withTempDir(async (root) => {
      const one = {
        ...session("ana", { A: 2 }, { numbers: { revenue: 1 }, texts: { country: "DE" } }),
        category: "search" as const,
      };
      const two = { ...one, startMs: START_MS + hours(2), endMs: START_MS + hours(3) };
      const settings = settingsIn(root, { salt: "s3cret" });
      await write(
        [one, two].map((row) => ({ ...row, confidence: 1, unknownEvents: 0 })),
        2,
        9,
        settings,
      );
      const rows = await readTable(settings, "sessions");
      const name = createHash("sha256").update("s3cret\0ana").digest("hex").slice(0, 32);
      expect(rows.map(({ user }) => user)).to.deep.equal([name, name]);
      expect(rows[0]!["session_id"]).to.equal(idOf({ ...one, user: name, confidence: 1, unknownEvents: 0 }));
    });
  });
});
