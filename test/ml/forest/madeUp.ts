import type { Forest } from "../../../ml/forest/forest";

/** A small seeded generator (mulberry32) for made-up data: numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A forest of random trees, no training: thresholds lie on a grid of 1/8 so that rows often sit exactly on one. */
export function madeUpForest(seed: number, shape: { trees: number; features: number; classes: number; depth?: number }): Forest {
  const random = seeded(seed);
  const { depth = 6, features, classes } = shape;
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const leafClass: number[] = [];
  const grow = (level: number): number => {
    const node = feature.length;
    const split = level < depth && random() < 0.85;
    feature.push(split ? Math.floor(random() * features) : -1);
    threshold.push(split ? Math.floor(random() * 9) / 8 : 0);
    leafClass.push(split ? 0 : Math.floor(random() * classes));
    left.push(0);
    right.push(0);
    if (split) {
      left[node] = grow(level + 1);
      right[node] = grow(level + 1);
    }
    return node;
  };
  const roots = Array.from({ length: shape.trees }, () => grow(0));
  return {
    featureCount: features,
    classCount: classes,
    roots: Uint32Array.from(roots),
    feature: Int16Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Uint32Array.from(left),
    right: Uint32Array.from(right),
    leafClass: Uint16Array.from(leafClass),
    counts: new Uint32Array(feature.length * classes),
  };
}

/** Rows on a grid of 1/16 in [0, 1], some far outside. */
export function madeUpRows(seed: number, rowCount: number, features: number): Float32Array {
  const random = seeded(seed);
  return Float32Array.from({ length: rowCount * features }, () =>
    random() < 0.02 ? (random() - 0.5) * 1e6 : Math.floor(random() * 17) / 16,
  );
}
