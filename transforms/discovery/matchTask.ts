import type { TaskResult } from "../../beam/tasks";
import { encodeCounts } from "../../model/counts";
import { decodeSessionBlock } from "../../model/sessionBlock";
import type { Clustering } from "./clustering";
import { decodeSpace, type DiscoverySpace } from "./discoverySpace";
import { nearestClusters } from "./nearestClusters";
import { weightedRows } from "./weightedRows";

/** Label of sessions that a discovery does not describe. */
export const UNKNOWN = "none";
/** An earlier discovery describes a session when it knows events that carry at least this share of the session's weight now. */
const KNOWN_SHARE = 0.5;

export interface MatchTaskInput {
  readonly block: Uint8Array;
  readonly space: Uint8Array;
  readonly clustering: Clustering;
  readonly oldSpace: Uint8Array;
  readonly oldClustering: Clustering;
}

/** Task: sessions of a block by cluster of the earlier and of this discovery, `{ old: { now: sessions } }`. */
export function matchTask({ block, space, clustering, oldSpace, oldClustering }: MatchTaskInput): TaskResult<Uint8Array> {
  const sessions = decodeSessionBlock(block);
  const [learned, before] = [decodeSpace(space), decodeSpace(oldSpace)];
  const now = new Array<string>(sessions.sessionCount).fill(UNKNOWN);
  const labelled = nearestClusters(sessions, learned, clustering);
  labelled.rows.forEach((row, i) => (now[row] = String(labelled.labels[i])));
  const old = new Array<string>(sessions.sessionCount).fill(UNKNOWN);
  const labelledBefore = nearestClusters(sessions, before, oldClustering);
  labelledBefore.rows.forEach((row, i) => (old[row] = String(labelledBefore.labels[i])));
  strangers(sessions, learned, before).forEach((row) => (old[row] = UNKNOWN));
  const counts: Record<string, Record<string, number>> = {};
  now.forEach((cluster, i) => {
    const of = (counts[old[i]!] ??= {});
    of[cluster] = (of[cluster] ?? 0) + 1;
  });
  const value = new Uint8Array(encodeCounts(counts));
  return { value, transfer: [value.buffer] };
}

/** Sessions that live on events which the earlier discovery did not know. */
function strangers(sessions: ReturnType<typeof decodeSessionBlock>, now: DiscoverySpace, before: DiscoverySpace): number[] {
  const known = new Set(before.events);
  const isKnown = now.events.map((event) => known.has(event));
  const { rows, weights } = weightedRows(sessions, now);
  return [...rows].filter((_, i) => {
    let all = 0;
    let knownWeight = 0;
    for (let at = weights.offsets[i]!; at < weights.offsets[i + 1]!; at++) {
      all += weights.values[at]!;
      if (isKnown[weights.columns[at]!]) knownWeight += weights.values[at]!;
    }
    return knownWeight < KNOWN_SHARE * all;
  });
}
