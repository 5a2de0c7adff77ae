import { expect } from "chai";
import fc from "fast-check";
import { encodeEventBlock, hashBytes, shardKey, shardOf, type PackedEvent } from "../../../model/eventBlock";
import { sortRunByTime } from "../../../transforms/events/sortRun";
import { readContent } from "./harness";

interface Row {
  readonly user: string;
  readonly app: string;
  readonly ts: number;
  readonly event: string;
  readonly n?: number;
  readonly t?: string;
}

describe("EventPacker", () => {
  it("writes byte for byte what encodeEventBlock writes for the same runs", async () => {
    const row = fc.record(
      {
        user: fc.constantFrom("a", "b", "ü", "a longer name of a user"),
        app: fc.constantFrom("web", "ios"),
        ts: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -1e12, max: 8e15 })),
        event: fc.constantFrom("x", "y", "z"),
        n: fc.double({ noNaN: true, noDefaultInfinity: true }),
        t: fc.constantFrom("p", "q", "é"),
      },
      { requiredKeys: ["user", "app", "ts", "event"] },
    );
    const attributes = [
      { name: "n", column: "n", type: "number", take: "sum" },
      { name: "t", column: "t", type: "string", take: "first" },
    ] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { maxLength: 60 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        async (rows, carried, shards) => {
          const text = rows.map((r) => `${JSON.stringify(r)}\n`).join("");
          const time = { column: "ts", format: "epoch_ms" as const, zone: "UTC" };
          const input = carried ? { time, attributes } : { time };
          const { blocks } = await readContent(text, { shards, input });
          expect(new Map([...blocks].map(([key, [bytes]]) => [key, Buffer.from(bytes!).toString("hex")]))).to.deep.equal(
            plainBlocks(rows, carried, shards),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("sorts long runs by time and keeps the order of equal times", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 30 }), { maxLength: 300 }),
        fc.integer({ min: 0, max: 5 }),
        (times, from) => {
          const ms = Float64Array.from(times);
          const ref = Uint32Array.from(times.keys());
          const start = Math.min(from, times.length);
          sortRunByTime(ms, ref, start, times.length);
          const expected = [...times.entries()].slice(start).sort((a, b) => a[1] - b[1]);
          expect([...ref.subarray(start)]).to.deep.equal(expected.map(([i]) => i));
          expect([...ms]).to.deep.equal([...times.slice(0, start), ...expected.map(([, t]) => t)]);
        },
      ),
    );
  });
});

/** The blocks of rows by the plain writer: runs by first sight of their key, events by time. */
function plainBlocks(rows: readonly Row[], carried: boolean, shards: number): Map<string, string> {
  const runsOfShard = new Map<number, Map<string, PackedEvent[]>>();
  for (const row of rows) {
    const key = Buffer.from(`${row.app}\0${row.user}`);
    const shard = shardOf(hashBytes(key, 0, key.length), shards);
    const runs = runsOfShard.get(shard) ?? new Map<string, PackedEvent[]>();
    runsOfShard.set(shard, runs);
    const run = runs.get(key.toString()) ?? [];
    runs.set(key.toString(), run);
    const numbers = carried ? [(row.n ?? NaN) + 0] : [];
    const texts = carried ? [row.t ?? null] : [];
    run.push({ timeMs: row.ts, name: row.event, traffic: 0, numbers, texts, idHash: null });
  }
  const shape = { hasEventIds: false, numberCount: carried ? 1 : 0, textCount: carried ? 1 : 0 };
  const blocks = [...runsOfShard].map(([shard, runs]): [string, string] => {
    const list = [...runs].map(([key, events]) => ({
      key: Buffer.from(key),
      events: events.sort((a, b) => a.timeMs - b.timeMs),
    }));
    return [shardKey(shard), Buffer.from(encodeEventBlock(shape, list)).toString("hex")];
  });
  return new Map(blocks.sort(([a], [b]) => (a < b ? -1 : 1)));
}
