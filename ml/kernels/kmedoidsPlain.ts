import type { DistanceKernel } from "./kmedoidsKernel";

/** The plain twin of `kmedoids.as`: the same bits, for machines without WebAssembly SIMD and as the reference in tests. */
export function openPlainKernel(bytes: number): DistanceKernel {
  const buffer = new ArrayBuffer(bytes);
  const floats = new Float32Array(buffer);
  const { fround, sqrt } = Math;
  const square = (sum: number, a: number, b: number) => {
    const t = fround(a - b);
    return fround(sum + fround(t * t));
  };

  const row = (points: number, blocks: number, dims: number, query: number, stride: number, out: number) => {
    const step = stride >> 2;
    let p = points >> 2;
    let o = out >> 2;
    for (let b = 0; b < blocks; b++) {
      // Four points at once, even and odd dimensions apart: eight sums that do not wait for each other.
      let e0 = 0;
      let e1 = 0;
      let e2 = 0;
      let e3 = 0;
      let o0 = 0;
      let o1 = 0;
      let o2 = 0;
      let o3 = 0;
      let q = query >> 2;
      for (let d = 0; d < dims; d += 2) {
        const x = floats[q] as number;
        const y = floats[q + step] as number;
        e0 = square(e0, floats[p] as number, x);
        e1 = square(e1, floats[p + 1] as number, x);
        e2 = square(e2, floats[p + 2] as number, x);
        e3 = square(e3, floats[p + 3] as number, x);
        o0 = square(o0, floats[p + 4] as number, y);
        o1 = square(o1, floats[p + 5] as number, y);
        o2 = square(o2, floats[p + 6] as number, y);
        o3 = square(o3, floats[p + 7] as number, y);
        q += 2 * step;
        p += 8;
      }
      floats[o] = sqrt(fround(e0 + o0));
      floats[o + 1] = sqrt(fround(e1 + o1));
      floats[o + 2] = sqrt(fround(e2 + o2));
      floats[o + 3] = sqrt(fround(e3 + o3));
      o += 4;
    }
  };

  const fourRows = (points: number, blocks: number, dims: number, query: number, out: number, outStride: number) => {
    for (let lane = 0; lane < 4; lane++) {
      row(points, blocks, dims, query + 4 * lane, 16, out + lane * outStride);
    }
  };

  const mirroredRows = (points: number, blocks: number, dims: number, block: number, matrix: number, stride: number) => {
    const own = points + block * dims * 16;
    const corner = matrix + block * 4 * stride + block * 16;
    fourRows(own, blocks - block, dims, own, corner, stride);
    for (let i = 0; i < 4; i++) {
      for (let j = 4; j < (blocks - block) * 4; j++) {
        floats[(corner + j * stride + i * 4) >> 2] = floats[(corner + i * stride + j * 4) >> 2] as number;
      }
    }
  };

  const keepNearest = (distances: number, blocks: number, label: number, best: number, labels: number) => {
    const label32 = new Int32Array(buffer);
    for (let i = 0; i < blocks * 4; i++) {
      const d = floats[(distances >> 2) + i] as number;
      if (d < (floats[(best >> 2) + i] as number)) {
        floats[(best >> 2) + i] = d;
        label32[(labels >> 2) + i] = label;
      }
    }
  };

  const sum = (distances: number, count: number) => {
    let even = 0;
    let odd = 0;
    const at = distances >> 2;
    for (let i = 0; i + 1 < count; i += 2) {
      even += floats[at + i] as number;
      odd += floats[at + i + 1] as number;
    }
    if (count % 2 === 1) even += floats[at + count - 1] as number;
    return even + odd;
  };

  const evaluate = (distances: number, blocks: number, nearest: number, first: number, second: number, losses: number) => {
    const count = blocks * 4;
    const toCandidate = new Float32Array(buffer, distances, count);
    const slots = new Uint16Array(buffer, nearest, count);
    const firsts = new Float32Array(buffer, first, count);
    const seconds = new Float32Array(buffer, second, count);
    const bySlot = new Float64Array(buffer, losses);
    const shared = [0, 0] as [number, number];
    for (let o = 0; o < count; o++) {
      const d = toCandidate[o] as number;
      const d2 = seconds[o] as number;
      if (d < d2) {
        const d1 = firsts[o] as number;
        const parity = (o & 1) as 0 | 1;
        const at = 2 * (slots[o] as number) + parity;
        if (d < d1) {
          shared[parity] += d - d1;
          bySlot[at] = (bySlot[at] as number) + (d1 - d2);
        } else {
          bySlot[at] = (bySlot[at] as number) + (d - d2);
        }
      }
    }
    return shared[0] + shared[1];
  };
  return { buffer, row, fourRows, mirroredRows, keepNearest, sum, evaluate, release: () => undefined };
}
