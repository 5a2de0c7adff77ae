import type { AppDiscovery, ClusterCard, ClusterMatch } from "../../model/discoveryReport";

/** Clusters of two apps are proposed as one category when their profiles on shared events point this much the same way (cosine, 0..1). */
export const SAME_PROFILE = 0.7;
/** Profiles are compared only where the events that both apps have carry this part of either's squared length. */
const SHARED_PART = 0.5;

/** Pairs in a report: among hundreds of apps there are hundreds of thousands. */
const MAX_MATCHES = 1000;

/** A cluster with what is needed to compare it. */
export interface AppCard {
  readonly app: string;
  readonly card: ClusterCard;
  /** Events of its app that count. */
  readonly vocabulary: ReadonlySet<string>;
}

export function appCards(apps: readonly AppDiscovery[]): AppCard[] {
  return apps.flatMap(({ app, cards, vocabulary }) => {
    const events = new Set(vocabulary.map(({ event }) => event));
    return cards.map((card) => ({ app, card, vocabulary: events }));
  });
}

/**
 * How alike two of the clusters are, of different apps, by their places in `cards`: cosine of their mean weights on the events that count
 * in both apps, so that events which one app alone has do not part what is the same; 0 where such events carry most of either cluster.
 */
export function likenessAmong(cards: readonly AppCard[]): (i: number, j: number) => number {
  const profiles = cards.map(({ card, vocabulary }) => ({
    vocabulary,
    entries: card.topWeighted,
    weights: new Map(card.topWeighted.map(({ event, weight }) => [event, weight])),
    squares: card.topWeighted.reduce((sum, { weight }) => sum + weight * weight, 0),
  }));
  return (i, j) => {
    const [a, b] = [profiles[i]!, profiles[j]!];
    let [left, right, dot] = [0, 0, 0];
    for (const { event, weight } of a.entries) {
      if (!b.vocabulary.has(event)) continue;
      left += weight * weight;
      dot += weight * (b.weights.get(event) ?? 0);
    }
    for (const { event, weight } of b.entries) {
      if (a.vocabulary.has(event)) right += weight * weight;
    }
    if (dot === 0 || left < SHARED_PART * a.squares || right < SHARED_PART * b.squares) return 0;
    return dot / Math.sqrt(left * right);
  };
}

/** Pairs of clusters of different apps with the same profile, the most alike first, at most `MAX_MATCHES`. */
export function matchesAcross(apps: readonly AppDiscovery[]): ClusterMatch[] {
  const all = appCards(apps);
  const likeness = likenessAmong(all);
  const of = (i: number) => ({ app: all[i]!.app, cluster: all[i]!.card.cluster });
  const pairs: ClusterMatch[] = [];
  for (let i = 0; i < all.length; i++) {
    for (let j = i + 1; j < all.length; j++) {
      const alike = all[i]!.app === all[j]!.app ? 0 : likeness(i, j);
      if (alike >= SAME_PROFILE) pairs.push({ clusters: [of(i), of(j)], likeness: alike });
    }
  }
  return pairs.sort((a, b) => b.likeness - a.likeness).slice(0, MAX_MATCHES);
}
