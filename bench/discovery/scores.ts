import { adjustedRandIndex, contingency } from "../../ml/clusterMatching";
import { assignNearest } from "../../ml/kmedoids/assign";
import { toPoints, type Points } from "../../ml/kmedoids/points";

/** Adjusted Rand index of two labellings of the same sessions; labels may be anything. */
export function randIndex(truth: readonly unknown[], found: readonly unknown[]): number {
  const [a, b] = [truth, found].map((labels) => {
    const index = new Map([...new Set(labels)].map((label, i) => [label, i]));
    return { labels: labels.map((label) => index.get(label)!), count: index.size };
  }) as [{ labels: number[]; count: number }, { labels: number[]; count: number }];
  return adjustedRandIndex(contingency(a.labels, b.labels, a.count, b.count));
}

/** Clusters merged as people do: each session gets the value that most sessions of its cluster have. */
export function merged<T>(clusters: readonly unknown[], values: readonly T[]): T[] {
  const counts = new Map<unknown, Map<T, number>>();
  clusters.forEach((cluster, i) => {
    const of = counts.get(cluster) ?? new Map<T, number>();
    counts.set(cluster, of.set(values[i]!, (of.get(values[i]!) ?? 0) + 1));
  });
  const most = new Map([...counts].map(([cluster, of]) => [cluster, [...of].sort((a, b) => b[1] - a[1])[0]![0]]));
  return clusters.map((cluster) => most.get(cluster)!);
}

/** The kind whose true mean is nearest to each session: about the most that a clustering by distance in this space can tell. */
export function nearestTrueMeans<T>({ values, dimensions, count }: Points, kinds: readonly T[]): T[] {
  const names = [...new Set(kinds)];
  const sums = names.map(() => ({ sum: new Float64Array(dimensions), size: 0 }));
  for (let row = 0; row < count; row++) {
    const of = sums[names.indexOf(kinds[row]!)]!;
    for (let d = 0; d < dimensions; d++) of.sum[d]! += values[row * dimensions + d]!;
    of.size += 1;
  }
  const means = Float32Array.from(sums.flatMap(({ sum, size }) => [...sum].map((value) => value / size)));
  const { labels } = assignNearest({ values, dimensions, count }, toPoints(means, dimensions));
  return Array.from(labels, (label) => names[label]!);
}

/** A session as its events and how often each occurs. */
export type Bag = readonly (readonly [event: string | number, count: number])[];

/**
 * What naive Bayes over all events says of each session that is told the truth of the other half of them: near the most that anything
 * can tell where events are drawn independently.
 */
export function toldTruth<T>(bags: readonly Bag[], kinds: readonly T[]): T[] {
  const told: T[] = new Array<T>(bags.length);
  const names = [...new Set(kinds)];
  const events = new Set(bags.flatMap((bag) => bag.map(([event]) => event)));
  for (const half of [0, 1]) {
    const learned = names.map(() => ({ sessions: 0, total: 0, counts: new Map<string | number, number>() }));
    bags.forEach((bag, i) => {
      if (i % 2 === half) return;
      const of = learned[names.indexOf(kinds[i]!)]!;
      of.sessions += 1;
      for (const [event, count] of bag) {
        of.total += count;
        of.counts.set(event, (of.counts.get(event) ?? 0) + count);
      }
    });
    bags.forEach((bag, i) => {
      if (i % 2 !== half) return;
      const scores = learned.map(({ sessions, total, counts }) =>
        bag.reduce(
          (sum, [event, count]) => sum + count * Math.log(((counts.get(event) ?? 0) + 1) / (total + events.size)),
          Math.log(sessions + 1),
        ),
      );
      told[i] = names[scores.indexOf(Math.max(...scores))]!;
    });
  }
  return told;
}

export const rounded = (value: number) => Number(value.toFixed(3));
