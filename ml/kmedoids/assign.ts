import { distance, type Points } from "./points";

export interface Assignment {
  /** Index of the nearest medoid of each row, ties to the lowest. */
  readonly labels: Uint16Array;
  /** Distance of each row to its medoid. */
  readonly distances: Float32Array;
  /** Sum of `distances`, in row order. */
  readonly loss: number;
}

/**
 * Gives every row its nearest medoid. Each row depends on itself and the medoids only.
 * @throws RangeError when there is no medoid or dimensions differ
 */
export function assignNearest(points: Points, medoids: Points): Assignment {
  if (medoids.count === 0 || medoids.dimensions !== points.dimensions) {
    throw new RangeError(`${medoids.count} medoids of ${medoids.dimensions} dimensions for rows of ${points.dimensions}`);
  }
  const labels = new Uint16Array(points.count);
  const distances = new Float32Array(points.count);
  let loss = 0;
  for (let i = 0; i < points.count; i++) {
    let best = Infinity;
    let label = 0;
    for (let m = 0; m < medoids.count; m++) {
      const d = distance(points, i, medoids, m);
      if (d < best) {
        best = d;
        label = m;
      }
    }
    labels[i] = label;
    distances[i] = best;
    loss += best;
  }
  return { labels, distances, loss };
}
