import { expect } from "chai";
import fc from "fast-check";
import { BitSlicedVoter } from "../../../ml/forest/bitSliced";
import { checkForest } from "../../../ml/forest/check";
import { codeOf, quantiserOf } from "../../../ml/forest/quantise";
import { voterOf } from "../../../ml/forest/vote";
import { WasmVoter } from "../../../ml/forest/wasmVoter";
import { voteByWalking } from "../../../ml/forest/walk";
import { madeUpForest, madeUpRows, seeded } from "./madeUp";

describe("votes of a forest", () => {
  it("are the same bit-sliced, in WebAssembly and walked, for any forest and number of rows", () => {
    fc.assert(
      fc.property(
        fc.record({
          seed: fc.nat(),
          trees: fc.integer({ min: 1, max: 40 }),
          features: fc.integer({ min: 1, max: 40 }),
          classes: fc.integer({ min: 1, max: 16 }),
          rowCount: fc.integer({ min: 0, max: 300 }),
        }),
        ({ seed, rowCount, ...shape }) => {
          const forest = madeUpForest(seed, shape);
          checkForest(forest);
          const rows = madeUpRows(seed + 1, rowCount, shape.features);
          const walked = voteByWalking(forest, rows, rowCount);
          expect(new BitSlicedVoter(forest).vote(rows, rowCount)).to.deep.equal(walked);
          expect(WasmVoter.open(forest)?.vote(rows, rowCount)).to.deep.equal(walked);
        },
      ),
      { numRuns: 150 },
    );
  });

  for (const trees of [127, 128, 255, 256, 257, 700]) {
    it(`count ${trees} trees without overflow`, () => {
      const forest = { ...madeUpForest(5, { trees, features: 3, classes: 7, depth: 3 }) };
      const rows = madeUpRows(6, 333, 3);
      const walked = voteByWalking(forest, rows, 333);
      expect(new BitSlicedVoter(forest).vote(rows, 333)).to.deep.equal(walked);
      expect(voterOf(forest).vote(rows, 333)).to.deep.equal(walked);
      const oneClass = { ...forest, leafClass: forest.leafClass.map(() => 3) };
      expect(voterOf(oneClass).vote(rows, 40)).to.deep.equal({
        label: new Uint16Array(40).fill(3),
        votes: new Uint16Array(40).fill(trees),
      });
    });
  }

  it("depend on the row alone, not on its neighbours or the block's size", () => {
    const forest = madeUpForest(11, { trees: 60, features: 13, classes: 7 });
    const rows = madeUpRows(12, 500, 13);
    const voter = voterOf(forest);
    const whole = voter.vote(rows, 500);
    const random = seeded(3);
    for (let trial = 0; trial < 20; trial++) {
      const picked = Array.from({ length: 1 + Math.floor(random() * 90) }, () => Math.floor(random() * 500));
      const block = Float32Array.from(picked.flatMap((row) => [...rows.subarray(row * 13, row * 13 + 13)]));
      const { label, votes } = voter.vote(block, picked.length);
      expect([...label]).to.deep.equal(picked.map((row) => whole.label[row]));
      expect([...votes]).to.deep.equal(picked.map((row) => whole.votes[row]));
    }
  });

  it("are the same block after block, larger and smaller, from one voter", () => {
    const forest = madeUpForest(13, { trees: 20, features: 5, classes: 9 });
    const voters = [voterOf(forest), new BitSlicedVoter(forest)];
    for (const rowCount of [5, 9000, 130, 0, 128, 20_000]) {
      const rows = madeUpRows(rowCount, rowCount, 5);
      const walked = voteByWalking(forest, rows, rowCount);
      for (const voter of voters) expect(voter.vote(rows, rowCount)).to.deep.equal(walked);
    }
  });

  it("give ties to the lowest class", () => {
    const stump = madeUpForest(1, { trees: 4, features: 1, classes: 5, depth: 0 });
    const tied = { ...stump, leafClass: Uint16Array.of(4, 2, 4, 2) };
    expect(voterOf(tied).vote(Float32Array.of(0), 1)).to.deep.equal({ label: Uint16Array.of(2), votes: Uint16Array.of(2) });
  });

  it("send NaN to the right and values equal to a threshold to the left", () => {
    const forest = {
      ...madeUpForest(1, { trees: 1, features: 1, classes: 2, depth: 0 }),
      feature: Int16Array.of(0, -1, -1),
      threshold: Float32Array.of(0.1, 0, 0),
      left: Uint32Array.of(1, 0, 0),
      right: Uint32Array.of(2, 0, 0),
      leafClass: Uint16Array.of(0, 0, 1),
      counts: new Uint32Array(6),
    };
    checkForest(forest);
    const rows = Float32Array.of(NaN, 0.1, 0.10000001, Infinity, -Infinity);
    expect([...voterOf(forest).vote(rows, 5).label]).to.deep.equal([1, 0, 1, 1, 0]);
    expect(voterOf(forest).vote(rows, 5)).to.deep.equal(voteByWalking(forest, rows, 5));
  });

  it("take more than 16 classes", () => {
    const forest = madeUpForest(8, { trees: 30, features: 4, classes: 300 });
    const rows = madeUpRows(9, 70, 4);
    expect(voterOf(forest).vote(rows, 70)).to.deep.equal(voteByWalking(forest, rows, 70));
    expect(() => new BitSlicedVoter(forest)).to.throw(RangeError, "300 classes");
  });
});

describe("codes of feature values", () => {
  it("count the thresholds below a value, whatever the thresholds", () => {
    const float = fc.float({ noNaN: true });
    fc.assert(
      fc.property(fc.array(float, { maxLength: 30 }), fc.array(float, { maxLength: 30 }), (thresholds, values) => {
        const quantiser = quantiserOf(Float32Array.from(new Set(thresholds)).sort());
        for (const value of [...values, ...thresholds]) {
          expect(codeOf(quantiser, value)).to.equal([...quantiser.edges].filter((edge) => edge < value).length);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("a forest from outside", () => {
  const forest = madeUpForest(21, { trees: 3, features: 2, classes: 2 });
  const split = forest.feature.findIndex((f) => f >= 0);
  const broken: [string, Partial<typeof forest>][] = [
    ["0 trees", { roots: new Uint32Array(0) }],
    ["a root outside", { roots: Uint32Array.of(1e6) }],
    ["arrays of different lengths", { left: forest.left.slice(1) }],
    ["arrays of different lengths", { counts: forest.counts.slice(1) }],
    ["splits on feature 9", { feature: forest.feature.map((f) => (f >= 0 ? 9 : f)) }],
    ["the threshold NaN", { threshold: forest.threshold.map(() => NaN) }],
    [`node ${split} has the child`, { left: forest.left.map((_, i) => i) }],
    ["votes for class 7", { leafClass: forest.leafClass.map(() => 7) }],
  ];
  for (const [what, change] of broken) {
    it(`is refused with ${what}`, () => {
      expect(() => checkForest({ ...forest, ...change })).to.throw(RangeError, what);
    });
  }
});
