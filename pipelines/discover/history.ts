import { classifyChanges } from "../../ml/clusterChanges";
import type { Contingency } from "../../ml/clusterMatching";
import type { Counts } from "../../model/counts";
import type { ClusterHistory } from "../../model/discoveryReport";
import { UNKNOWN } from "../../transforms/discovery/matchTask";

/** An old cluster has gone when its share of the sessions fell below this part of what it was. */
const GONE_BELOW = 0.1;

/**
 * What became of an app's clusters.
 * @param counts sessions of the new sample by old and new cluster (`matchTask`)
 * @param oldSizes sessions of each old cluster in the old sample
 * @param newCount clusters now
 */
export function clusterHistory(app: string, counts: Counts, oldSizes: readonly number[], newCount: number): ClusterHistory[] {
  const at = (old: string, now: string) => ((counts[old] as Counts | undefined)?.[now] as number | undefined) ?? 0;
  const oldNames = [...oldSizes.keys()].map(String);
  const newNames = Array.from({ length: newCount }, (_, b) => String(b));
  const all = [...oldNames, UNKNOWN].reduce((sum, a) => sum + rowSum(a), 0);
  function rowSum(a: string): number {
    return [...newNames, UNKNOWN].reduce((sum, b) => sum + at(a, b), 0);
  }
  const before = oldSizes.reduce((sum, size) => sum + size, 0);
  const isGone = oldNames.map((a, i) => rowSum(a) * before < GONE_BELOW * oldSizes[i]! * all);
  // Sessions that lie nearest to a cluster that has gone are none of its kind: they count as unknown before.
  const table: Contingency = {
    oldCount: oldNames.length,
    newCount,
    counts: Float64Array.from(oldNames.flatMap((a, i) => newNames.map((b) => (isGone[i] ? 0 : at(a, b))))),
    oldSizes: Float64Array.from(oldNames, (a, i) => (isGone[i] ? 0 : rowSum(a))),
    newSizes: Float64Array.from(newNames, (b) => [...oldNames, UNKNOWN].reduce((sum, a) => sum + at(a, b), 0)),
    rowCount: all,
  };
  const changes: ClusterHistory[] = classifyChanges(table).map(({ kind, old, now, jaccard, rows }) => ({
    app,
    kind,
    old,
    now,
    jaccard,
    sessions: rows,
  }));
  const gone = oldNames.flatMap((a, i) =>
    isGone[i] ? [{ app, kind: "gone" as const, old: [i], now: [], jaccard: 0, sessions: rowSum(a) }] : [],
  );
  return [...changes, ...gone];
}

/**
 * What left the noise is new: a cluster of noise holds whatever was too rare to be a kind, so the pieces of it that are no noise now were
 * born, and are not noise that has split. The piece that is noise now, else the one that most of the sessions went to, is the same.
 * @param oldNoise clusters that were noise, of the earlier discovery
 * @param newNoise clusters that are noise now
 */
export function bornOutOfNoise(
  changes: readonly ClusterHistory[],
  counts: Counts,
  oldNoise: ReadonlySet<number>,
  newNoise: ReadonlySet<number>,
): ClusterHistory[] {
  const both = (a: string | number, b: string | number) => ((counts[a] as Counts | undefined)?.[b] as number | undefined) ?? 0;
  const newSize = (b: number) => Object.keys(counts).reduce((sum, a) => sum + both(a, b), 0);
  const oldSize = (a: number) => Object.keys((counts[a] as Counts | undefined) ?? {}).reduce((sum, b) => sum + both(a, b), 0);
  return changes.flatMap((change): ClusterHistory[] => {
    const [old] = change.old;
    if (change.kind !== "split" || old === undefined || !oldNoise.has(old)) return [change];
    const noise = change.now.filter((cluster) => newNoise.has(cluster));
    const most = change.now.reduce((best, cluster) => (both(old, cluster) > both(old, best) ? cluster : best));
    const heir = noise[0] ?? most;
    const sessions = both(old, heir);
    const same: ClusterHistory = {
      ...change,
      kind: "same",
      now: [heir],
      jaccard: sessions / (oldSize(old) + newSize(heir) - sessions),
      sessions,
    };
    const born = change.now
      .filter((cluster) => cluster !== heir)
      .map((cluster): ClusterHistory => ({
        ...change,
        kind: "born",
        old: [],
        now: [cluster],
        jaccard: 0,
        sessions: newSize(cluster),
      }));
    return [same, ...born];
  });
}
