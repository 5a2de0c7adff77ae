import type { Distances, SwapState } from "./distances";

/**
 * Distances of any kind from a symmetric matrix of count × count, row by row; FasterPAM's inner loop in its plainest form.
 * @throws RangeError when the matrix has another size
 */
export function matrixDistances(matrix: Float32Array, count: number): Distances {
  if (matrix.length !== count * count) {
    throw new RangeError(`a matrix of ${matrix.length} numbers is not ${count} × ${count}`);
  }
  const row = (index: number) => matrix.subarray(index * count, (index + 1) * count);
  const rangeSums = (index: number, starts: Uint32Array, sums: Float64Array) => {
    const all = row(index);
    for (let c = 0; c + 1 < starts.length; c++) {
      const parts = [0, 0] as [number, number];
      all.subarray(starts[c], starts[c + 1]).forEach((d, i) => (parts[(i & 1) as 0 | 1] += d));
      sums[c] = parts[0] + parts[1];
    }
  };
  return { count, row, rangeSums, swapState: (k) => swapState(count, k, row), release: () => undefined };
}

function swapState(count: number, k: number, row: (index: number) => Float32Array): SwapState {
  const nearest = new Uint16Array(count);
  const nearestDistance = new Float32Array(count);
  const secondDistance = new Float32Array(count);
  const losses = new Float64Array(2 * k);
  const evaluate = (candidate: number) => {
    const toCandidate = row(candidate);
    const shared = [0, 0] as [number, number];
    for (let o = 0; o < count; o++) {
      const d = toCandidate[o] as number;
      const parity = (o & 1) as 0 | 1;
      const at = 2 * (nearest[o] as number) + parity;
      const first = nearestDistance[o] as number;
      const second = secondDistance[o] as number;
      if (d < first) {
        shared[parity] += d - first;
        losses[at] = (losses[at] as number) + (first - second);
      } else if (d < second) {
        losses[at] = (losses[at] as number) + (d - second);
      }
    }
    return shared[0] + shared[1];
  };
  return { nearest, nearestDistance, secondDistance, losses, evaluate };
}
