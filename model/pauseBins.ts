/**
 * Bins for pauses between a user's events, on a log scale: 16 an octave, from 1 ms to 2^36 ms (two years). Bin 0 holds pauses of 0 ms;
 * bin i ≥ 1 holds pauses of at least edge i-1 and below edge i. Edges are whole milliseconds, so counts at an edge are exact.
 */
export const PAUSE_EDGES_MS: readonly number[] = edges();

function edges(): number[] {
  const all: number[] = [];
  for (let i = 0; i <= 36 * 16; i++) {
    const edge = Math.round(2 ** (i / 16));
    if (edge !== all[all.length - 1]) all.push(edge);
  }
  return all;
}

export const PAUSE_BINS = PAUSE_EDGES_MS.length + 1;

/** Bin of a pause; pauses beyond the last edge are in the last bin. */
export function pauseBin(pauseMs: number): number {
  let low = 0;
  let high = PAUSE_EDGES_MS.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (PAUSE_EDGES_MS[middle]! <= pauseMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
