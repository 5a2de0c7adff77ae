import { assignNearest, type Assignment } from "../../ml/kmedoids/assign";
import { toPoints, type Points } from "../../ml/kmedoids/points";
import { project } from "../../ml/pca";
import { normalizeRows } from "../../ml/sparse";
import type { SessionBlock } from "../../model/sessionBlock";
import { centerPoints, type Clustering } from "./clustering";
import type { DiscoverySpace } from "./discoverySpace";
import { weightedRows, type WeightedRows } from "./weightedRows";

export interface NearestClusters extends WeightedRows, Assignment {
  /** The sessions in the space. */
  readonly points: Points;
}

/** The sessions of a block that have any weight in a space, and the nearest centers there. */
export function nearestClusters(block: SessionBlock, space: DiscoverySpace, clustering: Clustering): NearestClusters {
  const weighted = weightedRows(block, space);
  const pca = space.pca!;
  const points = toPoints(project(pca, normalizeRows(weighted.weights).rows), pca.componentCount);
  return { ...weighted, points, ...assignNearest(points, centerPoints(clustering)) };
}
