import { termFrequency, type EventBags, type TermWeighting } from "./tfidf";

/** A known event that is not a scoring event: it speaks through the noise share only. */
export const LONG_TAIL = -1;
/** An event training never saw: no weight. */
export const UNKNOWN_EVENT = -2;

/** What the model knows of each column of the bags at hand. */
export interface ScoringSpace {
  /** ln(N/df) of each column; not read where the event is unknown. */
  readonly idf: Float64Array;
  /** Feature number 0 .. scoringCount-1 of each scoring event, else `LONG_TAIL` or `UNKNOWN_EVENT`. */
  readonly role: Int32Array;
  /** Scoring events, |Fs|. */
  readonly scoringCount: number;
  readonly weighting: TermWeighting;
}

/**
 * Noise share of sessions `from..to`, η = Σ_Fs w / Σ_(Fs∪Flt) w with w = tf · idf (paper §4.3, equation 1): 1 when all weight is on
 * scoring events, 0 when all is in the long tail. High η = little noise. NaN where no event of the session has weight.
 */
export function noiseShares(bags: Omit<EventBags, "rowCount">, space: ScoringSpace, from: number, to: number): Float64Array {
  const { offsets, columns, counts } = bags;
  const { idf, role, weighting } = space;
  const shares = new Float64Array(to - from);
  for (let row = from; row < to; row++) {
    let scoring = 0;
    let all = 0;
    const end = offsets[row + 1] as number;
    for (let i = offsets[row] as number; i < end; i++) {
      const column = columns[i] as number;
      const what = role[column] as number;
      if (what !== UNKNOWN_EVENT) {
        const weight = termFrequency(counts[i] as number, weighting) * (idf[column] as number);
        all += weight;
        if (what >= 0) scoring += weight;
      }
    }
    shares[row - from] = all > 0 ? scoring / all : NaN;
  }
  return shares;
}

/**
 * Features of the given sessions, row-major, scoringCount + 1 values a row: the weights of the scoring events scaled to Euclidean
 * length 1 (all 0 where the session has none), then η / mean η, which stays outside that norm. An η of NaN counts as 0.
 * @param rows sessions of the bags, in any order
 * @param shares η of each entry of `rows`
 * @param meanShare mean η of the batch, > 0
 */
export function scoringFeatures(
  bags: Omit<EventBags, "rowCount">,
  space: ScoringSpace,
  rows: ArrayLike<number>,
  shares: ArrayLike<number>,
  meanShare: number,
): Float32Array {
  const { offsets, columns, counts } = bags;
  const { idf, role, scoringCount, weighting } = space;
  const width = scoringCount + 1;
  const features = new Float32Array(rows.length * width);
  const weights = new Float64Array(scoringCount);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    const at = i * width;
    let squares = 0;
    const end = offsets[row + 1] as number;
    for (let j = offsets[row] as number; j < end; j++) {
      const column = columns[j] as number;
      const feature = role[column] as number;
      if (feature >= 0) {
        const weight = termFrequency(counts[j] as number, weighting) * (idf[column] as number);
        weights[feature] = weight;
        squares += weight * weight;
      }
    }
    if (squares > 0) {
      const norm = Math.sqrt(squares);
      for (let f = 0; f < scoringCount; f++) {
        features[at + f] = (weights[f] as number) / norm;
      }
      weights.fill(0);
    }
    features[at + scoringCount] = (shares[i] as number) > 0 ? (shares[i] as number) / meanShare : 0;
  }
  return features;
}

/** Sum of noise shares in units of 2⁻²⁴: integers, so that the mean does not depend on the order or grouping of the sums. */
export interface NoiseSum {
  readonly sum: bigint;
  readonly sessions: number;
}

export const NO_NOISE: NoiseSum = { sum: 0n, sessions: 0 };

const UNIT = 2 ** 24;

/** Sum over the sessions marked in `counted`; NaN counts as 0. At most 2²⁹ sessions. */
export function sumNoise(shares: ArrayLike<number>, counted: (i: number) => boolean): NoiseSum {
  let sum = 0;
  let sessions = 0;
  for (let i = 0; i < shares.length; i++) {
    if (counted(i)) {
      const share = shares[i] as number;
      sum += share > 0 ? Math.round(share * UNIT) : 0;
      sessions += 1;
    }
  }
  return { sum: BigInt(sum), sessions };
}

export const addNoise = (a: NoiseSum, b: NoiseSum): NoiseSum => ({ sum: a.sum + b.sum, sessions: a.sessions + b.sessions });

/** Mean η, in (0, 1]; 1 when nothing was counted or every share was 0, so that it can always be divided by. */
export function meanNoise({ sum, sessions }: NoiseSum): number {
  return sum === 0n ? 1 : Number(sum) / (sessions * UNIT);
}
