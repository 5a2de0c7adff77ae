import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { assignNearest } from "../../ml/kmedoids/assign";
import { encodeJson } from "../../model/json";
import { chosenClustering } from "./chooseClusters";
import { centerPoints } from "./clustering";
import { firstPoints } from "./clusterTask";
import { decodeMatrix } from "./sampleMatrix";

/** A session in the plane of the first two principal components. */
export interface MapPoint {
  readonly x: number;
  readonly y: number;
  readonly cluster: number;
}

/** Sessions on a map; more only blur it. */
const MAP_SESSIONS = 1500;

/**
 * A random part of the sessions for the map on the page; rows ascend by hash, so the first ones are random.
 *
 *     KV<app, KChoice>, matrices  →  KV<app, MapPoint[] JSON>
 */
export const sessionMap = (matrices: PCollection<KeyedBytes>) => stage("MapSessions", new MapSessionsFn(), { matrices });

export class MapSessionsFn extends BlockFn {
  override process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const points = firstPoints(decodeMatrix(side.all("matrices").get(key)!).points, MAP_SESSIONS);
    const { labels } = assignNearest(points, centerPoints(chosenClustering(value)));
    const at = (row: number, dimension: number) =>
      dimension < points.dimensions ? round(points.values[row * points.dimensions + dimension]!) : 0;
    const map: MapPoint[] = Array.from(labels, (cluster, row) => ({ x: at(row, 0), y: at(row, 1), cluster }));
    return [{ key, value: encodeJson(map) }];
  }
}

const round = (value: number) => Math.round(value * 1e4) / 1e4;

registered("transforms/discovery/sessionMap", { MapSessionsFn });
