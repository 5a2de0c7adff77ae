import { expect } from "chai";
import fc from "fast-check";
import { autoShards } from "../../pipelines/readPlan";
import { autoParts } from "../../pipelines/score/plan";

const EVENT_BYTES = 90;
const shardsOf = (events: number) => autoShards([{ bytes: events * EVENT_BYTES, compression: "none", format: "jsonl" }]);

describe("the number of shards", () => {
  it("is a power of two from 8 on, with at most 200,000 events a shard up to 256 shards and at most a million beyond", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (events) => {
        const shards = shardsOf(events);
        expect(Math.log2(shards) % 1).to.equal(0);
        expect(shards).to.be.at.least(8);
        expect(events / shards).to.be.at.most(shards < 256 ? 200_000 : 1_000_000);
        // Not twice as many as needed: blocks would be small.
        if (shards > 8) expect(events / (shards / 2)).to.be.greaterThan(shards <= 256 ? 199_999 : 999_999);
      }),
    );
  });

  it("counts what compressed files and Parquet hold", () => {
    const bytes = 100_000_000;
    const plain = autoShards([{ bytes, compression: "none", format: "jsonl" }]);
    expect(autoShards([{ bytes, compression: "gzip", format: "jsonl" }])).to.be.greaterThan(plain);
    expect(autoShards([{ bytes, compression: "none", format: "parquet" }])).to.be.greaterThan(plain);
  });
});

describe("the number of part files", () => {
  it("is a power of two that divides the shards, eight at most until a part would come from more than a gigabyte", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 42 }), (bytes) => {
        const files = [{ bytes, compression: "none" as const, format: "jsonl" as const }];
        const parts = autoParts(files);
        expect(autoShards(files) % parts).to.equal(0);
        expect(bytes / parts).to.be.at.most(parts < 8 ? 2 ** 27 : 2 ** 30);
      }),
    );
    expect(autoParts([{ bytes: 2 ** 33 }])).to.equal(8);
    expect(autoParts([{ bytes: 2 ** 33 + 1 }])).to.equal(16);
  });
});
