import type { Forest } from "./forest";

const CELLS = 2048;

/** Turns the values of one feature into codes: how many of the forest's thresholds on it lie below the value. */
export interface Quantiser {
  /** Distinct thresholds, ascending. */
  readonly edges: Float32Array;
  /** A grid over the edges: `start[cell]` edges surely lie below every value of the cell. */
  readonly start: Uint32Array;
  readonly origin: number;
  readonly cellsPerUnit: number;
}

/** A quantiser per feature. With codes, "x ≤ threshold t" is "code ≤ position of t", exactly. */
export function quantisersOf(forest: Forest): Quantiser[] {
  const thresholds = Array.from({ length: forest.featureCount }, () => new Set<number>());
  forest.feature.forEach((f, i) => f >= 0 && thresholds[f]?.add(forest.threshold[i] as number));
  return thresholds.map((set) => quantiserOf(Float32Array.from(set).sort()));
}

/** @param edges distinct, ascending; infinite ones allowed */
export function quantiserOf(edges: Float32Array): Quantiser {
  const finite = edges.filter(Number.isFinite);
  const origin = finite[0] ?? 0;
  const span = (finite.at(-1) ?? 0) - origin;
  const cellsPerUnit = span > 0 && Number.isFinite(CELLS / span) ? CELLS / span : 0;
  const start = new Uint32Array(CELLS + 1);
  for (let cell = 1; cell <= CELLS; cell++) {
    // One cell short of the truth, so that rounding of the cell number cannot skip an edge.
    const floor = cellsPerUnit > 0 ? origin + (cell - 1) / cellsPerUnit : -Infinity;
    let below = start[cell - 1] as number;
    while (below < edges.length && floor > (edges[below] as number)) below += 1;
    start[cell] = below;
  }
  return { edges, start, origin, cellsPerUnit };
}

/** Code of one value, 0 .. edges.length. NaN lies above all edges, as in a walk, where it goes right. */
export function codeOf({ edges, start, origin, cellsPerUnit }: Quantiser, value: number): number {
  const scaled = (value - origin) * cellsPerUnit;
  const cell = scaled >= CELLS ? CELLS : scaled > 0 ? scaled | 0 : 0;
  let code = start[cell] as number;
  const count = edges.length;
  while (code < count && !(value <= (edges[code] as number))) code += 1;
  return code;
}
