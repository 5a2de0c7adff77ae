/** What is known of one number of clusters. */
export interface KCandidate {
  readonly k: number;
  /** Mean silhouette, -1..1. */
  readonly silhouette: number;
  /** Mean Jaccard stability with its standard error; null when not computed. */
  readonly stability: { readonly mean: number; readonly standardError: number } | null;
  /** Share of sessions in the noise-like cluster, 0..1. */
  readonly noiseShare: number;
}

export interface KProposal {
  readonly k: number;
  readonly by: "stability" | "silhouette";
  /** Other k that the rule could not tell from the best, ascending. People may well take one of these. */
  readonly nearTies: readonly number[];
  /** One or two sentences with the numbers. */
  readonly reason: string;
}

/** Silhouettes closer than this count as equal when stability is not known. */
export const SILHOUETTE_TOLERANCE = 0.02;

/**
 * Proposes a number of clusters (paper §5.1 and Table 2): among those within one standard error of the best mean stability, the one
 * with the smallest share of sessions in the noise-like cluster; then the more stable one; then the smaller k. Where stability is not
 * known for every candidate, the silhouette takes its place, with `SILHOUETTE_TOLERANCE` for the standard error, and the reason says so.
 * @throws RangeError when there is no candidate, or a k comes twice
 */
export function chooseK(candidates: readonly KCandidate[]): KProposal {
  if (candidates.length === 0 || new Set(candidates.map(({ k }) => k)).size !== candidates.length) {
    throw new RangeError("choosing k needs candidates, each k once");
  }
  const byStability = candidates.every(({ stability }) => stability !== null);
  const score = (candidate: KCandidate) => (byStability ? (candidate.stability?.mean ?? 0) : candidate.silhouette);
  const sorted = [...candidates].sort((a, b) => score(b) - score(a) || a.k - b.k);
  const best = sorted[0] as KCandidate;
  const tolerance = byStability ? (best.stability?.standardError ?? 0) : SILHOUETTE_TOLERANCE;
  const tied = sorted.filter((candidate) => score(candidate) >= score(best) - tolerance);
  const [chosen] = [...tied].sort((a, b) => a.noiseShare - b.noiseShare || score(b) - score(a) || a.k - b.k) as [KCandidate];
  const nearTies = tied.filter(({ k }) => k !== chosen.k).map(({ k }) => k);
  nearTies.sort((a, b) => a - b);
  return {
    k: chosen.k,
    by: byStability ? "stability" : "silhouette",
    nearTies,
    reason: explain(chosen, best, nearTies, byStability ? "stability" : "silhouette", score, tolerance),
  };
}

function explain(
  chosen: KCandidate,
  best: KCandidate,
  nearTies: readonly number[],
  measure: "stability" | "silhouette",
  score: (candidate: KCandidate) => number,
  tolerance: number,
): string {
  const value = score(chosen).toFixed(3);
  const noise = `${(chosen.noiseShare * 100).toFixed(1)} % of sessions in the noise-like cluster`;
  const margin = measure === "stability" ? `one standard error, ${tolerance.toFixed(3)}` : `${tolerance}`;
  const parts: string[] = [];
  if (measure === "silhouette") parts.push("Stability was not computed, so the silhouette decides.");
  if (nearTies.length === 0) {
    parts.push(`k = ${chosen.k} has the best ${measure} (${value}) and no other k comes within ${margin}; ${noise}.`);
  } else if (chosen.k === best.k) {
    parts.push(`k = ${chosen.k} has the best ${measure} (${value}); no k within ${margin} has less noise (${noise}).`);
  } else {
    parts.push(
      `k = ${chosen.k} (${measure} ${value}) is within ${margin} of the best, k = ${best.k} (${score(best).toFixed(3)}), ` +
        `and has the least noise among those (${noise}).`,
    );
  }
  if (nearTies.length > 0) parts.push(`Close: k = ${nearTies.join(", ")}.`);
  return parts.join(" ");
}
