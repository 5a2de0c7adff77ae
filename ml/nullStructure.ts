import { random, sampleWithoutReplacement, seedFrom, shuffle } from "./random";
import { normalizeRows, selectRows, type SparseRows } from "./sparse";

/**
 * A twin of the data without structure: every column shuffled over the rows on its own, so that each event keeps its frequencies and
 * loses its company; then rows are scaled to length 1 as the real ones. Rows left without weight are dropped, as the real ones are.
 * @param weights raw TF-IDF weights, before L2, of the sessions clustered
 * @param run number of the twin; the same seed and run give the same twin, whatever the order of work
 * @returns unit rows, and how many rows were dropped
 */
export function shuffledTwin(
  weights: SparseRows,
  seed: number,
  run: number,
): { readonly rows: SparseRows; readonly dropped: number } {
  const { rowCount, columnCount } = weights;
  const byColumn = Array.from({ length: columnCount }, () => [] as number[]);
  weights.values.forEach((value, at) => byColumn[weights.columns[at] as number]?.push(value));
  const offsets = new Uint32Array(rowCount + 1);
  const places = byColumn.map((values, column) => {
    const draw = random(seedFrom(seed, "null", run, column));
    const rows = sampleWithoutReplacement(rowCount, values.length, draw);
    shuffle(values, draw);
    rows.forEach((row) => (offsets[row + 1] = (offsets[row + 1] as number) + 1));
    return rows;
  });
  for (let i = 1; i <= rowCount; i++) {
    offsets[i] = (offsets[i] as number) + (offsets[i - 1] as number);
  }
  const next = offsets.slice(0, rowCount);
  const columns = new Uint32Array(weights.values.length);
  const values = new Float64Array(weights.values.length);
  // Columns in order, so that each row's columns ascend.
  places.forEach((rows, column) => {
    rows.forEach((row, i) => {
      const at = next[row] as number;
      columns[at] = column;
      values[at] = byColumn[column]?.[i] as number;
      next[row] = at + 1;
    });
  });
  const unit = normalizeRows({ rowCount, columnCount, offsets, columns, values });
  if (unit.zeroRows.length === 0) return { rows: unit.rows, dropped: 0 };
  const empty = new Set(unit.zeroRows);
  const kept = Array.from({ length: rowCount }, (_, i) => i).filter((i) => !empty.has(i));
  return { rows: selectRows(unit.rows, kept), dropped: empty.size };
}

/** What is compared between the real data and its twins, at one k. */
export interface StructureMeasure {
  readonly silhouette: number;
  /** Mean Jaccard stability; null when not computed. */
  readonly stability: number | null;
}

export interface NullVerdict {
  /** `none`: the silhouette is what data without structure give; `weak`: it exceeds them, stability does not; `clear`: both do. */
  readonly structure: "clear" | "weak" | "none";
  /** Smallest and largest value among the twins. */
  readonly silhouetteRange: readonly [number, number];
  readonly stabilityRange: readonly [number, number] | null;
  /** One sentence with the numbers. */
  readonly reason: string;
}

/** The silhouette must exceed the largest of the twins' by this part of their range: the largest alone is passed by chance too often. */
const MARGIN = 0.25;

/**
 * Judges the observed clustering against twins without structure. Without a silhouette clearly above the twins' there is none, however
 * stable the clusters are: sessions that point exactly at one event cluster the same way every time, whatever the names mean.
 * @throws RangeError when there is no twin, or stability is known for the data and not for every twin
 */
export function judgeStructure(observed: StructureMeasure, twins: readonly StructureMeasure[]): NullVerdict {
  const stabilities = twins.map(({ stability }) => stability).filter((value) => value !== null);
  if (twins.length === 0 || (observed.stability !== null && stabilities.length !== twins.length)) {
    throw new RangeError("a verdict needs shuffled twins measured like the data");
  }
  const silhouettes = twins.map((twin) => twin.silhouette);
  const silhouetteRange = [Math.min(...silhouettes), Math.max(...silhouettes)] as const;
  const stabilityRange = observed.stability === null ? null : ([Math.min(...stabilities), Math.max(...stabilities)] as const);
  const margin = MARGIN * (silhouetteRange[1] - silhouetteRange[0]);
  const bySilhouette = observed.silhouette > silhouetteRange[1] + margin;
  const byStability =
    observed.stability === null || stabilityRange === null ? bySilhouette : observed.stability > stabilityRange[1];
  const structure = !bySilhouette ? "none" : byStability ? "clear" : "weak";
  const compare = (name: string, value: number, range: readonly [number, number], above: boolean) =>
    `${name} ${value.toFixed(3)} ${above ? "above" : "not clearly above"} ${range[0].toFixed(3)}–${range[1].toFixed(3)}`;
  const parts = [compare("silhouette", observed.silhouette, silhouetteRange, bySilhouette)];
  if (observed.stability !== null && stabilityRange !== null) {
    parts.push(compare("stability", observed.stability, stabilityRange, byStability));
  }
  const opening = { clear: "Clear structure", weak: "Weak structure", none: "No structure found" }[structure];
  const reason = `${opening}: ${parts.join(", ")} of ${twins.length} ${twins.length === 1 ? "twin" : "twins"} without structure.`;
  return { structure, silhouetteRange, stabilityRange, reason };
}
