import fc from "fast-check";
import { toPoints, type Points } from "../../ml/kmedoids/points";
import { random, type Random } from "../../ml/random";
import { fromDense, type SparseRows } from "../../ml/sparse";

/** A normal number (Box and Muller). */
export const gauss = (draw: Random) => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());

/** `count` points around `centers` random centres, row i around centre i mod centers. */
export function blobs(count: number, dimensions: number, centers: number, spread: number, seed = 1): Points {
  const draw = random(seed);
  const middle = Array.from({ length: centers * dimensions }, () => 10 * draw());
  const values = new Float32Array(count * dimensions);
  for (let i = 0; i < count; i++) {
    for (let d = 0; d < dimensions; d++) {
      values[i * dimensions + d] = (middle[(i % centers) * dimensions + d] as number) + spread * gauss(draw);
    }
  }
  return toPoints(values, dimensions);
}

/** Points with whole coordinates, so that ties and duplicates are common. */
export const gridPoints = (minCount: number, maxCount: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: minCount, max: maxCount }))
    .chain(([dimensions, count]) =>
      fc
        .array(fc.integer({ min: 0, max: 6 }), { minLength: dimensions * count, maxLength: dimensions * count })
        .map((values) => toPoints(Float32Array.from(values), dimensions)),
    );

/** Dense rows of small counts, mostly zeros. */
export const denseRows = (maxRows = 12, maxColumns = 6) =>
  fc.integer({ min: 1, max: maxColumns }).chain((columns) =>
    fc.array(
      fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 })), {
        minLength: columns,
        maxLength: columns,
      }),
      { minLength: 1, maxLength: maxRows },
    ),
  );

/**
 * Sessions as counts of events: `groups` kinds of sessions, each with its own favourite events; the last kind takes all events alike.
 */
export function plantedSessions(
  count: number,
  groups: number,
  seed = 1,
): { readonly rows: SparseRows; readonly kinds: number[] } {
  const draw = random(seed);
  const columns = 4 * groups;
  const kinds = Array.from({ length: count }, (_, i) => i % groups);
  const dense: number[][] = kinds.map((kind) =>
    Array.from({ length: columns }, (_, column) => {
      const chance = kind === groups - 1 ? 0.2 : column % groups === kind ? 0.85 : 0.04;
      return draw() < chance ? 1 + Math.floor(3 * draw()) : 0;
    }),
  );
  dense.forEach((row, i) => {
    if (!row.some((value) => value > 0)) row[i % columns] = 1;
  });
  return { rows: fromDense(dense), kinds };
}

/** A list in an order that depends on `seed`. */
export function reordered<T>(items: readonly T[], seed: number): T[] {
  const draw = random(seed);
  return items
    .map((item) => ({ item, key: draw() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
