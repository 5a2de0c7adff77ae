import { expect } from "chai";
import fc from "fast-check";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { create, groupByKey, source, stage } from "../../beam/stages";
import type { Grouped, KeyedBytes } from "../../beam/types";
import { collect, kv, textOf, utf8 } from "./collect";

/** Pseudo-random elements: `count` over `keys` keys, values up to `most` bytes. */
class RandomFn extends BlockFn<Uint8Array> {
  constructor(
    private readonly count: number,
    private readonly keys: number,
    private readonly most: number,
  ) {
    super();
  }
  override *process() {
    let state = 1;
    const next = (below: number) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below;
    for (let i = 0; i < this.count; i++) {
      yield { key: `k${next(this.keys)}`, value: Uint8Array.from({ length: next(this.most) }, () => next(256)) };
    }
  }
}

/** 24 MB in pieces of 1.5 MB: several chunks on disk. */
class LargeFn extends BlockFn<Uint8Array> {
  override *process() {
    for (let i = 0; i < 16; i++) {
      yield { key: `k${i}`, value: new Uint8Array(1_500_000).fill(i) };
    }
  }
}

let largestSeen = 0;

/** Fails on a key, and looks at what lies in the temporary folder. */
class WatchFolderFn extends BlockFn<Grouped> {
  constructor(
    private readonly folder: string,
    private readonly failing: boolean,
  ) {
    super();
  }
  override *process({ key, value }: Grouped) {
    const runs = readdirSync(this.folder);
    largestSeen = Math.max(largestSeen, ...runs.map((run) => readdirSync(join(this.folder, run)).length));
    if (this.failing) {
      throw new Error("no more");
    }
    for (const bytes of value) {
      yield { key, value: bytes };
    }
  }
}

class WithSideFn extends BlockFn<KeyedBytes | Grouped> {
  override *process({ key, value }: KeyedBytes | Grouped, side: SideInputs) {
    const mark = side.single("mark");
    for (const bytes of value instanceof Uint8Array ? [value] : value) {
      yield { key, value: Buffer.concat([mark, bytes]) };
    }
  }
}

registered("test/beam/groupByKey.test", { RandomFn, LargeFn, WatchFolderFn, WithSideFn });

const folder = () => mkdtempSync(join(tmpdir(), "sessionary-gbk-"));
const sorted = (elements: readonly KeyedBytes[]) =>
  elements.map(({ key, value }) => `${key} ${Buffer.from(value).toString("hex")}`).sort();

describe("group-by-key of an embedded run", () => {
  const sizes = [
    { count: 3000, keys: 7, most: 300, what: "few large groups" },
    { count: 3000, keys: 2000, most: 40, what: "many small groups" },
    { count: 4, keys: 1, most: 1_500_000, what: "values larger than a write" },
  ];
  for (const { count, keys, most, what } of sizes) {
    it(`gives the same values with and without spilling (${what})`, async () => {
      const tempDir = folder();
      const grouped = (spillBytes: number) =>
        collect((root) => root.apply(source("Random", new RandomFn(count, keys, most))).apply(groupByKey("Group")), {
          spillBytes,
          tempDir,
        });
      const inMemory = sorted((await grouped(1 << 30)).elements);
      expect(inMemory).to.have.length(count);
      for (const limit of [0, 10_000, 100_000]) {
        expect(sorted((await grouped(limit)).elements)).to.deep.equal(inMemory);
      }
      expect(readdirSync(tempDir)).to.deep.equal([]);
      rmSync(tempDir, { recursive: true });
    });
  }

  it("hands each key over once", async () => {
    const seen: string[] = [];
    const { elements } = await collect(
      (root) => root.apply(source("Random", new RandomFn(500, 50, 20))).apply(groupByKey("Group")),
      { spillBytes: 1000 },
    );
    for (const { key } of elements) {
      if (key !== seen.at(-1)) {
        seen.push(key);
      }
    }
    expect(new Set(seen).size).to.equal(seen.length);
  });

  for (const failing of [false, true]) {
    it(`uses one file, and leaves none after ${failing ? "a failure" : "success"}`, async () => {
      const tempDir = folder();
      largestSeen = 0;
      const work = collect(
        (root) =>
          root
            .apply(source("Random", new RandomFn(2000, 300, 100)))
            .apply(groupByKey("Group"))
            .apply(stage("Watch", new WatchFolderFn(tempDir, failing))),
        { spillBytes: 5000, tempDir },
      );
      const outcome = await work.then(
        () => "done",
        (error: Error) => error.message,
      );
      expect(outcome).to.match(failing ? /^Watch, key "k\d+": no more$/ : /^done$/);
      expect(largestSeen).to.equal(1);
      expect(readdirSync(tempDir)).to.deep.equal([]);
      rmSync(tempDir, { recursive: true });
    });
  }

  it("makes no folder when nothing spills", async () => {
    const tempDir = join(tmpdir(), `sessionary-never-${process.pid}`);
    await collect((root) => root.apply(create("One", [kv("a", "b")])).apply(groupByKey("Group")), { tempDir });
    expect(existsSync(tempDir)).to.equal(false);
  });

  it("keeps any key and any bytes apart", async () => {
    const keys = fc.oneof(
      fc.constantFrom(
        "__proto__",
        "constructor",
        "$ref",
        "_bsontype",
        "",
        "\ufeffbom",
        "a\u0000b",
        "é",
        "e\u0301",
        "😀",
        "k".repeat(10_000),
      ),
      fc.string({ unit: "grapheme" }),
    );
    const elements = fc.array(fc.record({ key: keys, value: fc.uint8Array({ maxLength: 30 }) }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(elements, fc.constantFrom(0, 200, 1 << 30), async (input, spillBytes) => {
        const grouped = await collect((root) => root.apply(create("Input", input)).apply(groupByKey("Group")), { spillBytes });
        expect(sorted(grouped.elements)).to.deep.equal(sorted(input));
      }),
      { numRuns: 60 },
    );
  });

  it("carries numbers beyond 2^31 and 2^53, NaN, infinities and -0 bit by bit", async () => {
    const numbers = [2 ** 31, 2 ** 53, 2 ** 53 - 1, 1.5e300, NaN, Infinity, -Infinity, -0, -1];
    const value = new Uint8Array(new Float64Array(numbers).buffer);
    for (const spillBytes of [0, 1 << 30]) {
      const { elements } = await collect((root) => root.apply(create("One", [{ key: "n", value }])).apply(groupByKey("Group")), {
        spillBytes,
      });
      expect(elements[0]?.value).to.deep.equal(value);
    }
  });
});

describe("a stage with side inputs", () => {
  it("gets each element once when many megabytes waited on disk", async () => {
    const { elements } = await collect(
      (root) => {
        const mark = root.apply(create("Mark", [{ key: "m", value: utf8("") }]));
        return root.apply(source("Large", new LargeFn())).apply(stage("With", new WithSideFn(), { mark }));
      },
      { spillBytes: 20_000_000 },
    );
    expect(elements.map(({ key, value }) => `${key} ${value.length} ${value[0]} ${value.at(-1)}`)).to.deep.equal(
      Array.from({ length: 16 }, (_, i) => `k${i} 1500000 ${i} ${i}`),
    );
  });

  for (const spillBytes of [0, 1000, 1 << 30]) {
    it(`sees all elements and groups in order, waiting in memory or on disk (limit ${spillBytes})`, async () => {
      const plain = await collect((root) => root.apply(source("Random", new RandomFn(800, 30, 60))));
      const tempDir = folder();
      const { elements } = await collect(
        (root) => {
          const mark = root.apply(create("Mark", [kv("m", "!")]));
          return root.apply(source("Random", new RandomFn(800, 30, 60))).apply(stage("With", new WithSideFn(), { mark }));
        },
        { spillBytes, tempDir },
      );
      expect(elements.map(({ key, value }) => [key, textOf(value.subarray(0, 1)), [...value.subarray(1)]])).to.deep.equal(
        plain.elements.map(({ key, value }) => [key, "!", [...value]]),
      );
      const groups = await collect(
        (root) => {
          const mark = root.apply(create("Mark", [{ key: "m", value: utf8("") }]));
          return root
            .apply(source("Random", new RandomFn(800, 30, 60)))
            .apply(groupByKey("Group"))
            .apply(stage("With", new WithSideFn(), { mark }));
        },
        { spillBytes, tempDir },
      );
      expect(sorted(groups.elements)).to.deep.equal(sorted(plain.elements));
      expect(readdirSync(tempDir)).to.deep.equal([]);
      rmSync(tempDir, { recursive: true });
    });
  }
});
