import type { TaskResult } from "../../beam/tasks";
import { moveToMeans } from "../../ml/clusterMeans";
import { assignNearest } from "../../ml/kmedoids/assign";
import { fasterPamChain } from "../../ml/kmedoids/chain";
import { bestRun, claraRun, finishClara, type ClaraRun } from "../../ml/kmedoids/clara";
import type { KMedoidsResult } from "../../ml/kmedoids/fasterPam";
import { selectPoints, type Points } from "../../ml/kmedoids/points";
import { noiseLikeCluster } from "../../ml/noiseCluster";
import { medoidSilhouette, silhouette } from "../../ml/silhouette";
import { seedFrom } from "../../ml/random";
import { normalizeRows } from "../../ml/sparse";
import { subsetStability, type SubsetStability } from "../../ml/stability";
import { centerPoints, type Centered, type Clustering } from "./clustering";
import { decodeMatrix } from "./sampleMatrix";

interface AppInput {
  readonly matrix: Uint8Array;
  readonly app: string;
  /** Rows of a CLARA subsample, and rows that silhouette and stability are measured on. */
  readonly sampleSize: number;
  readonly seed: number;
}

export interface ChainTaskInput extends AppInput {
  readonly ks: readonly number[];
  /** Number of the CLARA subsample. */
  readonly run: number;
}

/** Task: one CLARA subsample clustered at several k. */
export function chainTask({ matrix, app, ks, run, sampleSize, seed }: ChainTaskInput): TaskResult<ClaraRun[]> {
  return { value: claraRun(decodeMatrix(matrix).points, ks, run, { sampleSize, seed: seedFrom(seed, "cluster", app) }) };
}

/** What a session's cluster is told by: the nearest mean of a cluster, or the nearest medoid. */
export type AssignTo = "mean" | "medoid";

export interface FinishTaskInput extends AppInput {
  readonly k: number;
  readonly assignTo: AssignTo;
  readonly runs: readonly ClaraRun[];
}

/**
 * Task: the best subsample's medoids polished over all sampled sessions, the sessions labelled, and the labels judged on the first
 * `sampleSize` rows.
 */
export function finishTask({ matrix: bytes, app, k, runs, sampleSize, seed, assignTo }: FinishTaskInput): TaskResult<Clustering> {
  const matrix = decodeMatrix(bytes);
  const { points } = matrix;
  const result = finishClara(points, bestRun(runs), { sampleSize });
  const medoids = selectPoints(points, result.medoids);
  const means = assignTo === "mean" ? moveToMeans(points, medoids, result.labels) : null;
  const labels = means?.labels ?? result.labels;
  const sizes = new Array<number>(k).fill(0);
  labels.forEach((label) => sizes[label]!++);
  const judged = firstPoints(points, sampleSize);
  const judgedLabels = labels.subarray(0, judged.count);
  const { mean, perCluster, statement, standardError } = silhouette(judged, judgedLabels, k, { maxRows: judged.count, seed });
  const byMedoids = medoidSilhouette(judged, medoids);
  const noise = noiseLikeCluster(normalizeRows(matrix.weights).rows, labels, k);
  return {
    value: {
      app,
      k,
      medoids: [...result.medoids],
      medoidPoints: [...medoids.values],
      ...(means && { centers: [...means.centers.values] }),
      dimensions: points.dimensions,
      sizes,
      meanDistance: result.loss / points.count,
      silhouette: {
        mean,
        perCluster: [...perCluster],
        statement: judged.count < points.count ? `silhouette of a random ${judged.count} of ${points.count} sessions` : statement,
      },
      medoidSilhouette: byMedoids.mean,
      standardErrors: {
        silhouette: standardError,
        medoidSilhouette: byMedoids.standardError,
        meanDistance: byMedoids.distanceError,
      },
      noise: { cluster: noise.cluster, share: sizes[noise.cluster]! / points.count, concentration: [...noise.concentration] },
    },
  };
}

/** What a subset needs to know of a clustering. */
export type Compared = Centered & Pick<Clustering, "k">;

export interface SubsetTaskInput extends AppInput {
  readonly clusterings: readonly Compared[];
  readonly assignTo: AssignTo;
  readonly subset: number;
}

/** Task: one half-subset of the first `sampleSize` rows clustered and labelled anew at every k, and compared. */
export function subsetTask({
  matrix,
  app,
  clusterings,
  assignTo,
  subset,
  sampleSize,
  seed,
}: SubsetTaskInput): TaskResult<SubsetStability[]> {
  const points = firstPoints(decodeMatrix(matrix).points, sampleSize);
  const labelled = clusterings.map((one) => ({ k: one.k, labels: assignNearest(points, centerPoints(one)).labels }));
  const labelsOf = assignTo === "mean" ? labelsByMeans : undefined;
  return { value: subsetStability(points, labelled, subset, seedFrom(seed, app), fasterPamChain, labelsOf) };
}

const labelsByMeans = (points: Points, { medoids, labels }: KMedoidsResult) =>
  moveToMeans(points, selectPoints(points, medoids), labels).labels;

/** Rows ascend by hash, so the first ones are a random part. */
export function firstPoints(points: Points, count: number): Points {
  const rows = Math.min(count, points.count);
  return { count: rows, dimensions: points.dimensions, values: points.values.subarray(0, rows * points.dimensions) };
}
