import type { ClusterCard } from "../../model/discoveryReport";
import { isNamedNoise, LITTLE_IN_COMMON } from "./suggestName";

/** Sessions of a cluster with a lower silhouette lie about as near to another one. */
const LOW_SILHOUETTE = 0.1;
/** Rare events are many from this share of a cluster's events on. */
const MUCH_LONG_TAIL = 0.2;

/**
 * Whether a cluster is noise, in words: a high share of rare events, a low silhouette, and sessions with little in common speak for it.
 * @returns one sentence; null where nothing speaks for it and another cluster is the noise-like one
 */
export function noiseWords(
  card: Pick<ClusterCard, "concentration" | "silhouette" | "longTailShare" | "noiseLike">,
): string | null {
  const { concentration, silhouette, longTailShare, noiseLike } = card;
  const agreement = `agreement ${concentration.toFixed(2)} of 1`;
  const rare = `${Math.round(longTailShare * 100)} % of its events are too rare to count`;
  const signs = [
    ...(concentration < LITTLE_IN_COMMON ? [`its sessions have little in common (${agreement})`] : []),
    ...(silhouette < LOW_SILHOUETTE ? [`many of them fit another cluster as well (silhouette ${silhouette.toFixed(2)})`] : []),
    ...(longTailShare >= MUCH_LONG_TAIL ? [rare] : []),
  ];
  if (signs.length > 1 || isNamedNoise(card)) return `Looks like noise: ${signs.join("; ")}.`;
  if (signs.length === 1) return `One sign of noise: ${signs[0]}.`;
  return noiseLike
    ? `The least uniform of the clusters, but no noise by its numbers: ${agreement}, silhouette ${silhouette.toFixed(2)}, ${rare}.`
    : null;
}
