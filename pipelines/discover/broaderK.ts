import { ALL, MUCH_NOISE } from "../../ml/chooseK";
import type { AppDiscovery, KRow } from "../../model/discoveryReport";

/** Up to so many clusters are broad already. */
const FEW_KINDS = 8;
/** A broader k has at most this part of the clusters of the one taken. */
const FEWER = 2 / 3;
/** It is as stable when its stability is not lower by more. */
const AS_STABLE = 0.05;

/**
 * A much smaller number of clusters than many that holds as well, for those who want broad kinds rather than many small ones (paper §5.1: partners
 * chose broad types): all sessions in stable clusters, as stable as the k taken; of such k the one of the highest silhouette. Null where
 * there is none.
 */
export function broaderK(rows: readonly KRow[], taken: number | null): NonNullable<AppDiscovery["broader"]> | null {
  const now = rows.find(({ k }) => k === taken);
  if (now === undefined || now.stability === null || now.k <= FEW_KINDS) return null;
  const { mean } = now.stability;
  const broad = rows.flatMap(({ k, stability, noiseShare, silhouette }) =>
    k <= FEWER * now.k &&
    stability !== null &&
    stability.shareAtLeast70 >= ALL &&
    stability.mean >= mean - AS_STABLE &&
    noiseShare <= MUCH_NOISE
      ? [{ k, stability: stability.mean, silhouette }]
      : [],
  );
  return broad.sort((a, b) => b.silhouette - a.silhouette || a.k - b.k)[0] ?? null;
}
