import { expect } from "chai";
import fc from "fast-check";
import { distance as mlDistance } from "ml-distance";
import { openPlainKernel } from "../../../ml/kernels/kmedoidsPlain";
import { computedDistances, distanceMatrix, MAX_MATRIX_POINTS, storedDistances } from "../../../ml/kmedoids/distances";
import { fasterPam, MAX_CLUSTERS } from "../../../ml/kmedoids/fasterPam";
import { matrixDistances } from "../../../ml/kmedoids/matrixDistances";
import { distance, selectPoints, toPoints, type Points } from "../../../ml/kmedoids/points";
import { labStart, randomStart } from "../../../ml/kmedoids/start";
import { random } from "../../../ml/random";
import { blobs, gridPoints } from "../samples";
import { bestLoss, bestSwapLoss, lossOf } from "./oracle";

const between = (points: Points) => (i: number, j: number) => distance(points, i, points, j);

/** Few points on a grid, a number of clusters and a seed. */
const smallCase = gridPoints(2, 11).chain((points) =>
  fc.record({ points: fc.constant(points), k: fc.integer({ min: 1, max: Math.min(4, points.count) }), seed: fc.nat() }),
);

describe("distances", () => {
  it("are Euclidean, as ml-distance has them, to 32 bits", () => {
    const points = blobs(20, 7, 3, 1);
    for (let i = 0; i < 20; i++) {
      const row = (r: number) => Array.from(points.values.subarray(r * 7, r * 7 + 7));
      expect(distance(points, i, points, 19 - i)).to.be.closeTo(mlDistance.euclidean(row(i), row(19 - i)), 1e-5);
    }
  });

  it("are the same stored, computed and plain; symmetric, and 0 to oneself", () => {
    fc.assert(
      fc.property(gridPoints(1, 13), (points) => {
        const { count } = points;
        const matrix = distanceMatrix(points);
        const computed = computedDistances(points);
        const plain = storedDistances(points, openPlainKernel);
        for (let i = 0; i < count; i++) {
          const row = matrix.slice(i * count, (i + 1) * count);
          expect(computed.row(i)).to.deep.equal(row);
          expect(plain.row(i)).to.deep.equal(row);
          expect(row[i]).to.equal(0);
          row.forEach((value, j) => expect(value).to.equal(matrix[j * count + i]));
        }
        computed.release();
      }),
    );
  });

  it("refuse a matrix that would not fit, and points that are none", () => {
    const many = toPoints(new Float32Array(MAX_MATRIX_POINTS + 1), 1);
    expect(() => storedDistances(many)).to.throw(RangeError, "a distance matrix of 10001 points would take 400 MB");
    expect(() => toPoints(Float32Array.of(1, 2, 3), 2)).to.throw(RangeError, "no whole rows");
    expect(() => toPoints(Float32Array.of(NaN), 1)).to.throw(RangeError, "NaN");
    expect(() => matrixDistances(new Float32Array(5), 2)).to.throw(RangeError, "not 2 × 2");
  });
});

describe("FasterPAM", () => {
  it("ends where no single swap lowers the loss", () => {
    fc.assert(
      fc.property(smallCase, ({ points, k, seed }) => {
        const found = fasterPam(storedDistances(points), randomStart(points.count, k, random(seed)));
        const medoids = Array.from(found.medoids);
        expect(found.loss).to.be.closeTo(lossOf(between(points), points.count, medoids), 1e-5);
        expect(bestSwapLoss(between(points), points.count, medoids)).to.be.at.least(found.loss * (1 - 1e-6));
      }),
    );
  });

  it("finds the best medoids of all where clusters are far apart", () => {
    for (let seed = 0; seed < 20; seed++) {
      const points = blobs(12, 2, 3, 0.2, seed);
      const best = bestLoss(between(points), 12, 3);
      const losses = [1, 2, 3].map((s) => fasterPam(storedDistances(points), randomStart(12, 3, random(s))).loss);
      expect(Math.min(...losses)).to.be.closeTo(best, best * 1e-5);
    }
  });

  it("gives medoids in order, and every row its nearest medoid, ties to the lowest", () => {
    fc.assert(
      fc.property(smallCase, ({ points, k, seed }) => {
        const { medoids, labels } = fasterPam(storedDistances(points), randomStart(points.count, k, random(seed)));
        expect(Array.from(medoids)).to.deep.equal([...new Set(medoids)].sort((a, b) => a - b));
        labels.forEach((label, i) => {
          const toMedoids = Array.from(medoids, (medoid) => between(points)(i, medoid));
          expect(label).to.equal(toMedoids.indexOf(Math.min(...toMedoids)));
        });
      }),
    );
  });

  it("is the same with a stored, a computed and a given matrix, in WebAssembly and plain", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 90 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (count, k, seed) => {
        const points = blobs(count, 3, 4, 2, seed);
        const start = randomStart(count, k, random(seed));
        const [first, ...others] = [
          storedDistances(points),
          computedDistances(points),
          storedDistances(points, openPlainKernel),
          matrixDistances(distanceMatrix(points), count),
        ].map((distances) => fasterPam(distances, start));
        others.forEach((other) => expect(other).to.deep.equal(first));
      }),
    );
  });

  it("clusters five points completely as worked out by hand", () => {
    // On a line: 0, 1, 2 and 10, 11.
    const points = toPoints(Float32Array.of(0, 1, 2, 10, 11), 1);
    const found = fasterPam(storedDistances(points), [0, 1]);
    expect(found).to.deep.equal({
      medoids: Uint32Array.of(1, 3),
      labels: Uint16Array.of(0, 0, 0, 1, 1),
      loss: 3,
      iterations: 2,
      swaps: 2,
      next: 0,
    });
  });

  it("takes duplicated points, more clusters than different points, and as many clusters as points", () => {
    const same = toPoints(Float32Array.of(5, 5, 5, 5), 1);
    expect(fasterPam(storedDistances(same), [3, 1, 2])).to.deep.include({ loss: 0, labels: new Uint16Array(4) });
    const three = toPoints(Float32Array.of(1, 2, 3), 1);
    expect(fasterPam(storedDistances(three), [2, 0, 1])).to.deep.include({ loss: 0, labels: Uint16Array.of(0, 1, 2) });
    expect(fasterPam(storedDistances(toPoints(Float32Array.of(9), 1)), [0])).to.deep.include({ loss: 0, swaps: 0 });
  });

  it("names the row that lowers the loss most as one medoid more", () => {
    fc.assert(
      fc.property(smallCase, ({ points, k, seed }) => {
        const found = fasterPam(storedDistances(points), randomStart(points.count, k, random(seed)));
        const medoids = Array.from(found.medoids);
        const others = Array.from({ length: points.count }, (_, i) => i).filter((i) => !medoids.includes(i));
        if (k === 1 || others.length === 0) {
          expect(found.next).to.equal(-1);
          return;
        }
        const withOne = (row: number) => lossOf(between(points), points.count, [...medoids, row]);
        expect(others).to.include(found.next);
        expect(withOne(found.next)).to.be.closeTo(Math.min(...others.map(withOne)), 1e-5);
      }),
    );
  });

  it("stops after the passes it was given", () => {
    const points = blobs(200, 2, 8, 3);
    const start = randomStart(200, 8, random(1));
    const one = fasterPam(storedDistances(points), start, 1);
    expect(one.iterations).to.equal(1);
    expect(one.loss).to.be.at.least(fasterPam(storedDistances(points), start).loss);
  });

  it("refuses starts that are none", () => {
    const distances = storedDistances(toPoints(Float32Array.of(1, 2, 3), 1));
    for (const start of [[0, 0], [3], [-1], [0.5]]) {
      expect(() => fasterPam(distances, start), String(start)).to.throw(RangeError, "different rows of 0..2");
    }
    expect(() => fasterPam(distances, [])).to.throw(RangeError, `expected 1..${MAX_CLUSTERS}`);
  });
});

describe("LAB", () => {
  it("starts from different rows, whatever k", () => {
    fc.assert(
      fc.property(smallCase, ({ points, k, seed }) => {
        const start = labStart(storedDistances(points), k, random(seed));
        expect(new Set(start).size).to.equal(k);
      }),
    );
    expect(() => labStart(storedDistances(toPoints(Float32Array.of(1, 2), 1)), 3, random(1))).to.throw(
      RangeError,
      "3 medoids among 2",
    );
  });

  it("starts better than chance on average", () => {
    const points = blobs(400, 3, 6, 1);
    const mean = (start: (seed: number) => Uint32Array) =>
      Array.from({ length: 20 }, (_, seed) => lossOf(between(points), 400, Array.from(start(seed)))).reduce((a, b) => a + b) / 20;
    const distances = storedDistances(points);
    expect(mean((seed) => labStart(distances, 6, random(seed)))).to.be.below(mean((seed) => randomStart(400, 6, random(seed))));
  });
});

describe("selectPoints", () => {
  it("takes rows in the order asked for", () => {
    const points = toPoints(Float32Array.of(1, 2, 3, 4, 5, 6), 2);
    expect(selectPoints(points, [2, 0, 2]).values).to.deep.equal(Float32Array.of(5, 6, 1, 2, 5, 6));
  });
});
