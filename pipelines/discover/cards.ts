import { lift, wilsonInterval } from "../../ml/statistics";
import type { CardExample, ClusterCard, EventUse } from "../../model/discoveryReport";
import type { Counts } from "../../model/counts";
import { PAUSE_EDGES_MS } from "../../model/pauseBins";
import { WEIGHT_UNIT } from "../../transforms/discovery/cardCounts";
import { centerPoints, type Clustering } from "../../transforms/discovery/clustering";
import type { EvaluatedK } from "../../transforms/discovery/evaluatedK";
import type { DiscoverySpace } from "../../transforms/discovery/discoverySpace";
import { typicalExamples, type ExampleSession } from "../../transforms/discovery/examples";
import { NO_CLUSTER } from "../../model/labelledSample";
import type { ClusterRelations } from "../../transforms/discovery/relateClusters";
import { noiseWords } from "./noiseWords";
import { suggestNames } from "./suggestName";

const TOP_EVENTS = 8;
const NEAREST = 2;
/** An event in fewer of a cluster's sessions, or of the others, is not worth a line on its card. */
const MIN_SHARE = 0.05;

interface EventCounts {
  readonly sessions: number;
  readonly occurrences: number;
  readonly weight: number;
}

/** An event in this share of a cluster's sessions is in nearly all of them. */
const NEARLY_ALL = 0.9;
/** Overlaps are told from this share of a cluster's sessions on. */
const MIN_OVERLAP = 0.03;

interface CardParts {
  readonly counts: Counts;
  readonly space: DiscoverySpace;
  readonly chosen: EvaluatedK;
  readonly examples: readonly ExampleSession[];
  readonly relations: ClusterRelations | null;
}

/** The cards of one app from the counts of its labelled sample. */
export function clusterCards({ counts, space, chosen, examples, relations }: CardParts): ClusterCard[] {
  const clusters = Object.entries(counts)
    .filter(([cluster]) => Number(cluster) !== NO_CLUSTER)
    .map(([cluster, of]) => ({ cluster: Number(cluster), own: of as Counts, names: eventsOf(of as Counts) }))
    .sort((a, b) => a.cluster - b.cluster);
  const total = clusters.reduce((sum, { own }) => sum + numberOf(own, "sessions"), 0);
  const vocabulary = new Set(space.events);
  const shares = clusters.map(({ own, names }) => {
    const sessions = numberOf(own, "sessions");
    return new Map([...names].map(([event, of]) => [event, of.sessions / sessions]));
  });
  const cards = clusters.map(({ cluster, own, names }, i) => {
    const sessions = numberOf(own, "sessions");
    const elsewhere = clusters.filter((other) => other.cluster !== cluster).map((other) => other.names);
    const uses = eventUses(names, elsewhere, sessions, total - sessions);
    const medianEvents = medianOfBins(own["lengths"] as Counts);
    const occurrences = [...names.values()].reduce((sum, event) => sum + event.occurrences, 0);
    const known = [...names].reduce((sum, [event, of]) => sum + (vocabulary.has(event) ? of.occurrences : 0), 0);
    const card: Omit<ClusterCard, "suggestedName"> = {
      cluster,
      sessions,
      share: wilsonInterval(sessions, total),
      stability: chosen.stability?.perCluster[cluster] ?? null,
      silhouette: chosen.silhouette.perCluster[cluster] ?? 0,
      topWeighted: topWeighted(names, sessions),
      // By the end of the interval that is nearer to 1, so that a rare event is not first by chance.
      overUsed: uses
        .filter((use) => use.lift.low > 1)
        .sort((a, b) => b.lift.low - a.lift.low || (a.event < b.event ? -1 : 1))
        .slice(0, TOP_EVENTS),
      underUsed: uses
        .filter((use) => use.lift.high < 1)
        .sort((a, b) => a.lift.high - b.lift.high || (a.event < b.event ? -1 : 1))
        .slice(0, TOP_EVENTS),
      examples: typicalExamples(
        examples.filter((example) => example.cluster === cluster),
        medianEvents,
      ).map(toExample),
      medianDurationSeconds: Math.round(medianOfBins(own["durations"] as Counts) / 1000),
      medianEvents,
      eventsPerSession: numberOf(own, "events") / sessions,
      hours: hoursOf(own["hours"] as Counts),
      longTailShare: occurrences > 0 ? 1 - known / occurrences : 0,
      concentration: chosen.noise.concentration[cluster] ?? 0,
      noiseLike: cluster === chosen.noise.cluster,
      nearest: nearestClusters(chosen, cluster),
      ...(relations && { overlaps: overlapsOf(relations, cluster) }),
      inNearlyAll: inNearlyAll(shares[i]!),
    };
    return { ...card, noiseWords: noiseWords(card) };
  });
  const names = suggestNames(cards, shares);
  return cards.map((card, i) => ({ ...card, suggestedName: names[i]! }));
}

function inNearlyAll(shares: ReadonlyMap<string, number>): string[] {
  return [...shares]
    .filter(([, share]) => share >= NEARLY_ALL)
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .map(([event]) => event);
}

function overlapsOf({ sizes, between }: ClusterRelations, cluster: number) {
  const size = sizes[cluster] ?? 0;
  return (between[cluster] ?? [])
    .map((sessions, other) => ({ cluster: other, share: size > 0 ? sessions / size : 0 }))
    .filter(({ share }) => share >= MIN_OVERLAP)
    .sort((a, b) => b.share - a.share || a.cluster - b.cluster)
    .slice(0, NEAREST);
}

const numberOf = (counts: Counts, name: string) => (counts[name] as number | undefined) ?? 0;

function eventsOf(counts: Counts): Map<string, EventCounts> {
  return new Map(Object.entries(counts["names"] as Counts).map(([event, of]) => [event, of as unknown as EventCounts]));
}

function topWeighted(names: ReadonlyMap<string, EventCounts>, sessions: number) {
  return [...names]
    .map(([event, { weight }]) => ({ event, weight: weight / WEIGHT_UNIT / sessions }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || (a.event < b.event ? -1 : 1))
    .slice(0, TOP_EVENTS);
}

/** Events of the cluster against all other sessions. */
function eventUses(
  names: ReadonlyMap<string, EventCounts>,
  elsewhere: readonly ReadonlyMap<string, EventCounts>[],
  sessions: number,
  otherSessions: number,
): EventUse[] {
  const all = new Set([...names.keys(), ...elsewhere.flatMap((other) => [...other.keys()])]);
  const uses: EventUse[] = [];
  for (const event of all) {
    const here = names.get(event)?.sessions ?? 0;
    const there = elsewhere.reduce((sum, other) => sum + (other.get(event)?.sessions ?? 0), 0);
    const share = here / sessions;
    const shareElsewhere = otherSessions > 0 ? there / otherSessions : 0;
    if (otherSessions === 0 || Math.max(share, shareElsewhere) < MIN_SHARE) continue;
    const ratio = lift(here, sessions, there, otherSessions);
    uses.push({ event, share, shareElsewhere, lift: ratio, words: liftWords(share, shareElsewhere, ratio) });
  }
  return uses;
}

/** `94 % here, 23 % elsewhere: 4.1 times as often (3.8 to 4.4)`; shares of sessions, and the 95 % interval. */
export function liftWords(share: number, shareElsewhere: number, { estimate, low, high }: EventUse["lift"]): string {
  if (shareElsewhere === 0) return `${percent(share)} here, none elsewhere: at least ${times(low)} times as often`;
  if (share === 0) return `none here, ${percent(shareElsewhere)} elsewhere: at least ${times(1 / high)} times less often`;
  const both = `${percent(share)} here, ${percent(shareElsewhere)} elsewhere`;
  return estimate >= 1
    ? `${both}: ${times(estimate)} times as often (${times(low)} to ${times(high)})`
    : `${both}: ${times(1 / estimate)} times less often (${times(1 / high)} to ${times(1 / low)})`;
}

const percent = (share: number) => `${share < 0.01 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;
const times = (ratio: number) => (ratio < 9.95 ? ratio.toFixed(1) : Math.round(ratio).toLocaleString("en-US"));

/** Middle of the bin that holds the median; bins are those of `model/pauseBins.ts`. */
export function medianOfBins(bins: Counts): number {
  const entries = Object.entries(bins)
    .map(([bin, count]) => [Number(bin), count as number] as const)
    .sort(([a], [b]) => a - b);
  const half = entries.reduce((sum, [, count]) => sum + count, 0) / 2;
  let sum = 0;
  for (const [bin, count] of entries) {
    sum += count;
    if (sum >= half)
      return bin === 0 ? 0 : Math.round((PAUSE_EDGES_MS[bin - 1]! + (PAUSE_EDGES_MS[bin] ?? PAUSE_EDGES_MS[bin - 1]!) - 1) / 2);
  }
  return 0;
}

function hoursOf(counts: Counts): number[] {
  const hours = new Array<number>(24).fill(0);
  for (const [hour, count] of Object.entries(counts)) hours[Number(hour)] = count as number;
  return hours;
}

function toExample({ distance, user, startMs, durationMs, eventCount, events }: ExampleSession): CardExample {
  return { distance, user, startMs, durationMs, eventCount, events };
}

function nearestClusters(clustering: Clustering, cluster: number) {
  const { values, dimensions } = centerPoints(clustering);
  const distanceTo = (other: number) => {
    let squares = 0;
    for (let d = 0; d < dimensions; d++) squares += (values[cluster * dimensions + d]! - values[other * dimensions + d]!) ** 2;
    return Math.sqrt(squares);
  };
  return Array.from({ length: clustering.k }, (_, other) => ({ cluster: other, distance: distanceTo(other) }))
    .filter((other) => other.cluster !== cluster)
    .sort((a, b) => a.distance - b.distance || a.cluster - b.cluster)
    .slice(0, NEAREST);
}
