/** Most bins of a feature: codes fit a byte. */
export const MAX_BINS = 255;

/** Training rows with every value replaced by the bin it falls into. */
export interface BinnedRows {
  readonly rowCount: number;
  readonly featureCount: number;
  readonly classCount: number;
  /** Row-major, featureCount a row: x ≤ edges[f][t] exactly where code ≤ t. */
  readonly codes: Uint8Array;
  /** Class of each row. */
  readonly classes: Uint8Array;
  /** Thresholds between the bins of each feature, ascending; edges.length + 1 bins. */
  readonly edges: readonly Float32Array[];
}

/**
 * Bins feature values. A feature with at most 255 different values has a bin each, so that no split is lost. Otherwise values that
 * alone fill their share of a bin (the zero of most features) keep a bin for themselves, and the others are cut by quantiles: plain
 * quantiles would spend the bins on the heavy values.
 * @param rows row-major 32-bit values, none NaN
 * @param classes class of each row, below classCount
 * @throws RangeError on NaN, on more than 255 classes, or on a class out of range
 */
export function binRows(rows: Float32Array, classes: ArrayLike<number>, featureCount: number, classCount: number): BinnedRows {
  const rowCount = classes.length;
  if (classCount < 1 || classCount > 255) {
    throw new RangeError(`a forest is trained on 1 to 255 classes, not ${classCount}`);
  }
  const codes = new Uint8Array(rowCount * featureCount);
  const edges: Float32Array[] = [];
  const column = new Float32Array(rowCount);
  for (let f = 0; f < featureCount; f++) {
    for (let row = 0; row < rowCount; row++) {
      column[row] = rows[row * featureCount + f] as number;
    }
    const cuts = binEdges(column);
    edges.push(cuts);
    for (let row = 0; row < rowCount; row++) {
      codes[row * featureCount + f] = binOf(cuts, column[row] as number);
    }
  }
  const checked = Uint8Array.from(classes);
  if (checked.some((c, row) => c !== classes[row] || c >= classCount)) {
    throw new RangeError(`classes must be whole numbers below ${classCount}`);
  }
  return { rowCount, featureCount, classCount, codes, classes: checked, edges };
}

/** How many edges lie below the value. */
function binOf(edges: Float32Array, value: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (edges[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Thresholds between bins: each is the midpoint of the two neighbouring values it parts, as a 32-bit float.
 * @throws RangeError when a value is NaN
 */
export function binEdges(column: Float32Array): Float32Array {
  const sorted = Float32Array.from(column).sort();
  if (Number.isNaN(sorted.at(-1))) {
    throw new RangeError("a feature value is NaN");
  }
  const values: number[] = [];
  const counts: number[] = [];
  for (let i = 0; i < sorted.length;) {
    const start = i;
    const value = sorted[i] as number;
    while (i < sorted.length && sorted[i] === value) i += 1;
    values.push(value);
    counts.push(i - start);
  }
  const cutAfter = values.length <= MAX_BINS ? values.map((_, i) => i) : quantileCuts(counts);
  return Float32Array.from(cutAfter.filter((i) => i < values.length - 1).slice(0, MAX_BINS - 1), (i) =>
    midpoint(values[i] as number, values[i + 1] as number),
  );
}

/** Middle of two neighbouring 32-bit floats that still parts them: low ≤ middle < high. */
export function midpoint(low: number, high: number): number {
  const middle = Math.fround(low / 2 + high / 2);
  return middle >= low && middle < high ? middle : low;
}

/** Positions after which to cut, given how often each value occurs, ascending. */
function quantileCuts(counts: readonly number[]): number[] {
  let rest = counts.reduce((sum, count) => sum + count, 0);
  let bins = MAX_BINS;
  const heavy = new Uint8Array(counts.length);
  for (let found = true; found;) {
    found = false;
    counts.forEach((count, i) => {
      if (heavy[i] === 0 && bins > 1 && count >= rest / bins) {
        heavy[i] = 1;
        rest -= count;
        bins -= 1;
        found = true;
      }
    });
  }
  // A run of light values between heavy ones may end before its bin is full: leave room for one short bin per heavy value.
  const light = Math.max(1, bins - heavy.reduce((sum, is) => sum + is, 0));
  const target = rest / light;
  const cuts: number[] = [];
  let filled = 0;
  counts.forEach((count, i) => {
    filled += count;
    if (heavy[i] === 1 || heavy[i + 1] === 1 || filled >= target) {
      cuts.push(i);
      filled = 0;
    }
  });
  return cuts;
}
