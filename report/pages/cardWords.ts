import type { ClusterCard } from "../../model/discoveryReport";

/** `18 % of its sessions fit “4. Filter results” nearly as well`; where none do, the nearest cluster is named. Empty where there is no other. */
export function overlapInWords(card: Pick<ClusterCard, "overlaps" | "nearest">, nameOf: (cluster: number) => string): string {
  const [first, ...others] = card.overlaps ?? [];
  const [nearest] = card.nearest;
  if (first !== undefined) {
    const more = others.map(({ cluster, share }) => `, ${percent(share)} “${nameOf(cluster)}”`);
    return `Overlap: ${percent(first.share)} of its sessions fit “${nameOf(first.cluster)}” nearly as well${more.join("")}.`;
  }
  if (nearest === undefined) return "";
  return `${card.overlaps === undefined ? "Nearest" : "Well apart; nearest"} is “${nameOf(nearest.cluster)}”.`;
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
