import type { AppDiscovery, ClusterCard, ClusterMatch } from "../../model/discoveryReport";

/** Clusters of two apps are proposed as one category when their profiles on shared events point this much the same way (cosine, 0..1). */
export const SAME_PROFILE = 0.7;
/** Profiles are compared only where the events that both apps have carry this part of either's squared length. */
const SHARED_PART = 0.5;

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
 * How alike two clusters of different apps are: cosine of their mean weights on the events that count in both apps, so that events which
 * one app alone has do not part what is the same; 0 where such events carry most of either cluster.
 */
export function profileLikeness(a: AppCard, b: AppCard): number {
  const all = (one: AppCard) => one.card.topWeighted;
  const shared = (one: AppCard, other: AppCard) => all(one).filter(({ event }) => other.vocabulary.has(event));
  const squares = (weights: ClusterCard["topWeighted"]) => weights.reduce((sum, { weight }) => sum + weight * weight, 0);
  const [left, right] = [shared(a, b), shared(b, a)];
  if (squares(left) < SHARED_PART * squares(all(a)) || squares(right) < SHARED_PART * squares(all(b))) return 0;
  const weights = new Map(right.map(({ event, weight }) => [event, weight]));
  const dot = left.reduce((sum, { event, weight }) => sum + weight * (weights.get(event) ?? 0), 0);
  const scale = Math.sqrt(squares(left) * squares(right));
  return scale > 0 ? dot / scale : 0;
}

/** Pairs of clusters of different apps with the same profile, the most alike first. */
export function matchesAcross(apps: readonly AppDiscovery[]): ClusterMatch[] {
  const all = appCards(apps);
  const pairs = all.flatMap((a, i) =>
    all.slice(i + 1).flatMap((b): ClusterMatch[] => {
      const likeness = a.app === b.app ? 0 : profileLikeness(a, b);
      const of = ({ app, card }: AppCard) => ({ app, cluster: card.cluster });
      return likeness >= SAME_PROFILE ? [{ clusters: [of(a), of(b)], likeness }] : [];
    }),
  );
  return pairs.sort((a, b) => b.likeness - a.likeness);
}
