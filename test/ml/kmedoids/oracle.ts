/** Sum of the distances of all rows to the nearest of `medoids`, in the plainest form. */
export function lossOf(distances: (i: number, j: number) => number, count: number, medoids: readonly number[]): number {
  let loss = 0;
  for (let i = 0; i < count; i++) {
    loss += Math.min(...medoids.map((medoid) => distances(i, medoid)));
  }
  return loss;
}

/** All ways to choose k of 0 .. count-1. */
export function* subsets(count: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield [];
  for (let first = from; k > 0 && first <= count - k; first++) {
    for (const rest of subsets(count, k - 1, first + 1)) yield [first, ...rest];
  }
}

/** The smallest loss any k medoids can have. */
export function bestLoss(distances: (i: number, j: number) => number, count: number, k: number): number {
  let best = Infinity;
  for (const medoids of subsets(count, k)) best = Math.min(best, lossOf(distances, count, medoids));
  return best;
}

/** The smallest loss that one swap of a medoid for another row gives. */
export function bestSwapLoss(distances: (i: number, j: number) => number, count: number, medoids: readonly number[]): number {
  let best = Infinity;
  for (let slot = 0; slot < medoids.length; slot++) {
    for (let candidate = 0; candidate < count; candidate++) {
      if (!medoids.includes(candidate)) {
        best = Math.min(
          best,
          lossOf(
            distances,
            count,
            medoids.map((medoid, s) => (s === slot ? candidate : medoid)),
          ),
        );
      }
    }
  }
  return best;
}
