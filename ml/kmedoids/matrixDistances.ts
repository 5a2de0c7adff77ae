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
  return { count, row, swapState: (k) => swapState(count, k, row), release: () => undefined };
}

function swapState(count: number, k: number, row: (index: number) => Float32Array): SwapState {
  const nearest = new Uint16Array(count);
  const nearestDistance = new Float32Array(count);
  const secondDistance = new Float32Array(count);
  const losses = new Float64Array(k);
  const evaluate = (candidate: number) => {
    const toCandidate = row(candidate);
    let shared = 0;
    for (let o = 0; o < count; o++) {
      const d = toCandidate[o] as number;
      const slot = nearest[o] as number;
      const first = nearestDistance[o] as number;
      const second = secondDistance[o] as number;
      if (d < first) {
        shared += d - first;
        losses[slot] = (losses[slot] as number) + (first - second);
      } else if (d < second) {
        losses[slot] = (losses[slot] as number) + (d - second);
      }
    }
    return shared;
  };
  return { nearest, nearestDistance, secondDistance, losses, evaluate };
}
