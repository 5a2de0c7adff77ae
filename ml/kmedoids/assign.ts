import { visitDistances } from "./pointMemory";
import type { Points } from "./points";

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
  const distances = new Float32Array(points.count).fill(Infinity);
  visitDistances(points, null, medoids, (medoid, start, toMedoid) => {
    for (let i = 0; i < toMedoid.length; i++) {
      if ((toMedoid[i] as number) < (distances[start + i] as number)) {
        distances[start + i] = toMedoid[i] as number;
        labels[start + i] = medoid;
      }
    }
  });
  let loss = 0;
  for (let i = 0; i < distances.length; i++) {
    loss += distances[i] as number;
  }
  return { labels, distances, loss };
}
