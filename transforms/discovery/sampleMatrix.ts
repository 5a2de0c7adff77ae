import { packColumns, unpackColumns } from "../../model/columnBlock";
import type { Points } from "../../ml/kmedoids/points";
import type { SparseRows } from "../../ml/sparse";
import type { TermWeighting } from "../../ml/tfidf";

/**
 * One app's sample, projected. Rows ascend by session hash, so that the first rows are a random part of all of them.
 */
export interface SampleMatrix {
  readonly hashHigh: Uint32Array;
  readonly hashLow: Uint32Array;
  /** n × d projected rows. */
  readonly points: Points;
  /** Raw TF-IDF weights of the first rows, at most as many as cluster samples need. */
  readonly weights: SparseRows;
  /** What the weights were made with. */
  readonly idf: Float64Array;
  readonly weighting: TermWeighting;
}

const WEIGHTINGS: readonly TermWeighting[] = ["count", "log", "binary"];

export function encodeMatrix(matrix: SampleMatrix): Uint8Array {
  const { weights, points } = matrix;
  return packColumns({
    shape: Uint32Array.of(points.dimensions, weights.columnCount, WEIGHTINGS.indexOf(matrix.weighting)),
    idf: matrix.idf,
    hashHigh: matrix.hashHigh,
    hashLow: matrix.hashLow,
    points: points.values,
    offsets: weights.offsets,
    columns: weights.columns,
    values: weights.values,
  });
}

export function decodeMatrix(bytes: Uint8Array): SampleMatrix {
  const columns = unpackColumns(bytes);
  const [dimensions, columnCount, weighting] = columns["shape"] as Uint32Array;
  const offsets = columns["offsets"] as Uint32Array;
  const values = columns["points"] as Float32Array;
  return {
    hashHigh: columns["hashHigh"] as Uint32Array,
    hashLow: columns["hashLow"] as Uint32Array,
    // Checked when it was encoded, and not again by each of the many tasks that share it.
    points: { count: values.length / dimensions!, dimensions: dimensions!, values },
    weights: {
      rowCount: offsets.length - 1,
      columnCount: columnCount!,
      offsets,
      columns: columns["columns"] as Uint32Array,
      values: columns["values"] as Float64Array,
    },
    idf: columns["idf"] as Float64Array,
    weighting: WEIGHTINGS[weighting!]!,
  };
}
