/**
 * Sorts row numbers 0 .. count-1 by `compare`, stable. A natural merge sort: rows that already ascend are one run, so the sorted blocks
 * of a part cost a few comparisons a row.
 */
export function sortedRows(count: number, compare: (a: number, b: number) => number): Uint32Array {
  const rows = new Uint32Array(count);
  for (let i = 0; i < count; i++) rows[i] = i;
  let bounds = [0];
  for (let i = 1; i < count; i++) {
    if (compare(i - 1, i) > 0) bounds.push(i);
  }
  bounds.push(count);
  let from = rows;
  let to = new Uint32Array(count);
  while (bounds.length > 2) {
    const next = [0];
    for (let run = 0; run + 1 < bounds.length; run += 2) {
      const start = bounds[run]!;
      const middle = bounds[run + 1]!;
      const end = bounds[run + 2] ?? middle;
      merge(from, start, middle, end, to, compare);
      next.push(end);
    }
    [from, to] = [to, from];
    bounds = next;
  }
  return from;
}

function merge(
  from: Uint32Array,
  start: number,
  middle: number,
  end: number,
  to: Uint32Array,
  compare: (a: number, b: number) => number,
): void {
  let left = start;
  let right = middle;
  for (let at = start; at < end; at++) {
    const takeLeft = right >= end || (left < middle && compare(from[left]!, from[right]!) <= 0);
    to[at] = takeLeft ? from[left++]! : from[right++]!;
  }
}
