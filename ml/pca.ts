import { Matrix } from "ml-matrix";
import { PCA } from "ml-pca";
import type { Covariance } from "./covariance";
import type { SparseRows } from "./sparse";

/** Principal components, centred and not scaled. */
export interface Pca {
  readonly featureCount: number;
  readonly componentCount: number;
  /** Mean of each feature, taken away before projecting. */
  readonly mean: Float64Array;
  /** componentCount × featureCount, row by row, each of length 1. Sign: the largest |loading| is positive (ties: lowest index). */
  readonly components: Float64Array;
  /** Variance along each of all featureCount components (eigenvalues), descending, ≥ 0. */
  readonly variances: Float64Array;
  /** Share of the total variance each of all components explains; sums to 1, or all 0 when nothing varies. */
  readonly explained: Float64Array;
  /** Running sum of `explained`: the curve of paper Fig. 2. */
  readonly cumulative: Float64Array;
}

export interface PcaOptions {
  /** Components = the fewest that reach this share of variance, 0..1. */
  readonly minVariance: number;
  /** A given number of components instead; at most one per feature are kept. */
  readonly components?: number | null;
}

/** Total variance of unit-length rows that is rounding alone: nothing varies. */
const NO_VARIANCE = 1e-12;
/** Shares that differ by rounding alone still count as reached. */
const SHARE_SLACK = 1e-12;

/**
 * Principal components from a covariance matrix (Pearson 1901; eigenvectors by ml-pca). At least one component is kept. When nothing
 * varies (total variance below 1e-12, which is rounding for rows of length 1), that is the first axis.
 * @throws RangeError when there is no feature, `minVariance` is outside [0, 1], `components` is not a whole number ≥ 1, or the
 * covariance holds NaN or infinity
 */
export function fitPca(sums: Covariance, options: PcaOptions): Pca {
  const { columnCount: featureCount, mean, covariance } = sums;
  const given = options.components ?? null;
  if (featureCount === 0) {
    throw new RangeError("principal components of no features");
  }
  if (!(options.minVariance >= 0 && options.minVariance <= 1)) {
    throw new RangeError(`minVariance is ${options.minVariance}; expected 0..1`);
  }
  if (given !== null && !(Number.isInteger(given) && given >= 1)) {
    throw new RangeError(`components is ${given}; expected a whole number of at least 1`);
  }
  if (!covariance.every(Number.isFinite)) {
    throw new RangeError("the covariance holds NaN or infinity");
  }
  const trace = mean.reduce((sum, _, i) => sum + (covariance[i * (featureCount + 1)] as number), 0);
  const { variances, vectors } = trace > NO_VARIANCE ? eigen(covariance, featureCount) : axes(featureCount);
  const total = variances.reduce((sum, value) => sum + value, 0);
  const explained = variances.map((value) => (total > 0 ? value / total : 0));
  let sum = 0;
  const cumulative = explained.map((share) => (sum += share));
  const reached = cumulative.findIndex((share) => share >= options.minVariance - SHARE_SLACK) + 1;
  const componentCount = Math.min(featureCount, given ?? Math.max(1, reached));
  const components = new Float64Array(componentCount * featureCount);
  for (let c = 0; c < componentCount; c++) {
    components.set(withFixedSign(vectors[c] as Float64Array), c * featureCount);
  }
  return { featureCount, componentCount, mean: Float64Array.from(mean), components, variances, explained, cumulative };
}

/** The components of features that do not vary: the axes in order, with variances of 0. */
function axes(size: number) {
  const axis = (i: number) => Float64Array.from({ length: size }, (_, j) => (i === j ? 1 : 0));
  return { variances: new Float64Array(size), vectors: Array.from({ length: size }, (_, i) => axis(i)) };
}

/** Eigenvalues descending, with their vectors. */
function eigen(covariance: Float64Array, size: number) {
  const rows = Array.from({ length: size }, (_, i) => Array.from(covariance.subarray(i * size, (i + 1) * size)));
  const pca = new PCA(new Matrix(rows), { isCovarianceMatrix: true });
  const values = pca.getEigenvalues();
  const matrix = pca.getEigenvectors();
  const order = values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number) || a - b);
  return {
    variances: Float64Array.from(order, (i) => Math.max(0, values[i] as number)),
    vectors: order.map((i) => Float64Array.from({ length: size }, (_, j) => matrix.get(j, i))),
  };
}

function withFixedSign(vector: Float64Array): Float64Array {
  let largest = 0;
  for (let i = 1; i < vector.length; i++) {
    if (Math.abs(vector[i] as number) > Math.abs(vector[largest] as number)) largest = i;
  }
  return (vector[largest] as number) < 0 ? vector.map((value) => -value) : vector;
}

/**
 * Projects rows on the components: z = (x - mean) · components, over the entries that are not zero alone. Each row depends on itself
 * only.
 * @returns rowCount × componentCount, row by row, 32-bit floats
 * @throws RangeError when the rows have another number of features
 */
export function project(pca: Pca, rows: SparseRows): Float32Array {
  const { featureCount, componentCount, mean, components } = pca;
  if (rows.columnCount !== featureCount) {
    throw new RangeError(`rows of ${rows.columnCount} features do not fit components of ${featureCount}`);
  }
  // Loadings by feature, so that the inner loop runs along memory.
  const loadings = new Float64Array(featureCount * componentCount);
  const origin = new Float64Array(componentCount);
  for (let c = 0; c < componentCount; c++) {
    for (let f = 0; f < featureCount; f++) {
      const loading = components[c * featureCount + f] as number;
      loadings[f * componentCount + c] = loading;
      origin[c] = (origin[c] as number) + (mean[f] as number) * loading;
    }
  }
  const projected = new Float32Array(rows.rowCount * componentCount);
  const sums = new Float64Array(componentCount);
  for (let row = 0; row < rows.rowCount; row++) {
    sums.fill(0);
    for (let at = rows.offsets[row] as number; at < (rows.offsets[row + 1] as number); at++) {
      const weight = rows.values[at] as number;
      const base = (rows.columns[at] as number) * componentCount;
      for (let c = 0; c < componentCount; c++) {
        sums[c] = (sums[c] as number) + weight * (loadings[base + c] as number);
      }
    }
    for (let c = 0; c < componentCount; c++) {
      projected[row * componentCount + c] = (sums[c] as number) - (origin[c] as number);
    }
  }
  return projected;
}
