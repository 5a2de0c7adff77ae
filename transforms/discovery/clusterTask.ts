import type { TaskResult } from "../../beam/tasks";
import { assignNearest } from "../../ml/kmedoids/assign";
import { kMedoids } from "../../ml/kmedoids/clara";
import { selectPoints, type Points } from "../../ml/kmedoids/points";
import { noiseLikeCluster } from "../../ml/noiseCluster";
import { medoidSilhouette, silhouette } from "../../ml/silhouette";
import { seedFrom } from "../../ml/random";
import { normalizeRows } from "../../ml/sparse";
import { subsetStability, type SubsetStability } from "../../ml/stability";
import { medoidPoints, type Clustering } from "./clustering";
import { decodeMatrix } from "./sampleMatrix";

export interface ClusterTaskInput {
  readonly matrix: Uint8Array;
  readonly app: string;
  readonly k: number;
  readonly sampleSize: number;
  readonly runs: number;
  readonly seed: number;
}

/** Task: k-medoids of all sampled sessions (CLARA and polish where they are many), judged on the first `sampleSize` rows. */
export function clusterTask(input: ClusterTaskInput): TaskResult<Clustering> {
  const matrix = decodeMatrix(input.matrix);
  const { points } = matrix;
  const seed = seedFrom(input.seed, "cluster", input.app, input.k);
  const result = kMedoids(points, input.k, { sampleSize: input.sampleSize, runs: input.runs, seed });
  const medoids = selectPoints(points, result.medoids);
  const sizes = new Array<number>(input.k).fill(0);
  result.labels.forEach((label) => sizes[label]!++);
  const judged = firstPoints(points, input.sampleSize);
  const judgedLabels = result.labels.subarray(0, judged.count);
  const { mean, perCluster, statement } = silhouette(judged, judgedLabels, input.k, { maxRows: judged.count, seed });
  const noise = noiseLikeCluster(normalizeRows(matrix.weights).rows, result.labels, input.k);
  return {
    value: {
      app: input.app,
      k: input.k,
      medoids: [...result.medoids],
      medoidPoints: [...medoids.values],
      dimensions: points.dimensions,
      sizes,
      meanDistance: result.loss / points.count,
      silhouette: {
        mean,
        perCluster: [...perCluster],
        statement: judged.count < points.count ? `silhouette of a random ${judged.count} of ${points.count} sessions` : statement,
      },
      medoidSilhouette: medoidSilhouette(judged, medoids),
      noise: { cluster: noise.cluster, share: sizes[noise.cluster]! / points.count, concentration: [...noise.concentration] },
    },
  };
}

export interface StabilityTaskInput {
  readonly matrix: Uint8Array;
  readonly clustering: Clustering;
  readonly subset: number;
  readonly sampleSize: number;
  readonly seed: number;
}

/** Task: one half-subset of the first `sampleSize` rows clustered anew and compared. */
export function stabilityTask(input: StabilityTaskInput): TaskResult<SubsetStability> {
  const { app, k } = input.clustering;
  const points = firstPoints(decodeMatrix(input.matrix).points, input.sampleSize);
  const { labels } = assignNearest(points, medoidPoints(input.clustering));
  return { value: subsetStability(points, labels, k, input.subset, seedFrom(input.seed, app)) };
}

/** Rows ascend by hash, so the first ones are a random part. */
export function firstPoints(points: Points, count: number): Points {
  const rows = Math.min(count, points.count);
  return { count: rows, dimensions: points.dimensions, values: points.values.subarray(0, rows * points.dimensions) };
}
