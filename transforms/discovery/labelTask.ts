import type { TaskResult } from "../../beam/tasks";
import { distance } from "../../ml/kmedoids/points";
import { NO_COLUMN } from "../../ml/tfidf";
import { encodeCounts } from "../../model/counts";
import { encodeJson } from "../../model/json";
import { encodeLabelledBlock, NO_CLUSTER } from "../../model/labelledSample";
import { decodeSessionBlock, encodeSessionBlock } from "../../model/sessionBlock";
import { columnsOfStrings, vocabularyIndex } from "../features/eventBags";
import { cardCounts } from "./cardCounts";
import { medoidPoints, type Clustering } from "./clustering";
import { decodeSpace } from "./discoverySpace";
import { blockExamples } from "./examples";
import { nearestClusters } from "./nearestClusters";

export interface LabelTaskInput {
  readonly block: Uint8Array;
  readonly space: Uint8Array;
  readonly clustering: Clustering;
  readonly zone: string;
  readonly salt: string;
}

export interface LabelTaskOutput {
  readonly labelled: Uint8Array;
  /** Encoded counts for the cards. */
  readonly counts: Uint8Array;
  /** Candidates for the cards' examples, encoded. */
  readonly examples: Uint8Array;
}

/** Task: every sampled session of a block gets the cluster of the nearest center; those without weight get none. */
export function labelTask({ block, space, clustering, zone, salt }: LabelTaskInput): TaskResult<LabelTaskOutput> {
  const learned = decodeSpace(space);
  const sessions = decodeSessionBlock(block);
  const clustered = nearestClusters(sessions, learned, clustering);
  const cluster = new Uint16Array(sessions.sessionCount).fill(NO_CLUSTER);
  clustered.rows.forEach((row, i) => (cluster[row] = clustered.labels[i]!));
  const { points, labels } = clustered;
  const medoids = medoidPoints(clustering);
  const distances = Float32Array.from(labels, (label, i) => distance(points, i, medoids, label));
  const examples = blockExamples(sessions, { ...clustered, distances }, clustering.k, salt);
  const columns = columnsOfStrings(sessions, vocabularyIndex(learned.events));
  const weightOf = Float64Array.from(columns, (column) => (column === NO_COLUMN ? 0 : learned.idf[column]!));
  // The timeline was for the examples; training does not need it.
  const labelled = encodeLabelledBlock(encodeSessionBlock({ ...sessions, sequence: null }), cluster);
  const counts = encodeCounts(cardCounts(sessions, cluster, weightOf, zone));
  return { value: { labelled, counts, examples: encodeJson(examples) }, transfer: [labelled.buffer as ArrayBuffer] };
}
