import { random, seedFrom } from "../random";
import type { Distances } from "./distances";
import { fasterPam, type FasterPamResult, type KMedoidsResult } from "./fasterPam";
import { labStart } from "./start";

/** A new start is made at every multiple of this k. */
const CHAIN = 8;

/** The k at which the chain of `k` starts. */
export const chainStart = (k: number) => (k < 2 ? 1 : Math.max(2, k - (k % CHAIN)));

/** FasterPAM for several k, each once and at most `distances.count`; results in the same order, each depending on seed and k alone. */
export type Sweep = (distances: Distances, ks: readonly number[], seed: number) => KMedoidsResult[];

/** A start by LAB for every k: for one k, or few that are far apart. */
export const fasterPamEach: Sweep = (distances, ks, seed) =>
  ks.map((k) => withoutNext(fasterPam(distances, labStart(distances, k, random(seedFrom(seed, "each", k))))));

/**
 * For many k in a row. It starts by LAB at k = 2, 8, 16, 24 …; each further k starts from the medoids of
 * k - 1 and the row that lowers the loss most, which is what BUILD would add and costs nothing, as the last pass weighed all rows. So a k
 * takes one or two passes.
 */
export const fasterPamChain: Sweep = (distances, ks, seed) => {
  const found = new Map<number, KMedoidsResult>();
  for (const start of new Set(ks.map(chainStart))) {
    const last = Math.max(...ks.filter((k) => chainStart(k) === start));
    let result = fasterPam(distances, labStart(distances, start, random(seedFrom(seed, "chain", start))));
    for (let k = start; ; k++) {
      found.set(k, withoutNext(result));
      if (k === last) break;
      result = fasterPam(distances, [...result.medoids, result.next]);
    }
  }
  return ks.map((k) => found.get(k) as KMedoidsResult);
};

const withoutNext = ({ next: _, ...clustering }: FasterPamResult): KMedoidsResult => clustering;
