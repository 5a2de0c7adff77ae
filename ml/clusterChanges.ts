import { bestMatching, jaccard, type Contingency } from "./clusterMatching";

/** What became of clusters between two clusterings of the same rows. */
export interface ClusterChange {
  readonly kind: "same" | "split" | "merged" | "gone" | "born";
  /** Old clusters concerned, ascending; empty for `born`. */
  readonly old: readonly number[];
  /** New clusters concerned, ascending; empty for `gone`. */
  readonly now: readonly number[];
  /** Jaccard similarity of the old clusters together with the new ones together, 0..1; 0 for `born` and `gone`. */
  readonly jaccard: number;
  /** Rows in both sides; for `gone` and `born` the rows of the cluster. */
  readonly rows: number;
}

/** Jaccard similarity from which a pair is the same cluster (Hennig's "recovered"). */
export const SAME_FROM = 0.75;
/** A piece belongs to a split or merger when this share of it lies in the whole. */
export const PART_FROM = 0.6;

/**
 * Tells clusters that stayed, split, merged, vanished or appeared. First the best one-to-one matching by Jaccard similarity: pairs of
 * at least `SAME_FROM` are the same. Of the rest: an old cluster that at least two new ones lie in, each by `PART_FROM`, has split
 * into those; a new one that at least two old ones lie in has merged from them; other matched pairs that still overlap by half are the
 * same with their lower number shown; what is left has gone or was born. Clusters without rows are left out. Each cluster appears once.
 */
export function classifyChanges(table: Contingency): ClusterChange[] {
  const { oldCount, newCount } = table;
  const overlap = (a: number, b: number) => table.counts[a * newCount + b] as number;
  const oldSize = (a: number) => table.oldSizes[a] as number;
  const newSize = (b: number) => table.newSizes[b] as number;
  const openOld = new Set(indices(oldCount).filter((a) => oldSize(a) > 0));
  const openNew = new Set(indices(newCount).filter((b) => newSize(b) > 0));
  const changes: ClusterChange[] = [];
  const settle = (kind: ClusterChange["kind"], old: number[], now: number[]) => {
    old.forEach((a) => openOld.delete(a));
    now.forEach((b) => openNew.delete(b));
    const shared = old.reduce((sum, a) => sum + now.reduce((part, b) => part + overlap(a, b), 0), 0);
    const all = old.reduce((sum, a) => sum + oldSize(a), 0) + now.reduce((sum, b) => sum + newSize(b), 0);
    const oneSided = old.length === 0 || now.length === 0;
    changes.push({ kind, old, now, jaccard: oneSided ? 0 : shared / (all - shared), rows: oneSided ? all : shared });
  };
  const match = bestMatching(oldCount, newCount, (a, b) => jaccard(table, a, b));
  const settleMatched = (from: number) =>
    match.forEach((b, a) => {
      if (b >= 0 && openOld.has(a) && openNew.has(b) && jaccard(table, a, b) >= from) settle("same", [a], [b]);
    });
  settleMatched(SAME_FROM);
  for (const a of [...openOld]) {
    const parts = [...openNew].filter((b) => overlap(a, b) >= PART_FROM * newSize(b));
    if (parts.length >= 2) settle("split", [a], parts);
  }
  for (const b of [...openNew]) {
    const parts = [...openOld].filter((a) => overlap(a, b) >= PART_FROM * oldSize(a));
    if (parts.length >= 2) settle("merged", parts, [b]);
  }
  settleMatched(0.5);
  [...openOld].forEach((a) => settle("gone", [a], []));
  [...openNew].forEach((b) => settle("born", [], [b]));
  return changes.sort((x, y) => first(x) - first(y));
}

const indices = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Old clusters in order, then new ones. */
const first = (change: ClusterChange) => change.old[0] ?? 1e9 + (change.now[0] ?? 0);
