import { random, seedFrom } from "../random";
import type { Distances } from "./distances";
import { fasterPam, type KMedoidsResult } from "./fasterPam";
import { labStart } from "./start";

/** A new start is made at every multiple of this k. */
const CHAIN = 8;

/** The k at which the chain of `k` starts. */
export const chainStart = (k: number) => (k < 2 ? 1 : Math.max(2, k - (k % CHAIN)));

/**
 * FasterPAM for several k on the same distances. It starts by LAB at k = 2, 8, 16, 24 …; each further k starts from the medoids of
 * k - 1 and the row that lowers the loss most, which is what BUILD would add and costs nothing, as the last pass weighed all rows. So a k
 * takes one or two passes, and its result depends on the seed and k alone, not on the other k asked for.
 * @param ks any order, each once; k ≤ count
 * @returns in the order of `ks`
 */
export function fasterPamChain(distances: Distances, ks: readonly number[], seed: number): KMedoidsResult[] {
  const found = new Map<number, KMedoidsResult>();
  for (const start of new Set(ks.map(chainStart))) {
    const last = Math.max(...ks.filter((k) => chainStart(k) === start));
    let result = fasterPam(distances, labStart(distances, start, random(seedFrom(seed, "chain", start))));
    for (let k = start; ; k++) {
      const { next, ...clustering } = result;
      found.set(k, clustering);
      if (k === last) break;
      result = fasterPam(distances, [...clustering.medoids, next]);
    }
  }
  return ks.map((k) => found.get(k) as KMedoidsResult);
}
