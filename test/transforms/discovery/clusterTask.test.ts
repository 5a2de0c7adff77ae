import { expect } from "chai";
import { moveToMeans } from "../../../ml/clusterMeans";
import { assignNearest } from "../../../ml/kmedoids/assign";
import { fromDense } from "../../../ml/sparse";
import { centerPoints, medoidPoints, type Clustering } from "../../../transforms/discovery/clustering";
import { chainTask, finishTask, subsetTask, type AssignTo } from "../../../transforms/discovery/clusterTask";
import { encodeMatrix } from "../../../transforms/discovery/sampleMatrix";
import { blobs } from "../../ml/samples";

const COUNT = 300;
const K = 4;
const points = blobs(COUNT, 6, K, 4);
const rows = Array.from({ length: COUNT }, (_, i) => i);
const matrix = encodeMatrix({
  hashHigh: Uint32Array.from(rows),
  hashLow: Uint32Array.from(rows),
  points,
  weights: fromDense(rows.map((i) => [1 + (i % K), 2])),
  idf: Float64Array.of(1, 1),
  weighting: "count",
});
const shared = { matrix, app: "web", sampleSize: 200, seed: 7 };

function clusteringOf(assignTo: AssignTo): Clustering {
  const runs = [0, 1].flatMap((run) => chainTask({ ...shared, ks: [K], run }).value);
  return finishTask({ ...shared, k: K, runs, assignTo }).value;
}

const sizesOf = (labels: Uint16Array) => Array.from({ length: K }, (_, c) => labels.filter((label) => label === c).length);

describe("clusters of a sample", () => {
  it("are those of the nearest means, moved to from the medoids that stay on record", () => {
    const clustering = clusteringOf("mean");
    const medoids = medoidPoints(clustering);
    const { centers, labels } = moveToMeans(points, medoids, assignNearest(points, medoids).labels);
    expect(clustering.centers).to.deep.equal([...centers.values]);
    expect(clustering.sizes).to.deep.equal(sizesOf(labels));
    expect(sizesOf(assignNearest(points, centerPoints(clustering)).labels)).to.deep.equal(clustering.sizes);
  });

  it("are those of the nearest medoids when asked for, with the same medoids and distances to them", () => {
    const clustering = clusteringOf("medoid");
    expect(clustering).not.to.have.property("centers");
    expect(centerPoints(clustering)).to.deep.equal(medoidPoints(clustering));
    expect(clustering.sizes).to.deep.equal(sizesOf(assignNearest(points, medoidPoints(clustering)).labels));
    const { medoids, medoidSilhouette, meanDistance } = clusteringOf("mean");
    expect(clustering).to.deep.include({ medoids, medoidSilhouette, meanDistance });
  });

  it("are compared with halves labelled in the same way, and agree with them better by means", () => {
    const stabilityOf = (assignTo: AssignTo) => {
      const clusterings = [clusteringOf(assignTo)];
      const subsets = Array.from(
        { length: 10 },
        (_, subset) => subsetTask({ ...shared, clusterings, assignTo, subset }).value[0]!,
      );
      return subsets.flatMap(({ jaccard }) => [...jaccard]).reduce((sum, value) => sum + value, 0) / (10 * K);
    };
    expect(stabilityOf("mean")).to.be.above(stabilityOf("medoid"));
  });
});
