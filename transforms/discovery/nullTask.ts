import type { TaskResult } from "../../beam/tasks";
import { addRows, createSums, extractCovariance } from "../../ml/covariance";
import { fasterPamEach } from "../../ml/kmedoids/chain";
import { storedDistances } from "../../ml/kmedoids/distances";
import { fasterPam } from "../../ml/kmedoids/fasterPam";
import { neighbourOrder } from "../../ml/kmedoids/neighbourOrder";
import { selectPoints, toPoints } from "../../ml/kmedoids/points";
import { labStart } from "../../ml/kmedoids/start";
import { shuffledTwin, type StructureMeasure } from "../../ml/nullStructure";
import { dealtTwin } from "../../ml/dealtTwin";
import { fitPca, project } from "../../ml/pca";
import { random, seedFrom } from "../../ml/random";
import { silhouette } from "../../ml/silhouette";
import { normalizeRows, selectRows, type SparseRows } from "../../ml/sparse";
import { aggregateStability, subsetStability } from "../../ml/stability";
import { decodeMatrix } from "./sampleMatrix";

export interface NullTaskInput {
  readonly matrix: Uint8Array;
  readonly app: string;
  readonly k: number;
  /** 0 = the real rows; odd = a twin with shuffled columns; even = one with its events dealt anew. All are measured in the same way. */
  readonly twin: number;
  /** Rows measured, at most. */
  readonly rows: number;
  readonly subsets: number;
  readonly components: number;
  readonly seed: number;
}

/** Task: silhouette and stability of the first rows, or of a twin of them without structure, with components of their own. */
export function nullTask(input: NullTaskInput): TaskResult<StructureMeasure> {
  const { weights, idf, weighting } = decodeMatrix(input.matrix);
  const count = Math.min(input.rows, weights.rowCount);
  const raw = selectRows(
    weights,
    Uint32Array.from({ length: count }, (_, i) => i),
  );
  const seed = seedFrom(input.seed, "null", input.app, input.k);
  const { twin } = input;
  const rows =
    twin === 0
      ? normalizeRows(raw).rows
      : twin % 2 === 1
        ? shuffledTwin(raw, seed, twin).rows
        : dealtTwin(raw, idf, weighting, seed, twin);
  return { value: measure(rows, input, seedFrom(seed, input.twin)) };
}

function measure(rows: SparseRows, { k, subsets, components }: NullTaskInput, seed: number): StructureMeasure {
  const sums = createSums(rows.columnCount);
  addRows(sums, rows);
  const pca = fitPca(extractCovariance(sums), { minVariance: 1, components });
  const projected = toPoints(project(pca, rows), pca.componentCount);
  const points = selectPoints(projected, neighbourOrder(projected, null, random(seedFrom(seed, "order"))));
  const distances = storedDistances(points);
  const { labels } = fasterPam(distances, labStart(distances, k, random(seedFrom(seed, "start"))));
  distances.release();
  const sizes = new Uint32Array(k);
  labels.forEach((label) => sizes[label]!++);
  const runs = Array.from({ length: subsets }, (_, subset) =>
    subsetStability(points, [{ k, labels }], subset, seed, fasterPamEach),
  ).flat();
  return {
    silhouette: silhouette(points, labels, k).mean,
    stability: subsets > 0 ? aggregateStability(runs, sizes).mean : null,
  };
}
