import { expect } from "chai";
import fc from "fast-check";
import { adjustedRandIndex, contingency } from "../../ml/clusterMatching";
import { moveToMeans, type CenteredClusters } from "../../ml/clusterMeans";
import { assignNearest } from "../../ml/kmedoids/assign";
import { kMedoids } from "../../ml/kmedoids/clara";
import { selectPoints, toPoints, type Points } from "../../ml/kmedoids/points";
import { random, sampleWithoutReplacement } from "../../ml/random";
import { describeEstimator } from "./contract";
import { blobs, gridPoints } from "./samples";

const pointsAndMedoids = gridPoints(1, 30).chain((points) =>
  fc
    .array(fc.nat(points.count - 1), { minLength: 1, maxLength: 5 })
    .map((rows) => ({ points, medoids: selectPoints(points, rows) })),
);

const clustersOf = (labels: Uint16Array) => [...new Set(labels)].sort((a, b) => a - b);

/** Sum of squared distances of the rows to their centers. */
function squares({ values, dimensions, count }: Points, centers: Points, labels: Uint16Array): number {
  let sum = 0;
  for (let row = 0; row < count; row++) {
    for (let d = 0; d < dimensions; d++) {
      sum += (values[row * dimensions + d]! - centers.values[labels[row]! * dimensions + d]!) ** 2;
    }
  }
  return sum;
}

describe("moving centers to the means of clusters", () => {
  it("gives the mean of each cluster's rows after one round, by plain sums", () => {
    fc.assert(
      fc.property(pointsAndMedoids, ({ points, medoids }) => {
        const before = assignNearest(points, medoids).labels;
        const { centers, labels } = moveToMeans(points, medoids, before, 1);
        const { dimensions, values } = points;
        const expected = Float32Array.from(medoids.values, (value, at) => {
          const cluster = Math.floor(at / dimensions);
          const rows = Array.from(before.keys()).filter((row) => before[row] === cluster);
          if (rows.length === 0) return value;
          return rows.reduce((sum, row) => sum + values[row * dimensions + (at % dimensions)]!, 0) / rows.length;
        });
        const after = assignNearest(points, toPoints(expected, dimensions)).labels;
        // A round that empties a cluster is not taken.
        const taken = clustersOf(before).every((cluster) => after.includes(cluster));
        expect(centers.values).to.deep.equal(taken ? expected : medoids.values);
        expect(labels).to.deep.equal(taken ? after : before);
      }),
    );
  });

  it("never moves rows further from their centers, by squared distance, and leaves no cluster without rows", () => {
    fc.assert(
      fc.property(pointsAndMedoids, ({ points, medoids }) => {
        const before = assignNearest(points, medoids).labels;
        const steps = [0, 1, 2, 5].map((rounds) => moveToMeans(points, medoids, before, rounds));
        const sums = steps.map(({ centers, labels }) => squares(points, centers, labels));
        sums.slice(1).forEach((sum, i) => expect(sum).to.be.at.most(sums[i]! + 1e-3));
        for (const { labels } of steps) expect(clustersOf(labels)).to.include.members(clustersOf(before));
      }),
    );
  });

  it("labels every row by the center it gives, and no round leaves the medoids", () => {
    const points = blobs(200, 4, 3, 3);
    const medoids = selectPoints(points, [0, 1, 2]);
    const { labels } = assignNearest(points, medoids);
    const moved = moveToMeans(points, medoids, labels);
    expect(moved.labels).to.deep.equal(assignNearest(points, moved.centers).labels);
    expect(moveToMeans(points, medoids, labels, 0)).to.deep.equal({ centers: medoids, labels });
  });

  it("takes the means of more than 25,000 rows from rows evenly spread, and labels them all", () => {
    const points = blobs(50_001, 2, 3, 3);
    const medoids = selectPoints(points, [0, 1, 2]);
    const { labels } = assignNearest(points, medoids);
    const spread = Array.from({ length: 16_667 }, (_, i) => 3 * i);
    const part = selectPoints(points, spread);
    const { centers } = moveToMeans(
      part,
      medoids,
      Uint16Array.from(spread, (row) => labels[row]!),
    );
    const moved = moveToMeans(points, medoids, labels);
    expect(moved.centers).to.deep.equal(centers);
    expect(moved.labels).to.deep.equal(assignNearest(points, centers).labels);
  });

  it("keeps the center of a cluster without rows", () => {
    const points = toPoints(Float32Array.of(0, 1, 2, 10, 11, 12), 1);
    const medoids = toPoints(Float32Array.of(1, 1, 11), 1);
    const { centers } = moveToMeans(points, medoids, Uint16Array.of(0, 0, 0, 2, 2, 2));
    expect(Array.from(centers.values)).to.deep.equal([1, 1, 11]);
  });

  it("makes two samples of the same overlapping kinds agree better than their medoids do", () => {
    const agreement = { mean: 0, medoid: 0 };
    for (let seed = 1; seed <= 5; seed++) {
      const points = blobs(600, 12, 4, 4.5, seed);
      const rows = sampleWithoutReplacement(points.count, points.count, random(seed));
      const centers = [rows.slice(0, 300), rows.slice(300)].map((half) => {
        const part = selectPoints(points, half);
        const found = kMedoids(part, 4, { sampleSize: 300, runs: 1, seed });
        const medoids = selectPoints(part, found.medoids);
        return { medoid: medoids, mean: moveToMeans(part, medoids, found.labels).centers };
      });
      for (const kind of ["mean", "medoid"] as const) {
        const [one, other] = centers.map((of) => assignNearest(points, of[kind]).labels) as [Uint16Array, Uint16Array];
        agreement[kind] += adjustedRandIndex(contingency(one, other, 4, 4)) / 5;
      }
    }
    expect(agreement.mean).to.be.above(agreement.medoid + 0.05);
  });
});

const labelsAndCenters = (result: unknown) => {
  const { labels, centers } = result as CenteredClusters;
  return [Array.from(labels), Array.from(centers.values)];
};

describeEstimator({
  name: "moveToMeans",
  fit: (points: Points) => {
    const medoids = toPoints(
      new Float32Array(2 * points.dimensions).map((_, at) => at),
      points.dimensions,
    );
    return moveToMeans(points, medoids, assignNearest(points, medoids).labels);
  },
  usual: () => blobs(60, 3, 2, 1),
  edges: {
    "no rows": {
      input: { count: 0, dimensions: 1, values: new Float32Array(0) },
      gives: (result) => expect(labelsAndCenters(result)).to.deep.equal([[], [0, 1]]),
    },
    "one row": {
      input: toPoints(Float32Array.of(1, 2), 2),
      gives: (result) => expect(labelsAndCenters(result)).to.deep.equal([[0], [1, 2, 2, 3]]),
    },
    "one feature": {
      input: toPoints(Float32Array.of(0, 9, 1, 8), 1),
      gives: (result) =>
        expect(labelsAndCenters(result)).to.deep.equal([
          [0, 1, 0, 1],
          [0.5, 8.5],
        ]),
    },
  },
});
