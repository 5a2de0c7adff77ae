import { expect } from "chai";
import fc from "fast-check";
import { kMedoids } from "../../ml/kmedoids/clara";
import { toPoints, type Points } from "../../ml/kmedoids/points";
import { random } from "../../ml/random";
import { aggregateStability, bestJaccards, subsetStability, type SubsetStability } from "../../ml/stability";
import { describeEstimator } from "./contract";
import { blobs, gauss, reordered } from "./samples";

const members = (labels: readonly number[], cluster: number) =>
  new Set(labels.flatMap((label, i) => (label === cluster ? [i] : [])));

function stabilityOf(points: Points, k: number, subsets: number) {
  const { labels } = kMedoids(points, k, { sampleSize: 1000, runs: 1, seed: 1 });
  const sizes = Array.from({ length: k }, (_, c) => labels.filter((label) => label === c).length);
  const parts = Array.from({ length: subsets }, (_, subset) => subsetStability(points, [{ k, labels }], subset, 5)).flat();
  return aggregateStability(parts, sizes);
}

describe("bestJaccards", () => {
  it("is the largest |C ∩ D| / |C ∪ D|, by sets", () => {
    const pair = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 20 });
    fc.assert(
      fc.property(pair, (rows) => {
        const [original, again] = [rows.map(([a]) => a), rows.map(([, b]) => b)];
        const expected = [0, 1, 2, 3].map((c) => {
          const mine = members(original, c);
          return Math.max(
            ...[0, 1, 2, 3].map((d) => {
              const other = members(again, d);
              const shared = [...mine].filter((i) => other.has(i)).length;
              return shared === 0 ? 0 : shared / (mine.size + other.size - shared);
            }),
          );
        });
        expect(Array.from(bestJaccards(original, again, 4))).to.deep.equal(expected);
      }),
    );
  });

  it("does not care how the new clusters are numbered, and lets two old ones share a new one", () => {
    expect(Array.from(bestJaccards([0, 0, 1, 1], [1, 1, 0, 0], 2))).to.deep.equal([1, 1]);
    expect(Array.from(bestJaccards([0, 0, 1, 1], [0, 0, 0, 0], 2))).to.deep.equal([0.5, 0.5]);
  });
});

describe("stability over half subsets", () => {
  it("is nearly 1 for planted clusters and their number, and low without structure", () => {
    const planted = stabilityOf(blobs(300, 3, 4, 0.3), 4, 8);
    expect(planted.mean).to.be.above(0.99);
    expect(planted).to.deep.include({ shareAtLeast70: 1, shareAtLeast75: 1, recovered: Uint32Array.of(8, 8, 8, 8) });
    const draw = random(2);
    const cloud = toPoints(
      Float32Array.from({ length: 300 * 8 }, () => gauss(draw)),
      8,
    );
    expect(stabilityOf(cloud, 4, 8).mean).to.be.below(0.6);
  });

  it("depends on seed, clustering and the subset's number only, whatever other k are asked for", () => {
    const points = blobs(100, 3, 4, 2);
    const labelled = (k: number) => ({ k, labels: Array.from({ length: 100 }, (_, i) => i % k) });
    const of = (ks: readonly number[], subset: number, seed: number) => subsetStability(points, ks.map(labelled), subset, seed);
    const [one] = of([4], 3, 5) as [SubsetStability];
    for (const ks of [
      [3, 4],
      [4, 9],
      [7, 2, 4, 5],
    ]) {
      expect(of(ks, 3, 5).map(({ k }) => k)).to.deep.equal(ks);
      expect(of(ks, 3, 5).find(({ k }) => k === 4)).to.deep.equal(one);
    }
    expect(of([4], 4, 5)[0]?.jaccard).not.to.deep.equal(one.jaccard);
    expect(of([4], 3, 6)[0]?.jaccard).not.to.deep.equal(one.jaccard);
  });

  it("labels the halves as the clusterings compared were labelled", () => {
    const points = blobs(40, 3, 4, 0.3);
    const labels = new Uint16Array(40);
    const [whole] = subsetStability(points, [{ k: 4, labels }], 0, 5, undefined, (half, { medoids }) => {
      expect([half.count, medoids.length]).to.deep.equal([20, 4]);
      return new Uint16Array(half.count);
    });
    expect(Array.from(whole!.jaccard)).to.deep.equal([1, 0, 0, 0]);
  });

  it("refuses halves too small to cluster", () => {
    expect(() => subsetStability(blobs(7, 2, 2, 1), [{ k: 4, labels: [] }], 0, 1)).to.throw(
      RangeError,
      "at least 8 rows are needed",
    );
  });
});

describe("aggregateStability", () => {
  const parts: SubsetStability[] = [
    { subset: 0, k: 2, jaccard: Float64Array.of(1, 0.5) },
    { subset: 1, k: 2, jaccard: Float64Array.of(0.8, 0.6) },
    { subset: 2, k: 2, jaccard: Float64Array.of(0.9, 0.1) },
  ];

  it("gives the numbers worked out by hand", () => {
    const result = aggregateStability(parts, [30, 10]);
    expect(result.perCluster[0]).to.be.closeTo(0.9, 1e-15);
    expect(result.perCluster[1]).to.be.closeTo(0.4, 1e-15);
    expect(result.mean).to.be.closeTo(0.65, 1e-15);
    expect(result.weightedMean).to.be.closeTo((0.9 * 30 + 0.4 * 10) / 40, 1e-15);
    // Means per subset: 0.75, 0.7, 0.5.
    expect(result.standardError).to.be.closeTo(Math.sqrt((0.1 ** 2 + 0.05 ** 2 + 0.15 ** 2) / 2 / 3), 1e-15);
    expect(result).to.deep.include({
      subsets: 3,
      recovered: Uint32Array.of(3, 0),
      dissolved: Uint32Array.of(0, 2),
      shareAtLeast70: 0.75,
      shareAtLeast75: 0.75,
    });
  });

  it("is the same in any order, bit for bit", () => {
    const whole = aggregateStability(parts, [30, 10]);
    for (let seed = 0; seed < 6; seed++) expect(aggregateStability(reordered(parts, seed), [30, 10])).to.deep.equal(whole);
  });

  it("refuses nothing, and parts of another k", () => {
    expect(() => aggregateStability([], [1])).to.throw(RangeError, "subsets of 1 clusters");
    expect(() => aggregateStability(parts, [1])).to.throw(RangeError, "subsets of 1 clusters");
  });
});

describeEstimator({
  name: "subsetStability",
  fit: (points: Points) =>
    subsetStability(
      points,
      [{ k: 2, labels: Array.from({ length: points.count }, (_, i) => i % 2) }],
      0,
      1,
    )[0] as SubsetStability,
  usual: () => blobs(60, 3, 2, 1),
  edges: {
    "no rows": { input: { count: 0, dimensions: 1, values: new Float32Array(0) }, throws: /half of 0 rows/ },
    "one row": { input: toPoints(Float32Array.of(1, 2), 2), throws: /half of 1 rows/ },
    "one feature": {
      input: toPoints(Float32Array.of(0, 9, 0, 9, 0, 9, 0, 9, 0, 9, 0, 9), 1),
      gives: (result) => expect(result).to.deep.include({ jaccard: Float64Array.of(1, 1) }),
    },
  },
});
