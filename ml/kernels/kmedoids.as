// AssemblyScript, built by tools/buildKernels.ts into kmedoidsWasm.ts. The plain twin, kmedoidsPlain.ts, must give the same bits:
// keep the order of every addition.
//
// Points lie in blocks of four: f32 value of dimension d of point i at points + ((i >> 2) * dims * 4 + d * 4 + (i & 3)) * 4, dims even.

@inline function ld(p: usize): v128 {
  return v128.load(p);
}

@inline function addSquare(sum: v128, p: usize, q: v128): v128 {
  const t = f32x4.sub(ld(p), q);
  return f32x4.add(sum, f32x4.mul(t, t));
}

// Distances of one query to all points. Value d of the query is at query + d * stride.
export function row(points: usize, blocks: i32, dims: i32, query: usize, stride: i32, out: usize): void {
  const size = <usize>dims << 4;
  const step = <usize>stride;
  let b = 0;
  for (; b + 4 <= blocks; b += 4) {
    let e0 = f32x4.splat(0), e1 = e0, e2 = e0, e3 = e0, o0 = e0, o1 = e0, o2 = e0, o3 = e0;
    let q = query;
    let p = points;
    for (let d = 0; d < dims; d += 2) {
      let x = v128.load32_splat(q);
      e0 = addSquare(e0, p, x);
      e1 = addSquare(e1, p + size, x);
      e2 = addSquare(e2, p + 2 * size, x);
      e3 = addSquare(e3, p + 3 * size, x);
      q += step;
      p += 16;
      x = v128.load32_splat(q);
      o0 = addSquare(o0, p, x);
      o1 = addSquare(o1, p + size, x);
      o2 = addSquare(o2, p + 2 * size, x);
      o3 = addSquare(o3, p + 3 * size, x);
      q += step;
      p += 16;
    }
    v128.store(out, f32x4.sqrt(f32x4.add(e0, o0)));
    v128.store(out + 16, f32x4.sqrt(f32x4.add(e1, o1)));
    v128.store(out + 32, f32x4.sqrt(f32x4.add(e2, o2)));
    v128.store(out + 48, f32x4.sqrt(f32x4.add(e3, o3)));
    points += 4 * size;
    out += 64;
  }
  for (; b < blocks; b++) {
    let even = f32x4.splat(0), odd = even;
    let q = query;
    let p = points;
    for (let d = 0; d < dims; d += 2) {
      even = addSquare(even, p, v128.load32_splat(q));
      odd = addSquare(odd, p + 16, v128.load32_splat(q + step));
      q += 2 * step;
      p += 32;
    }
    v128.store(out, f32x4.sqrt(f32x4.add(even, odd)));
    points += size;
    out += 16;
  }
}

// Distances of the four points of the block at query to all points: four rows, outStride bytes apart.
export function fourRows(points: usize, blocks: i32, dims: i32, query: usize, out: usize, outStride: i32): void {
  const step = <usize>outStride;
  for (let b = 0; b < blocks; b++) {
    let e0 = f32x4.splat(0), e1 = e0, e2 = e0, e3 = e0, o0 = e0, o1 = e0, o2 = e0, o3 = e0;
    let q = query;
    for (let d = 0; d < dims; d += 2) {
      e0 = addSquare(e0, points, v128.load32_splat(q));
      e1 = addSquare(e1, points, v128.load32_splat(q, 4));
      e2 = addSquare(e2, points, v128.load32_splat(q, 8));
      e3 = addSquare(e3, points, v128.load32_splat(q, 12));
      o0 = addSquare(o0, points + 16, v128.load32_splat(q, 16));
      o1 = addSquare(o1, points + 16, v128.load32_splat(q, 20));
      o2 = addSquare(o2, points + 16, v128.load32_splat(q, 24));
      o3 = addSquare(o3, points + 16, v128.load32_splat(q, 28));
      q += 32;
      points += 32;
    }
    v128.store(out, f32x4.sqrt(f32x4.add(e0, o0)));
    v128.store(out + step, f32x4.sqrt(f32x4.add(e1, o1)));
    v128.store(out + 2 * step, f32x4.sqrt(f32x4.add(e2, o2)));
    v128.store(out + 3 * step, f32x4.sqrt(f32x4.add(e3, o3)));
    out += 16;
  }
}

// Bits of the 16 points from `at` on that are nearer to the candidate than to their second medoid.
@inline function affected(distances: usize, second: usize): u32 {
  const a = f32x4.lt(ld(distances), ld(second));
  const b = f32x4.lt(v128.load(distances, 16), v128.load(second, 16));
  const c = f32x4.lt(v128.load(distances, 32), v128.load(second, 32));
  const d = f32x4.lt(v128.load(distances, 48), v128.load(second, 48));
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

// FasterPAM's inner loop: see SwapState.evaluate. Padded points have second = -1, so no distance is below it. Whether a point is
// affected, and how, is hard to predict, so there is one branch per affected point and none on its kind.
export function evaluate(distances: usize, blocks: i32, nearest: usize, first: usize, second: usize, losses: usize): f64 {
  let shared: f64 = 0;
  const end = distances + (<usize>blocks << 4);
  const whole = distances + ((<usize>blocks & ~15) << 4);
  while (distances < end) {
    let mask: u64;
    let step: usize;
    if (distances < whole) {
      mask =
        <u64>affected(distances, second) |
        (<u64>affected(distances + 64, second + 64) << 16) |
        (<u64>affected(distances + 128, second + 128) << 32) |
        (<u64>affected(distances + 192, second + 192) << 48);
      step = 256;
    } else {
      mask = i32x4.bitmask(f32x4.lt(ld(distances), ld(second)));
      step = 16;
    }
    while (mask) {
      const o = <usize>ctz(mask) << 2;
      mask &= mask - 1;
      const d = <f64>load<f32>(distances + o);
      const d1 = <f64>load<f32>(first + o);
      const d2 = <f64>load<f32>(second + o);
      const loss = losses + (<usize>load<u16>(nearest + (o >> 1)) << 3);
      shared += min<f64>(d - d1, 0);
      store<f64>(loss, load<f64>(loss) + (max<f64>(d, d1) - d2));
    }
    distances += step;
    second += step;
    first += step;
    nearest += step >> 1;
  }
  return shared;
}
