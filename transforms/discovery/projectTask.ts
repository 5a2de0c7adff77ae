import type { TaskResult } from "../../beam/tasks";
import { toPoints } from "../../ml/kmedoids/points";
import { project } from "../../ml/pca";
import { concatRows, normalizeRows, selectRows } from "../../ml/sparse";
import { decodeSessionBlock } from "../../model/sessionBlock";
import { splitBlocks, type BlockList } from "../sessions/blockList";
import { decodeSpace } from "./discoverySpace";
import { decodeMatrix, encodeMatrix } from "./sampleMatrix";
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
  const { idf, weighting, points } = parts[0]!;
  const { dimensions } = points;
  const count = parts.reduce((sum, part) => sum + part.hashHigh.length, 0);
  const [high, low] = [new Uint32Array(count), new Uint32Array(count)];
  const [partOf, rowOf] = [new Uint32Array(count), new Uint32Array(count)];
  let start = 0;
  parts.forEach(({ hashHigh, hashLow }, part) => {
    high.set(hashHigh, start);
    low.set(hashLow, start);
    for (let row = 0; row < hashHigh.length; row++, start++) {
      partOf[start] = part;
      rowOf[start] = row;
    }
  });
  const order = Uint32Array.from(high, (_, i) => i).sort((a, b) => high[a]! - high[b]! || low[a]! - low[b]!);
  const values = new Float32Array(count * dimensions);
  for (let i = 0, to = 0; i < count; i++) {
    const from = parts[partOf[order[i]!]!]!.points.values;
    for (let at = rowOf[order[i]!]! * dimensions, end = at + dimensions; at < end; at++, to++) values[to] = from[at]!;
  }
  const weighted = order.subarray(0, input.weightRows);
  const value = encodeMatrix({
    hashHigh: order.map((at) => high[at]!),
    hashLow: order.map((at) => low[at]!),
    // The parts' points were checked when they were projected.
    points: { count, dimensions, values },
    weights: concatRows(Array.from(weighted, (at) => selectRows(parts[partOf[at]!]!.weights, [rowOf[at]!]))),
    idf,
    weighting,
  });
  return { value, transfer: [value.buffer as ArrayBuffer] };
}
