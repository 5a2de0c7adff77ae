/** Rows in a Euclidean space: row i is `values[i·dimensions .. (i+1)·dimensions]`, 32-bit floats. */
export interface Points {
  readonly count: number;
  readonly dimensions: number;
  readonly values: Float32Array;
}

/** @throws RangeError when the values do not fill whole rows, or hold NaN or infinity */
export function toPoints(values: Float32Array, dimensions: number): Points {
  if (!(dimensions >= 1) || values.length % dimensions !== 0) {
    throw new RangeError(`${values.length} values are no whole rows of ${dimensions} dimensions`);
  }
  if (!values.every(Number.isFinite)) {
    throw new RangeError("points hold NaN or infinity");
  }
  return { count: values.length / dimensions, dimensions, values };
}

/** At most `most` of `count` rows, evenly spread from the first on; null where those are all. */
export function evenlySpread(count: number, most: number): Uint32Array<ArrayBuffer> | null {
  const stride = Math.ceil(count / most);
  return stride <= 1 ? null : Uint32Array.from({ length: Math.ceil(count / stride) }, (_, i) => i * stride);
}

/** The rows named by `indices`, in that order. */
export function selectPoints(points: Points, indices: ArrayLike<number>): Points {
  const { dimensions } = points;
  const values = new Float32Array(indices.length * dimensions);
  for (let i = 0; i < indices.length; i++) {
    const start = (indices[i] as number) * dimensions;
    values.set(points.values.subarray(start, start + dimensions), i * dimensions);
  }
  return { count: indices.length, dimensions, values };
}

/**
 * Euclidean distance of row `i` of `a` to row `j` of `b` in 32-bit arithmetic: squares of even and of odd dimensions are summed apart,
 * in order, then together. Every distance in this folder is computed in exactly this order, so that all ways to get one agree bit
 * for bit.
 */
export function distance(a: Points, i: number, b: Points, j: number): number {
  const { dimensions } = a;
  const left = a.values;
  const right = b.values;
  const atLeft = i * dimensions;
  const atRight = j * dimensions;
  const paired = dimensions & ~1;
  let even = 0;
  let odd = 0;
  for (let d = 0; d < paired; d += 2) {
    const x = Math.fround((left[atLeft + d] as number) - (right[atRight + d] as number));
    const y = Math.fround((left[atLeft + d + 1] as number) - (right[atRight + d + 1] as number));
    even = Math.fround(even + Math.fround(x * x));
    odd = Math.fround(odd + Math.fround(y * y));
  }
  if (paired < dimensions) {
    const x = Math.fround((left[atLeft + paired] as number) - (right[atRight + paired] as number));
    even = Math.fround(even + Math.fround(x * x));
  }
  return Math.fround(Math.sqrt(Math.fround(even + odd)));
}
