import { hashBytes } from "../../model/eventBlock";

/**
 * How many distinct names there are, and which, in bounded size: the `SKETCH_SIZE` names with the smallest hashes. Exact up to that
 * many, an estimate above (K. Beyer et al. 2007, "On synopses for distinct-value estimation under multiset operations",
 * doi:10.1145/1247480.1247504). The sketch of a union is made from the sketches, in any order. Sorted by hash, then name.
 */
export type NameSketch = readonly (readonly [hash: number, name: string])[];

export const SKETCH_SIZE = 256;

export function sketchOf(names: Iterable<string>): NameSketch {
  const entries = Array.from(names, (name): [number, string] => {
    const bytes = Buffer.from(name, "utf8");
    return [hashBytes(bytes, 0, bytes.length), name];
  });
  return mergeSketches([entries]);
}

export function mergeSketches(sketches: readonly NameSketch[]): NameSketch {
  const byName = new Map<string, number>();
  for (const sketch of sketches) {
    for (const [hash, name] of sketch) byName.set(name, hash);
  }
  return [...byName]
    .map(([name, hash]) => [hash, name] as const)
    .sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
    .slice(0, SKETCH_SIZE);
}

/** Distinct names: exact below `SKETCH_SIZE`, else estimated within about 6 % (one standard error). */
export function distinctCount(sketch: NameSketch): number {
  const last = sketch[SKETCH_SIZE - 1];
  return last === undefined ? sketch.length : Math.round((SKETCH_SIZE - 1) / ((last[0] + 1) / 2 ** 32));
}
