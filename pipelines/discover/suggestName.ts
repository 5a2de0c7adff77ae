import type { ClusterCard } from "../../model/discoveryReport";

/**
 * A first name for people to improve: the events that weigh most and are used more than elsewhere, in plain words. The noise-like
 * cluster is called so only where its sessions have little in common.
 */
export function suggestName(
  card: Pick<ClusterCard, "topWeighted" | "overUsed" | "noiseLike" | "concentration" | "cluster">,
): string {
  if (card.noiseLike && card.concentration < NOISE_CONCENTRATION) return "Noise";
  const over = new Set(card.overUsed.map(({ event }) => event));
  const [first, second] = [...card.topWeighted.filter(({ event }) => over.has(event)), ...card.topWeighted].filter(
    ({ event }, i, all) => all.findIndex((other) => other.event === event) === i,
  );
  if (first === undefined) return `Cluster ${card.cluster}`;
  const firstWords = toWords(first.event);
  if (second === undefined || second.weight < first.weight * SECOND_WORD) return firstWords;
  return `${firstWords} + ${toWords(second.event).toLowerCase()}`;
}

const NOISE_CONCENTRATION = 0.5;
/** A second event joins the name when it weighs at least this part of the first. */
const SECOND_WORD = 0.6;

/** `SEARCH_VIEW`, `searchView`, `/search/view` → `Search view`. */
export function toWords(event: string): string {
  const words = event
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
  const text = words.join(" ");
  return text === "" ? event : text[0]!.toUpperCase() + text.slice(1);
}
