import { random, seedFrom, shuffle } from "./random";
import { normalizeRows, type SparseRows } from "./sparse";
import { termFrequency, type TermWeighting } from "./tfidf";

/**
 * A twin of the data in which event names say nothing: all occurrences of all sessions are put on one pile and dealt out anew, so that
 * every session keeps its number of occurrences, every event keeps its frequency, and which name stands in which session is chance. The
 * harder null where sessions are short: a session of one event points exactly at that event whatever the names mean, and shuffled columns
 * lose that.
 * @param weights raw TF-IDF weights of the sessions clustered, w = tf · idf; a weight of 0 has no entry
 * @param idf of each column, > 0 where the column has entries
 * @returns unit rows
 */
export function dealtTwin(
  weights: SparseRows,
  idf: Float64Array,
  weighting: TermWeighting,
  seed: number,
  run: number,
): SparseRows {
  const { rowCount, columnCount, offsets } = weights;
  const lengths = new Uint32Array(rowCount);
  const pile: number[] = [];
  for (let row = 0; row < rowCount; row++) {
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const column = weights.columns[at]!;
      const count = countOf(weights.values[at]! / idf[column]!, weighting);
      lengths[row]! += count;
      for (let i = 0; i < count; i++) pile.push(column);
    }
  }
  shuffle(pile, random(seedFrom(seed, "dealt", run)));
  const outOffsets = new Uint32Array(rowCount + 1);
  const columns: number[] = [];
  const values: number[] = [];
  let next = 0;
  for (let row = 0; row < rowCount; row++) {
    const hand = pile.slice(next, next + lengths[row]!).sort((a, b) => a - b);
    next += lengths[row]!;
    for (let i = 0; i < hand.length;) {
      const column = hand[i]!;
      let end = i;
      while (end < hand.length && hand[end] === column) end++;
      columns.push(column);
      values.push(termFrequency(end - i, weighting) * idf[column]!);
      i = end;
    }
    outOffsets[row + 1] = columns.length;
  }
  const dealt = {
    rowCount,
    columnCount,
    offsets: outOffsets,
    columns: Uint32Array.from(columns),
    values: Float64Array.from(values),
  };
  return normalizeRows(dealt).rows;
}

/** Occurrences behind a term frequency; presence counts as one. */
function countOf(tf: number, weighting: TermWeighting): number {
  if (weighting === "binary") return 1;
  return Math.max(1, Math.round(weighting === "log" ? Math.exp(tf - 1) : tf));
}
