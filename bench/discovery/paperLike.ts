import { addRows, createSums, extractCovariance } from "../../ml/covariance";
import { moveToMeans } from "../../ml/clusterMeans";
import { fasterPamChain } from "../../ml/kmedoids/chain";
import { kMedoids } from "../../ml/kmedoids/clara";
import { selectPoints, toPoints } from "../../ml/kmedoids/points";
import { fitPca, project } from "../../ml/pca";
import { silhouette } from "../../ml/silhouette";
import { selectRows } from "../../ml/sparse";
import { aggregateStability, subsetStability } from "../../ml/stability";
import { NO_COLUMN, unitTfidf, type EventBags } from "../../ml/tfidf";
import { BEHAVIOURS, EVENTS, likeliestKinds, paperSessions } from "../ml/paperSessions";
import { nearestTrueMeans, randIndex, rounded, toldTruth, type Bag } from "./scores";

const K = 13;
const HALVES = 20;

/**
 * Sessions made to look like the paper's (55 events, 14 or 15 components, silhouette and stability at k = 13 near those of its Table 2),
 * clustered as discovery does: adjusted Rand indices against the behaviours they were drawn from, and the most that can be had.
 */
export function paperLike(count: number, seed: number) {
  const sessions = paperSessions(count, seed);
  const { bags, idf } = frequentEvents(sessions);
  const weighted = unitTfidf(bags, idf);
  const empty = new Set(weighted.zeroRows);
  const kept = Array.from({ length: count }, (_, row) => row).filter((row) => !empty.has(row));
  const rows = selectRows(weighted.rows, kept);
  const sums = createSums(rows.columnCount);
  addRows(sums, rows);
  const pca = fitPca(extractCovariance(sums), { minVariance: 0.8 });
  const points = toPoints(project(pca, rows), pca.componentCount);
  const found = kMedoids(points, K, { sampleSize: 5000, runs: 5, seed });
  const means = moveToMeans(points, selectPoints(points, found.medoids), found.labels).labels;
  const judged = selectPoints(points, kept.map((_, row) => row).slice(0, 5000));
  const labels = found.labels.subarray(0, judged.count);
  const sizes = Array.from({ length: K }, (_, c) => labels.filter((label) => label === c).length);
  const halves = Array.from({ length: HALVES }, (_, half) =>
    subsetStability(judged, [{ k: K, labels }], half, seed, fasterPamChain),
  );
  const kinds = kept.map((row) => sessions.kinds[row]!);
  const likeliest = likeliestKinds(sessions, seed);
  const all = kept.map((row) => bagOf(sessions, row));
  return {
    sessions: kept.length,
    seed,
    planted: BEHAVIOURS,
    components: pca.componentCount,
    silhouetteOfMedoids: rounded(silhouette(judged, labels, K, { maxRows: judged.count, seed }).mean),
    stabilityOfMedoids: rounded(aggregateStability(halves.flat(), sizes).mean),
    byMedoids: rounded(randIndex(kinds, [...found.labels])),
    byMeans: rounded(randIndex(kinds, [...means])),
    nearestTrueMeans: rounded(randIndex(kinds, nearestTrueMeans(points, kinds))),
    toldTruth: rounded(randIndex(kinds, toldTruth(all, kinds))),
    likeliest: rounded(
      randIndex(
        kinds,
        kept.map((row) => likeliest[row]!),
      ),
    ),
  };
}

/** The events in at least 5 % of the sessions, with ln(N / df). */
function frequentEvents({ rowCount, offsets, columns, counts }: EventBags) {
  const df = new Float64Array(EVENTS);
  columns.forEach((event) => (df[event]! += 1));
  const events = Array.from(df.keys()).filter((event) => df[event]! >= 0.05 * rowCount);
  const index = new Map(events.map((event, i) => [event, i]));
  const bags: EventBags = { rowCount, offsets, counts, columns: columns.map((event) => index.get(event) ?? NO_COLUMN) };
  return { bags, idf: Float64Array.from(events, (event) => Math.log(rowCount / df[event]!)) };
}

function bagOf({ offsets, columns, counts }: EventBags, row: number): Bag {
  return Array.from(columns.subarray(offsets[row], offsets[row + 1]), (event, i) => [event, counts[offsets[row]! + i]!] as const);
}
