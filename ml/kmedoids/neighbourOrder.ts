import type { Random } from "../random";
import { computedDistances } from "./distances";
import { selectPoints, type Points } from "./points";

/** Landmarks by which points are put in order. */
const LANDMARKS = 32;

/**
 * Rows in an order in which neighbours stand side by side: by nearest landmark, then by the second nearest one, then as they were.
 * Landmarks are rows drawn with chances in proportion to the distance from those before. FasterPAM's inner loop is several times faster
 * on rows in such an order, because points that a candidate affects come in runs of one cluster; any order is right.
 * @returns `rows` (all of them when null) in the new order
 */
export function neighbourOrder(points: Points, rows: Uint32Array | null, draw: Random): Uint32Array<ArrayBuffer> {
  const count = rows === null ? points.count : rows.length;
  const distances = computedDistances(rows === null ? points : selectPoints(points, rows));
  const first = new Float32Array(count).fill(Infinity);
  const second = new Float32Array(count).fill(Infinity);
  const nearest = new Uint8Array(count);
  const next = new Uint8Array(count);
  for (let landmark = 0; landmark < Math.min(LANDMARKS, count); landmark++) {
    const chosen = landmark === 0 ? Math.floor(draw() * count) : drawByDistance(first, draw);
    const toLandmark = distances.row(chosen);
    for (let i = 0; i < count; i++) {
      const d = toLandmark[i] as number;
      if (d < (first[i] as number)) {
        second[i] = first[i] as number;
        next[i] = nearest[i] as number;
        first[i] = d;
        nearest[i] = landmark;
      } else if (d < (second[i] as number)) {
        second[i] = d;
        next[i] = landmark;
      }
    }
  }
  distances.release();
  const cells = Uint16Array.from(nearest, (cell, i) => cell * LANDMARKS + (next[i] as number));
  const order = byCell(cells);
  return rows === null ? order : order.map((i) => rows[i] as number);
}

function drawByDistance(distances: Float32Array, draw: Random): number {
  let all = 0;
  for (let i = 0; i < distances.length; i++) all += distances[i] as number;
  let rest = draw() * all;
  for (let i = 0; i < distances.length; i++) {
    rest -= distances[i] as number;
    if (rest < 0) return i;
  }
  return 0;
}

/** Counting sort by cell. */
function byCell(cells: Uint16Array): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(LANDMARKS * LANDMARKS + 1);
  for (const cell of cells) starts[cell + 1] = (starts[cell + 1] as number) + 1;
  for (let c = 0; c < LANDMARKS * LANDMARKS; c++) starts[c + 1] = (starts[c + 1] as number) + (starts[c] as number);
  const order = new Uint32Array(cells.length);
  cells.forEach((cell, i) => {
    const at = starts[cell] as number;
    order[at] = i;
    starts[cell] = at + 1;
  });
  return order;
}
