import type { BinnedRows } from "../../ml/forest/bins";
import type { Tree } from "../../ml/forest/grow";
import { packColumns, unpackColumns } from "../../model/columnBlock";
import { joinBlocks, splitBlocks } from "../../model/labelledSample";

/** Binned training rows as bytes; decoding makes views, so threads can share one copy. */
export function encodeBinnedRows({ rowCount, featureCount, classCount, codes, classes, edges }: BinnedRows): Uint8Array {
  const edgeStarts = new Uint32Array(featureCount + 1);
  edges.forEach((edge, f) => (edgeStarts[f + 1] = (edgeStarts[f] as number) + edge.length));
  const allEdges = new Float32Array(edgeStarts[featureCount] as number);
  edges.forEach((edge, f) => allEdges.set(edge, edgeStarts[f]));
  return packColumns({ shape: Uint32Array.of(rowCount, featureCount, classCount), codes, classes, edgeStarts, edges: allEdges });
}

export function decodeBinnedRows(bytes: Uint8Array): BinnedRows {
  const { shape, codes, classes, edgeStarts, edges } = unpackColumns(bytes);
  const featureCount = shape?.[1] as number;
  return {
    rowCount: shape?.[0] as number,
    featureCount,
    classCount: shape?.[2] as number,
    codes: codes as Uint8Array,
    classes: classes as Uint8Array,
    edges: Array.from({ length: featureCount }, (_, f) => (edges as Float32Array).subarray(edgeStarts?.[f], edgeStarts?.[f + 1])),
  };
}

/** Some trees of a forest, `first` being the number of the first. */
export interface TreeChunk {
  readonly first: number;
  readonly trees: readonly Tree[];
}

export function encodeTrees({ first, trees }: TreeChunk): Uint8Array {
  return joinBlocks([packColumns({ first: Uint32Array.of(first) }), ...trees.map((tree) => packColumns({ ...tree }))]);
}

export function decodeTrees(bytes: Uint8Array): TreeChunk {
  const [head, ...trees] = splitBlocks(bytes);
  const first = head === undefined ? 0 : (unpackColumns(head)["first"]?.[0] as number);
  return { first, trees: trees.map((tree) => unpackColumns(tree) as unknown as Tree) };
}
