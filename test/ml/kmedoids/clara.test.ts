import { expect } from "chai";
import fc from "fast-check";
import { assignNearest } from "../../../ml/kmedoids/assign";
import { bestRun, claraRun, finishClara, kMedoids, runsFor, type ClaraRun } from "../../../ml/kmedoids/clara";
import { fasterPamEach } from "../../../ml/kmedoids/chain";
import { storedDistances } from "../../../ml/kmedoids/distances";
import { fasterPam } from "../../../ml/kmedoids/fasterPam";
import { polishMedoids } from "../../../ml/kmedoids/polish";
import { distance, selectPoints, toPoints, type Points } from "../../../ml/kmedoids/points";
import { randomStart } from "../../../ml/kmedoids/start";
import { random } from "../../../ml/random";
import { describeEstimator } from "../contract";
import { blobs, gridPoints, reordered } from "../samples";
import { lossOf } from "./oracle";

const options = { sampleSize: 60, runs: 4, seed: 7 };
const between = (points: Points) => (i: number, j: number) => distance(points, i, points, j);

describe("assignNearest", () => {
  it("gives each row its nearest medoid, ties to the lowest, and sums the distances", () => {
    fc.assert(
      fc.property(gridPoints(1, 12), fc.nat(), (points, seed) => {
        const k = 1 + (seed % Math.min(4, points.count));
        const medoids = selectPoints(points, randomStart(points.count, k, random(seed)));
        const { labels, distances, loss } = assignNearest(points, medoids);
        labels.forEach((label, i) => {
          const all = Array.from({ length: k }, (_, m) => distance(points, i, medoids, m));
          expect(label).to.equal(all.indexOf(Math.min(...all)));
          expect(distances[i]).to.equal(Math.min(...all));
        });
        expect(loss).to.equal(distances.reduce((sum, d) => sum + d, 0));
      }),
    );
  });

  it("refuses no medoids and other dimensions", () => {
    const points = toPoints(Float32Array.of(1, 2), 2);
    expect(() => assignNearest(points, selectPoints(points, []))).to.throw(RangeError, "0 medoids");
    expect(() => assignNearest(points, toPoints(Float32Array.of(1), 1))).to.throw(RangeError, "of 1 dimensions for rows of 2");
  });
});

describe("the polish", () => {
  it("never makes medoids worse, and keeps them rows of their own", () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 80 }), fc.integer({ min: 1, max: 5 }), fc.nat(), (count, k, seed) => {
        const points = blobs(count, 3, 4, 2, seed);
        const start = randomStart(count, k, random(seed));
        const { medoids, assignment } = polishMedoids(points, start, 6);
        expect(assignment.loss).to.be.at.most(lossOf(between(points), count, Array.from(start)) * (1 + 1e-6));
        expect(assignment).to.deep.equal(assignNearest(points, selectPoints(points, medoids)));
        expect(new Set(medoids).size).to.equal(k);
      }),
    );
  });

  it("finds the best medoid of each cluster that is small enough to be tried whole", () => {
    const points = blobs(90, 2, 3, 0.3, 5);
    const { medoids, assignment } = polishMedoids(points, [0, 1, 2], 6);
    medoids.forEach((medoid, cluster) => {
      const members = Array.from(assignment.labels).flatMap((label, i) => (label === cluster ? [i] : []));
      const sum = (candidate: number) => members.reduce((total, i) => total + between(points)(i, candidate), 0);
      expect(sum(medoid)).to.be.closeTo(Math.min(...members.map(sum)), 1e-5);
    });
  });

  it("does nothing in no rounds", () => {
    const points = blobs(30, 2, 3, 1);
    expect(polishMedoids(points, [4, 2], 0)).to.deep.include({ medoids: Uint32Array.of(2, 4), rounds: 0 });
  });

  it("brings a subsample's medoids close to those of all rows", () => {
    const points = blobs(3000, 5, 6, 0.8, 11);
    const exact = fasterPam(storedDistances(points), randomStart(3000, 6, random(1))).loss;
    const [rough] = claraRun(points, [6], 0, { sampleSize: 100, seed: 3 }) as [ClaraRun];
    const polished = finishClara(points, rough, { sampleSize: 100 });
    expect(rough.loss).to.be.above(exact * 1.01);
    expect(polished.loss).to.be.below(exact * 1.005);
  });

  it("works on a part of the rows when there are many, and still gains", () => {
    const points = blobs(45_000, 2, 4, 2, 2);
    const [rough] = claraRun(points, [4], 0, { sampleSize: 40, seed: 1 }) as [ClaraRun];
    expect(finishClara(points, rough, { sampleSize: 40 }).loss).to.be.below(rough.loss * 0.999);
  });
});

describe("CLARA", () => {
  it("takes the best run, whatever order they come in", () => {
    const points = blobs(500, 3, 5, 2, 3);
    const runs = [0, 1, 2, 3, 4].flatMap((run) => claraRun(points, [5], run, options));
    const best = bestRun(runs);
    runs.forEach((run) => expect(best.loss).to.be.at.most(run.loss));
    for (let seed = 0; seed < 5; seed++) expect(bestRun(reordered(runs, seed))).to.equal(best);
    const tied = [2, 1, 3].map((run) => ({ ...best, run }));
    expect(bestRun(tied).run).to.equal(1);
    expect(() => bestRun([])).to.throw(RangeError, "no CLARA run");
  });

  it("is its runs and the polish put together", () => {
    const points = blobs(500, 3, 5, 2, 3);
    const runs = [0, 1, 2, 3].flatMap((run) => claraRun(points, [5], run, options, fasterPamEach));
    expect(kMedoids(points, 5, options)).to.deep.equal(finishClara(points, bestRun(runs), options));
  });

  it("judges each run on all rows", () => {
    const points = blobs(500, 3, 5, 2, 3);
    const runs = claraRun(points, [5, 2, 9], 1, options);
    for (const { loss, medoids } of runs) expect(loss).to.equal(assignNearest(points, selectPoints(points, medoids)).loss);
    for (const { loss, medoids } of runs) expect(loss).to.be.closeTo(lossOf(between(points), 500, Array.from(medoids)), 1e-2);
  });

  it("needs one run where a subsample holds all rows", () => {
    expect([59, 60, 61].map((count) => runsFor(count, options))).to.deep.equal([1, 1, 4]);
  });

  it("is FasterPAM on all rows when they fit a subsample", () => {
    const points = blobs(50, 3, 5, 2, 3);
    const { medoids, loss } = kMedoids(points, 4, options);
    expect(loss).to.be.closeTo(lossOf(between(points), 50, Array.from(medoids)), 1e-3);
  });

  it("refuses a k that rows do not allow", () => {
    const points = blobs(5, 2, 1, 1);
    for (const k of [0, 6, 1.5, NaN]) {
      expect(() => kMedoids(points, k, options), String(k)).to.throw(
        RangeError,
        `k is ${k}; expected a whole number of 1..5 rows`,
      );
    }
  });
});

describeEstimator({
  name: "kMedoids",
  fit: (points: Points) => kMedoids(points, 1 + (points.count > 10 ? 2 : 0), options),
  usual: () => blobs(200, 3, 3, 1),
  edges: {
    "no rows": { input: { count: 0, dimensions: 2, values: new Float32Array(0) }, throws: /1\.\.0 rows/ },
    "one row": {
      input: toPoints(Float32Array.of(3, 4), 2),
      gives: (result) => expect(result).to.deep.include({ medoids: Uint32Array.of(0), labels: Uint16Array.of(0), loss: 0 }),
    },
    "one feature": {
      input: toPoints(Float32Array.of(1, 2, 9), 1),
      gives: (result) => expect(result).to.deep.include({ medoids: Uint32Array.of(1), loss: 8 }),
    },
  },
});
