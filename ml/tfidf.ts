import type { SparseRows } from "./sparse";
import { normalizeRows } from "./sparse";

/** Term frequency of an event that occurs c times in a session: c, 1 + ln c, or 1. */
export type TermWeighting = "count" | "log" | "binary";

/** Column of an event outside the vocabulary: it gets no weight. */
export const NO_COLUMN = 0xffffffff;

/** Sessions as bags of events: session i has `counts[offsets[i] .. offsets[i+1]]` of the events in `columns`, ascending. */
export interface EventBags {
  readonly rowCount: number;
  readonly offsets: Uint32Array;
  /** Index of each event in the vocabulary, or `NO_COLUMN`. */
  readonly columns: Uint32Array;
  /** Occurrences, ≥ 1. */
  readonly counts: Uint32Array;
}

/** Term frequency of `count` occurrences, count ≥ 1. */
export function termFrequency(count: number, weighting: TermWeighting): number {
  switch (weighting) {
    case "count":
      return count;
    case "log":
      return 1 + Math.log(count);
    case "binary":
      return 1;
  }
}

/**
 * TF-IDF weights w = tf · idf (Spärck Jones 1972), raw, not normalised. Events outside the vocabulary or with idf 0 are left out, so
 * a row without entries is a session that nothing is known about.
 * @param idf ln(N / df) of each column; all finite and ≥ 0
 * @returns bags.rowCount × idf.length
 * @throws RangeError on an idf that is negative or not finite (an event never seen must not be in the vocabulary)
 */
export function tfidf(bags: EventBags, idf: Float64Array, weighting: TermWeighting = "count"): SparseRows {
  idf.forEach((value, column) => {
    if (!(value >= 0 && value < Infinity)) {
      throw new RangeError(`idf of column ${column} is ${value}; expected a finite number of at least 0`);
    }
  });
  const offsets = new Uint32Array(bags.rowCount + 1);
  const columns = new Uint32Array(bags.columns.length);
  const values = new Float64Array(bags.columns.length);
  let filled = 0;
  for (let i = 0; i < bags.rowCount; i++) {
    for (let at = bags.offsets[i] as number; at < (bags.offsets[i + 1] as number); at++) {
      const column = bags.columns[at] as number;
      const weight = column === NO_COLUMN ? 0 : termFrequency(bags.counts[at] as number, weighting) * (idf[column] as number);
      if (weight !== 0) {
        columns[filled] = column;
        values[filled] = weight;
        filled += 1;
      }
    }
    offsets[i + 1] = filled;
  }
  return {
    rowCount: bags.rowCount,
    columnCount: idf.length,
    offsets,
    columns: columns.slice(0, filled),
    values: values.slice(0, filled),
  };
}

/**
 * TF-IDF weights with every row scaled to Euclidean length 1 (paper §4.2), so that what a session is about counts and not how long
 * it is. Rows without weight stay empty and are named in `zeroRows`, ascending: they must not be clustered.
 */
export function unitTfidf(bags: EventBags, idf: Float64Array, weighting: TermWeighting = "count") {
  return normalizeRows(tfidf(bags, idf, weighting));
}
