/** What is known of one number of clusters. */
export interface KCandidate {
  readonly k: number;
  /** Mean silhouette, -1..1. */
  readonly silhouette: number;
  /** Jaccard stability over half-subsets (`ml/stability.ts`); null when not computed. */
  readonly stability: {
    readonly mean: number;
    readonly standardError: number;
    readonly subsets: number;
    /** Share of sessions in clusters of stability 0.7 and more. */
    readonly shareAtLeast70: number;
  } | null;
  /** Share of sessions in the noise-like cluster, 0..1. */
  readonly noiseShare: number;
  /** Share of sessions in the smallest cluster, 0..1; left out: not looked at. */
  readonly smallestShare?: number;
}

export interface KProposal {
  readonly k: number;
  readonly by: "stability" | "silhouette";
  /** Other k that are nearly as good, ascending. People may well take one of these. */
  readonly nearTies: readonly number[];
  /** Why, with the numbers, in one sentence where stability is known for all. */
  readonly reason: string;
}

/** Silhouettes closer than this count as equal when stability is not known. */
export const SILHOUETTE_TOLERANCE = 0.02;
/** All sessions are in stable clusters when so many are. */
export const ALL = 0.99;
/** Nearly all are when so many are; a near tie has at least these. */
const NEARLY_ALL = 0.9;
/** Shares of sessions in the noise-like cluster that are closer than this count as equal: a sample of thousands tells no finer. */
const NOISE_TOLERANCE = 0.01;
/** A noise-like cluster of this share is small enough. */
const LITTLE_NOISE = 0.05;
/** A near tie has at most so many times the noise of the one proposed. */
const MORE_NOISE = 1.5;
/** A clustering with a noise-like cluster above this share tells too many sessions nothing. */
export const MUCH_NOISE = 1 / 3;
/** A clustering with a cluster below this share has put a few odd sessions apart, which makes the noise-like cluster small by itself. */
const FEW_ODD = 0.01;

/**
 * Proposes a number of clusters by the paper's rule (§5.1 and Table 2): all sessions in stable clusters (Jaccard ≥ 0.7), and the
 * noise-like cluster smallest (all below `LITTLE_NOISE` alike), then the more stable; k whose noise-like cluster holds more than a third of the sessions, or that put fewer than 1 % into a cluster, come last. Where no k has all sessions in
 * stable clusters, those with nearly all count; where there is none, the most stable ones, within one standard deviation of the best.
 *
 * Near ties are k with nearly all sessions in stable clusters and not much more noise, whose stability is not below that of the one proposed by more than one
 * standard deviation of the difference over half-subsets: other halves of the sessions could well turn the order round. (The standard
 * error of the mean says how well the average over halves is known, which more subsets make as small as one likes.)
 *
 * Where stability is not known for every candidate, the silhouette takes its place, with `SILHOUETTE_TOLERANCE`, and the reason says so.
 * @throws RangeError when there is no candidate, or a k comes twice
 */
export function chooseK(candidates: readonly KCandidate[]): KProposal {
  if (candidates.length === 0 || new Set(candidates.map(({ k }) => k)).size !== candidates.length) {
    throw new RangeError("choosing k needs candidates, each k once");
  }
  const telling = candidates.filter(({ noiseShare, smallestShare = 1 }) => noiseShare <= MUCH_NOISE && smallestShare >= FEW_ODD);
  const pool = [...(telling.length > 0 ? telling : candidates)];
  return candidates.every(({ stability }) => stability !== null) ? byStability(pool as Known[]) : bySilhouette(pool);
}

type Known = KCandidate & { readonly stability: NonNullable<KCandidate["stability"]> };

function byStability(pool: readonly Known[]): KProposal {
  const mean = ({ stability }: Known) => stability.mean;
  const withShare = (share: number) => pool.filter(({ stability }) => stability.shareAtLeast70 >= share);
  const stable = withShare(ALL).length > 0 ? withShare(ALL) : withShare(NEARLY_ALL);
  const best = leastBy(pool, (one) => -mean(one));
  const rivals = stable.length > 0 ? stable : pool.filter((one) => one === best || mean(one) >= mean(best) - spread(one, best));
  const leastNoise = Math.max(LITTLE_NOISE, Math.min(...rivals.map(({ noiseShare }) => noiseShare)) + NOISE_TOLERANCE);
  const chosen = leastBy(
    rivals.filter(({ noiseShare }) => noiseShare <= leastNoise),
    (one) => -mean(one),
  );
  const mostNoise = Math.max(LITTLE_NOISE, chosen.noiseShare * MORE_NOISE + NOISE_TOLERANCE);
  const ties = pool.filter(
    (one) =>
      one !== chosen &&
      one.noiseShare <= mostNoise &&
      (stable.length === 0 || one.stability.shareAtLeast70 >= NEARLY_ALL) &&
      mean(one) >= mean(chosen) - spread(one, chosen),
  );
  const noise = `${percent(chosen.noiseShare)} of sessions in the noise-like cluster`;
  const share = withShare(ALL).length > 0 ? "all" : "nearly all";
  const reason =
    stable.length > 0
      ? stable.length > 1
        ? `Of ${stable.length} numbers of clusters with ${share} sessions in stable clusters (0.7 and more), k = ${chosen.k} is the most stable ` +
          `(${mean(chosen).toFixed(3)}) among those with the least noise (${noise}).`
        : `k = ${chosen.k} is the only number of clusters with ${share} sessions in stable clusters (0.7 and more): mean stability ` +
          `${mean(chosen).toFixed(3)}, ${noise}.`
      : `No k has nearly all sessions in stable clusters. k = ${chosen.k} (stability ${mean(chosen).toFixed(3)}) ` +
        (chosen === best
          ? `is the most stable (${noise}).`
          : `is as stable as k = ${best.k} (${mean(best).toFixed(3)}) within the spread of half-subsets and has less noise (${noise}).`);
  return proposal(chosen, "stability", ties, reason);
}

function bySilhouette(pool: readonly KCandidate[]): KProposal {
  const best = leastBy(pool, ({ silhouette }) => -silhouette);
  const rivals = pool.filter(({ silhouette }) => silhouette >= best.silhouette - SILHOUETTE_TOLERANCE);
  const chosen = leastBy(
    rivals,
    ({ noiseShare }) => noiseShare,
    ({ silhouette }) => -silhouette,
  );
  const opening =
    `Stability was not computed, so the silhouette decides. k = ${chosen.k} (silhouette ${chosen.silhouette.toFixed(3)}) has the ` +
    `least noise (${percent(chosen.noiseShare)} of sessions in the noise-like cluster) within ${SILHOUETTE_TOLERANCE} of the best, ` +
    `k = ${best.k} (${best.silhouette.toFixed(3)}).`;
  return proposal(
    chosen,
    "silhouette",
    rivals.filter((one) => one !== chosen),
    opening,
  );
}

function proposal(chosen: KCandidate, by: KProposal["by"], ties: readonly KCandidate[], reason: string): KProposal {
  return { k: chosen.k, by, nearTies: ties.map(({ k }) => k).sort((a, b) => a - b), reason };
}

/** Standard deviation over half-subsets of the difference of two stabilities, taken as independent. */
const spread = (a: Known, b: Known) =>
  Math.hypot(...[a, b].map(({ stability }) => stability.standardError * Math.sqrt(stability.subsets)));

/** The candidate with the least of the first number, then of the second, then the smallest k. */
function leastBy<C extends KCandidate>(candidates: readonly C[], ...numbers: readonly ((candidate: C) => number)[]): C {
  const [least] = [...candidates].sort((a, b) => {
    for (const of of numbers) if (of(a) !== of(b)) return of(a) - of(b);
    return a.k - b.k;
  }) as [C];
  return least;
}

const percent = (share: number) => `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
