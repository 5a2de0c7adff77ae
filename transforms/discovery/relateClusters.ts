import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { assignNearest } from "../../ml/kmedoids/assign";
import type { Points } from "../../ml/kmedoids/points";
import { decodeJson, encodeJson } from "../../model/json";
import { chosenClustering, type KChoice } from "./chooseClusters";
import { centerPoints } from "./clustering";
import { firstPoints } from "./clusterTask";
import { decodeMatrix } from "./sampleMatrix";

/** How the clusters of an app lie to each other, and to those of the other k, on a random part of its sessions. */
export interface ClusterRelations {
  /** Sessions looked at, in each cluster. */
  readonly sizes: readonly number[];
  /** `between[c][o]`: sessions of cluster c that lie nearly as near to the center of o, which is their second nearest. */
  readonly between: readonly (readonly number[])[];
  /** By k: `parts[k][a][c]` sessions in cluster a of that k and in cluster c of the k taken. */
  readonly parts: Readonly<Record<number, readonly (readonly number[])[]>>;
}

/** Sessions looked at; shares of them are known within 1.4 points. */
const RELATED_SESSIONS = 5000;
/** A session lies between two clusters when its own center is not nearer than this part of the distance to the next. */
export const BETWEEN_FROM = 0.8;

/**
 * Rows ascend by hash, so the first ones are a random part.
 *
 *     KV<app, KChoice>, matrices  →  KV<app, ClusterRelations JSON>
 */
export const relateClusters = (matrices: PCollection<KeyedBytes>) =>
  stage("RelateClusters", new RelateClustersFn(), { matrices });

export class RelateClustersFn extends BlockFn {
  override process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const points = firstPoints(decodeMatrix(side.all("matrices").get(key)!).points, RELATED_SESSIONS);
    const centers = centerPoints(chosenClustering(value));
    const { labels } = assignNearest(points, centers);
    const sizes = new Array<number>(centers.count).fill(0);
    for (const label of labels) sizes[label]! += 1;
    const { candidates } = decodeJson(value) as KChoice;
    const parts = candidates.map((candidate) => {
      const table = squareOf(candidate.k, centers.count);
      assignNearest(points, centerPoints(candidate)).labels.forEach((label, row) => (table[label]![labels[row]!]! += 1));
      return [candidate.k, table] as const;
    });
    const relations: ClusterRelations = {
      sizes,
      between: countBetween(points, centers, labels),
      parts: Object.fromEntries(parts),
    };
    return [{ key, value: encodeJson(relations) }];
  }
}

const squareOf = (rows: number, columns: number) => Array.from({ length: rows }, () => new Array<number>(columns).fill(0));

/** Sessions by their cluster and the one they are nearly as near to. */
export function countBetween(points: Points, centers: Points, labels: ArrayLike<number>): number[][] {
  const table = squareOf(centers.count, centers.count);
  for (let row = 0; row < points.count; row++) {
    const own = labels[row]!;
    const distance = Math.sqrt(squaredDistance(points, row, centers, own));
    let second = -1;
    let next = Infinity;
    for (let other = 0; other < centers.count; other++) {
      if (other === own) continue;
      const squares = squaredDistance(points, row, centers, other);
      if (squares < next) [second, next] = [other, squares];
    }
    if (second >= 0 && distance >= BETWEEN_FROM * Math.sqrt(next)) table[own]![second]! += 1;
  }
  return table;
}

function squaredDistance(points: Points, row: number, centers: Points, center: number): number {
  const { dimensions } = points;
  let sum = 0;
  for (let d = 0; d < dimensions; d++) {
    sum += (points.values[row * dimensions + d]! - centers.values[center * dimensions + d]!) ** 2;
  }
  return sum;
}

registered("transforms/discovery/relateClusters", { RelateClustersFn });
