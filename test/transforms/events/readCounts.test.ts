import { expect } from "chai";
import fc from "fast-check";
import { distinctCount, mergeSketches, sketchOf, SKETCH_SIZE } from "../../../transforms/events/nameSketch";
import {
  decodeReadCounts,
  encodeReadCounts,
  mergeReadCounts,
  NO_READ_COUNTS,
  type ReadCounts,
} from "../../../transforms/events/readCounts";
import { SumReadCountsCombineFn } from "../../../transforms/events/sumReadCounts";

const times = (packed: number, bad: number) => ({
  firstMs: packed > 0 ? bad : null,
  lastMs: packed > 0 ? bad + packed : null,
});

const someCounts = fc
  .tuple(
    fc.nat(50),
    fc.nat(50),
    fc.constantFrom("/a", "/b", "__proto__"),
    fc.array(fc.string({ maxLength: 3 }), { maxLength: 6 }),
  )
  .map(([packed, bad, path, names]): ReadCounts => ({
    ...NO_READ_COUNTS,
    rowsRead: packed + bad,
    eventsPacked: packed,
    setAside: bad > 0 ? { malformed: bad } : {},
    files: { [path]: { rowsRead: packed + bad, eventsPacked: packed, ...times(packed, bad) } },
    ...times(packed, bad),
    names: sketchOf(names),
  }));

describe("read counts", () => {
  it("sum to the same in any order and grouping, through the combine as well", () => {
    const fn = new SumReadCountsCombineFn();
    fc.assert(
      fc.property(fc.array(someCounts, { maxLength: 8 }), fc.nat(8), (parts, cut) => {
        const whole = mergeReadCounts(parts);
        const grouped = mergeReadCounts([mergeReadCounts(parts.slice(cut).reverse()), mergeReadCounts(parts.slice(0, cut))]);
        expect(JSON.stringify(grouped)).to.equal(JSON.stringify(whole));
        expect(whole.rowsRead).to.equal(whole.eventsPacked + (whole.setAside.malformed ?? 0));
        const sum = parts.reduce((acc, part) => fn.addInput(acc, encodeReadCounts(part)), fn.createAccumulator());
        const merged = decodeReadCounts(fn.extractOutput(fn.mergeAccumulators([fn.createAccumulator(), sum])));
        expect(JSON.stringify(merged)).to.equal(JSON.stringify(whole));
      }),
    );
  });
});

describe("the sketch of names", () => {
  it("counts few names exactly, and many within a fifth", () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `name ${i}`);
    expect(distinctCount(sketchOf(names(SKETCH_SIZE - 1)))).to.equal(SKETCH_SIZE - 1);
    expect(distinctCount(sketchOf(names(100_000)))).to.be.within(80_000, 120_000);
    const parts = [names(300), names(5000), names(700)].map(sketchOf);
    expect(mergeSketches(parts)).to.deep.equal(sketchOf(names(5000)));
  });
});
