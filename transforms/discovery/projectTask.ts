import type { TaskResult } from "../../beam/tasks";
import { toPoints } from "../../ml/kmedoids/points";
import { project } from "../../ml/pca";
import { concatRows, normalizeRows, selectRows } from "../../ml/sparse";
import { decodeSessionBlock } from "../../model/sessionBlock";
import { splitBlocks, type BlockList } from "../sessions/blockList";
import { decodeSpace } from "./discoverySpace";
import { decodeMatrix, encodeMatrix, type SampleMatrix } from "./sampleMatrix";
import { sessionHashes } from "./sessionHash";
import { weightedRows } from "./weightedRows";

export interface ProjectTaskInput {
  readonly block: Uint8Array;
  readonly space: Uint8Array;
  readonly seed: number;
}

/** Task: the weighted sessions of a block as a part of the sample matrix, in block order. */
export function projectTask({ block, space, seed }: ProjectTaskInput): TaskResult<Uint8Array> {
  const learned = decodeSpace(space);
  const sessions = decodeSessionBlock(block);
  const { rows, weights } = weightedRows(sessions, learned);
  const { high, low } = sessionHashes(sessions, seed);
  const pca = learned.pca!;
  const value = encodeMatrix({
    hashHigh: rows.map((row) => high[row]!),
    hashLow: rows.map((row) => low[row]!),
    points: toPoints(project(pca, normalizeRows(weights).rows), pca.componentCount),
    weights,
    idf: learned.idf,
    weighting: learned.weighting,
  });
  return { value, transfer: [value.buffer as ArrayBuffer] };
}

export interface MatrixTaskInput extends BlockList {
  /** Rows whose weights are kept. */
  readonly weightRows: number;
}

/** Task: all parts of one app's sample in hash order. */
export function buildMatrixTask(input: MatrixTaskInput): TaskResult<Uint8Array> {
  const parts = splitBlocks(input).map(decodeMatrix);
  const at: { part: SampleMatrix; row: number }[] = parts.flatMap((part) =>
    Array.from(part.hashHigh, (_, row) => ({ part, row })),
  );
  at.sort((a, b) => a.part.hashHigh[a.row]! - b.part.hashHigh[b.row]! || a.part.hashLow[a.row]! - b.part.hashLow[b.row]!);
  const dimensions = parts[0]!.points.dimensions;
  const values = new Float32Array(at.length * dimensions);
  at.forEach(({ part, row }, i) =>
    values.set(part.points.values.subarray(row * dimensions, (row + 1) * dimensions), i * dimensions),
  );
  const value = encodeMatrix({
    hashHigh: Uint32Array.from(at, ({ part, row }) => part.hashHigh[row]!),
    hashLow: Uint32Array.from(at, ({ part, row }) => part.hashLow[row]!),
    points: toPoints(values, dimensions),
    weights: concatRows(at.slice(0, input.weightRows).map(({ part, row }) => selectRows(part.weights, [row]))),
    idf: parts[0]!.idf,
    weighting: parts[0]!.weighting,
  });
  return { value, transfer: [value.buffer as ArrayBuffer] };
}
