import type { TaskResult } from "../../beam/tasks";
import { addProgress } from "../../beam/progress";
import { countOutcomes, type Outcomes } from "../../ml/evaluation";
import { binRows } from "../../ml/forest/bins";
import { growTree } from "../../ml/forest/grow";
import { assembleForest, giniImportance, scaledMinLeaf } from "../../ml/forest/train";
import { voterOf } from "../../ml/forest/vote";
import { packForest, unpackForest } from "../../model/bundleFiles";
import { packColumns, unpackColumns } from "../../model/columnBlock";
import { joinBlocks, splitBlocks } from "../../model/labelledSample";
import { decodeBinnedRows, decodeTrees, encodeBinnedRows, encodeTrees } from "./forestBytes";
import { byPlace } from "./placeInSample";
import { decodeRowChunk, joinRows, rowsWhere } from "./rowChunk";
import type { TrainingSpec } from "./trainingSpec";

export interface BinInput {
  readonly chunks: readonly Uint8Array[];
  readonly classCount: number;
}

/** The training rows of all chunks of a variant, in the order of the sample, binned. Held-out rows are left out. */
export function binChunks({ chunks, classCount }: BinInput): TaskResult<Uint8Array> {
  const sorted = chunks.map(decodeRowChunk).sort((a, b) => byPlace(a.place, b.place));
  const { features, classes } = joinRows(sorted.map((chunk) => rowsWhere(chunk, 0)));
  const value = encodeBinnedRows(binRows(features, classes, sorted[0]?.featureCount ?? 0, classCount));
  return { value, transfer: [value.buffer as ArrayBuffer] };
}

export interface GrowInput {
  readonly rows: Uint8Array;
  readonly first: number;
  readonly count: number;
  readonly spec: Pick<TrainingSpec, "seed" | "leafRule" | "minLeaf">;
}

/** Trees `first .. first + count` of a forest. */
export function growTrees({ rows, first, count, spec }: GrowInput): TaskResult<Uint8Array> {
  const binned = decodeBinnedRows(rows);
  const minLeaf = spec.minLeaf === "auto" ? scaledMinLeaf(binned.rowCount) : spec.minLeaf;
  const options = { leafRule: spec.leafRule, minLeaf };
  const trees = Array.from({ length: count }, (_, i) => {
    const tree = growTree(binned, spec.seed, first + i, options);
    addProgress("trees_grown", 1);
    return tree;
  });
  const value = encodeTrees({ first, trees });
  return { value, transfer: [value.buffer as ArrayBuffer] };
}

/** A forest with what its training says of it. */
export interface TrainedForest {
  readonly forest: ReturnType<typeof assembleForest>;
  /** Share of the decrease in Gini impurity by feature. */
  readonly importance: Float64Array;
  readonly trainingRows: number;
}

/** The trees of a variant put together in the order of their numbers. */
export function assembleTrees(chunks: readonly Uint8Array[], rows: Uint8Array): Uint8Array {
  const trees = chunks
    .map(decodeTrees)
    .sort((a, b) => a.first - b.first)
    .flatMap((chunk) => chunk.trees);
  const { featureCount, classCount, rowCount } = decodeBinnedRows(rows);
  const importance = giniImportance(trees, featureCount);
  const head = packColumns({ importance, trainingRows: Float64Array.of(rowCount) });
  return joinBlocks([head, packForest(assembleForest(trees, featureCount, classCount))]);
}

export function decodeTrainedForest(bytes: Uint8Array): TrainedForest {
  const [head, forest] = splitBlocks(bytes) as [Uint8Array, Uint8Array];
  const { importance, trainingRows } = unpackColumns(head);
  return { forest: unpackForest(forest), importance: importance as Float64Array, trainingRows: trainingRows?.[0] as number };
}

export interface OutcomesInput {
  readonly chunk: Uint8Array;
  readonly forest: Uint8Array;
}

/** Outcomes of a forest on the held-out rows of a chunk. */
export function outcomesOfChunk({ chunk, forest: bytes }: OutcomesInput): TaskResult<Outcomes> {
  const { forest } = decodeTrainedForest(bytes);
  const { features, classes } = rowsWhere(decodeRowChunk(chunk), 1);
  const { label, votes } = voterOf(forest).vote(features, classes.length);
  return { value: countOutcomes(classes, label, votes, forest.roots.length, forest.classCount) };
}
