import { expect } from "chai";
import fc from "fast-check";
import { distance, selectPoints, toPoints, type Points } from "../../ml/kmedoids/points";
import { randomStart } from "../../ml/kmedoids/start";
import { random } from "../../ml/random";
import { medoidSilhouette, silhouette } from "../../ml/silhouette";
import { describeEstimator } from "./contract";
import { blobs, gridPoints } from "./samples";

const standardError = (values: readonly number[]) =>
  values.length < 2
    ? 0
    : Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1) / values.length);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Rousseeuw's definition, row by row. */
function widths(points: Points, labels: readonly number[]): number[] {
  return labels.map((own, i) => {
    const meanTo = (cluster: number) =>
      mean(labels.flatMap((label, j) => (label === cluster && j !== i ? [distance(points, i, points, j)] : [])));
    const others = [...new Set(labels)].filter((label) => label !== own);
    if (others.length === 0 || labels.filter((label) => label === own).length === 1) return 0;
    const a = meanTo(own);
    const b = Math.min(...others.map(meanTo));
    return Math.max(a, b) === 0 ? 0 : (b - a) / Math.max(a, b);
  });
}

const labelled = gridPoints(1, 14).chain((points) =>
  fc.record({
    points: fc.constant(points),
    labels: fc.array(fc.nat(3), { minLength: points.count, maxLength: points.count }),
  }),
);

describe("the silhouette", () => {
  it("is Rousseeuw's, over all rows and per cluster", () => {
    fc.assert(
      fc.property(labelled, ({ points, labels }) => {
        const expected = widths(points, labels);
        const result = silhouette(points, labels, 4);
        expect(result.mean).to.be.closeTo(mean(expected), 1e-6);
        expect(result.standardError).to.be.closeTo(standardError(expected), 1e-6);
        result.perCluster.forEach((value, c) => {
          const own = expected.filter((_, i) => labels[i] === c);
          expect(value).to.be.closeTo(own.length > 0 ? mean(own) : 0, 1e-6);
        });
      }),
    );
  });

  it("is worked out by hand for four points on a line", () => {
    // a = 1, b = 10.5 for 0; a = 1, b = 9.5 for 1; likewise from the other end.
    const { mean: value, statement, sampled } = silhouette(toPoints(Float32Array.of(0, 1, 10, 11), 1), [0, 0, 1, 1], 2);
    expect(value).to.be.closeTo((1 - 1 / 10.5 + 1 - 1 / 9.5) / 2, 1e-7);
    expect(statement).to.equal("silhouette over all 4 rows");
    expect(sampled).to.equal(false);
  });

  it("of a sample says so, and comes close to that of all rows", () => {
    const points = blobs(4000, 3, 4, 1.5);
    const labels = Array.from({ length: 4000 }, (_, i) => i % 4);
    const all = silhouette(points, labels, 4);
    const part = silhouette(points, labels, 4, { maxRows: 1000, seed: 5 });
    expect(part).to.include({ sampled: true, rowCount: 1000 });
    expect(part.statement).to.equal("silhouette of a random 1,000 of 4,000 rows (seed 5)");
    expect(part.mean).to.be.closeTo(all.mean, 0.03);
    expect(part.mean).not.to.equal(all.mean);
    expect(silhouette(points, labels, 4, { maxRows: 1000, seed: 5 })).to.deep.equal(part);
  });
});

describe("the medoid silhouette", () => {
  it("is the mean of 1 - d₁/d₂", () => {
    fc.assert(
      fc.property(gridPoints(2, 14), fc.nat(), (points, seed) => {
        const k = 2 + (seed % Math.min(3, points.count - 1));
        const medoids = selectPoints(points, randomStart(points.count, Math.min(k, points.count), random(seed)));
        const expected = Array.from({ length: points.count }, (_, i) => {
          const sorted = Array.from({ length: medoids.count }, (_, m) => distance(points, i, medoids, m)).sort((a, b) => a - b);
          return sorted[1]! > 0 ? 1 - sorted[0]! / sorted[1]! : 0;
        });
        const result = medoidSilhouette(points, medoids);
        expect(result.mean).to.be.closeTo(mean(expected), 1e-9);
        expect(result.standardError).to.be.closeTo(standardError(expected), 1e-6);
        const nearest = Array.from({ length: points.count }, (_, i) =>
          Math.min(...Array.from({ length: medoids.count }, (_, m) => distance(points, i, medoids, m))),
        );
        expect(result.distanceError).to.be.closeTo(standardError(nearest), 1e-6);
      }),
    );
  });

  it("is 0 for one medoid", () => {
    const points = toPoints(Float32Array.of(1, 2), 1);
    expect(medoidSilhouette(points, selectPoints(points, [0]))).to.deep.include({ mean: 0, standardError: 0 });
  });
});

describeEstimator({
  name: "silhouette",
  fit: (points: Points) =>
    silhouette(
      points,
      Array.from({ length: points.count }, (_, i) => i % 2),
      2,
    ),
  usual: () => blobs(60, 3, 2, 1),
  edges: {
    "no rows": {
      input: { count: 0, dimensions: 1, values: new Float32Array(0) },
      gives: (result) => expect(result).to.deep.include({ mean: 0, perCluster: new Float64Array(2) }),
    },
    "one row": { input: toPoints(Float32Array.of(1, 2), 2), gives: (result) => expect(result).to.deep.include({ mean: 0 }) },
    "one feature": {
      input: toPoints(Float32Array.of(0, 9, 0, 9), 1),
      gives: (result) => expect(result).to.deep.include({ mean: 1 }),
    },
  },
});
