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

// Distances of the four points of the block at query to the points of `blocks` blocks: four rows, outStride bytes apart. Where `down` is
// not 0, also as four columns from there on.
@inline function four(p: usize, blocks: i32, dims: i32, query: usize, across: usize, down: usize, step: usize): void {
  for (let b = 0; b < blocks; b++) {
    let e0 = f32x4.splat(0), e1 = e0, e2 = e0, e3 = e0, o0 = e0, o1 = e0, o2 = e0, o3 = e0;
    let q = query;
    for (let d = 0; d < dims; d += 2) {
      e0 = addSquare(e0, p, v128.load32_splat(q));
      e1 = addSquare(e1, p, v128.load32_splat(q, 4));
      e2 = addSquare(e2, p, v128.load32_splat(q, 8));
      e3 = addSquare(e3, p, v128.load32_splat(q, 12));
      o0 = addSquare(o0, p + 16, v128.load32_splat(q, 16));
      o1 = addSquare(o1, p + 16, v128.load32_splat(q, 20));
      o2 = addSquare(o2, p + 16, v128.load32_splat(q, 24));
      o3 = addSquare(o3, p + 16, v128.load32_splat(q, 28));
      q += 32;
      p += 32;
    }
    e0 = f32x4.sqrt(f32x4.add(e0, o0));
    e1 = f32x4.sqrt(f32x4.add(e1, o1));
    e2 = f32x4.sqrt(f32x4.add(e2, o2));
    e3 = f32x4.sqrt(f32x4.add(e3, o3));
    v128.store(across, e0);
    v128.store(across + step, e1);
    v128.store(across + 2 * step, e2);
    v128.store(across + 3 * step, e3);
    if (down != 0) {
      const low01 = i32x4.shuffle(e0, e1, 0, 4, 1, 5);
      const low23 = i32x4.shuffle(e2, e3, 0, 4, 1, 5);
      const high01 = i32x4.shuffle(e0, e1, 2, 6, 3, 7);
      const high23 = i32x4.shuffle(e2, e3, 2, 6, 3, 7);
      v128.store(down, i32x4.shuffle(low01, low23, 0, 1, 4, 5));
      v128.store(down + step, i32x4.shuffle(low01, low23, 2, 3, 6, 7));
      v128.store(down + 2 * step, i32x4.shuffle(high01, high23, 0, 1, 4, 5));
      v128.store(down + 3 * step, i32x4.shuffle(high01, high23, 2, 3, 6, 7));
      down += 4 * step;
    }
    across += 16;
  }
}

// Distances of the four points of the block at query to all points: four rows, outStride bytes apart.
export function fourRows(points: usize, blocks: i32, dims: i32, query: usize, out: usize, outStride: i32): void {
  four(points, blocks, dims, query, out, 0, <usize>outStride);
}

// Distances of the four points of block number `block` to all from there on, into a whole matrix, both ways: done for every block, they
// fill it.
export function mirroredRows(points: usize, blocks: i32, dims: i32, block: i32, matrix: usize, stride: i32): void {
  const step = <usize>stride;
  const own = points + (<usize>block * <usize>dims << 4);
  const corner = matrix + (<usize>block << 2) * step + (<usize>block << 4);
  four(own, blocks - block, dims, own, corner, corner, step);
}

// Keeps the smaller of each point's distance and the best so far, with the label it came from; equal ones stay as they are.
export function keepNearest(distances: usize, blocks: i32, label: i32, best: usize, labels: usize): void {
  const mine = i32x4.splat(label);
  const end = distances + (<usize>blocks << 4);
  while (distances < end) {
    const d = ld(distances);
    const b = ld(best);
    const nearer = f32x4.lt(d, b);
    v128.store(best, v128.bitselect(d, b, nearer));
    v128.store(labels, v128.bitselect(mine, ld(labels), nearer));
    distances += 16;
    best += 16;
    labels += 16;
  }
}

// Sum of `count` distances in 64 bits: those at even and at odd places apart, in order, then together.
export function sum(distances: usize, count: i32): f64 {
  let sums = f64x2.splat(0);
  const end = distances + (<usize>count << 2);
  const whole = distances + ((<usize>count & ~3) << 2);
  while (distances < whole) {
    const d = ld(distances);
    sums = f64x2.add(f64x2.add(sums, f64x2.promote_low_f32x4(d)), upper(d));
    distances += 16;
  }
  let even = f64x2.extract_lane(sums, 0);
  let odd = f64x2.extract_lane(sums, 1);
  if (distances < end) even += <f64>load<f32>(distances);
  if (distances + 4 < end) odd += <f64>load<f32>(distances, 4);
  if (distances + 8 < end) even += <f64>load<f32>(distances, 8);
  return even + odd;
}

// Bits of the 16 points from `at` on that are nearer to the candidate than to their second medoid.
@inline function affected(distances: usize, second: usize): u32 {
  const a = f32x4.lt(ld(distances), ld(second));
  const b = f32x4.lt(v128.load(distances, 16), v128.load(second, 16));
  const c = f32x4.lt(v128.load(distances, 32), v128.load(second, 32));
  const d = f32x4.lt(v128.load(distances, 48), v128.load(second, 48));
  return i8x16.bitmask(i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d)));
}

@inline function upper(v: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3));
}

@inline function addTo(sum: usize, value: f64): void {
  store<f64>(sum, load<f64>(sum) + value);
}

// FasterPAM's inner loop: see SwapState.evaluate. Four points at a time; points that are not affected add zero. Points with the same
// medoid often stand side by side, so their sums stay in registers until a block has another medoid. Padded points have first = second
// = -1, so no distance is below.
export function evaluate(distances: usize, blocks: i32, nearest: usize, first: usize, second: usize, losses: usize): f64 {
  let shared = f64x2.splat(0);
  let held = losses;
  let sums = ld(held);
  const end = distances + (<usize>blocks << 4);
  const whole = distances + ((<usize>blocks & ~3) << 4);
  while (distances < end) {
    let mask: u32;
    let step: usize;
    if (distances < whole) {
      mask = affected(distances, second);
      step = 64;
    } else {
      mask = i32x4.bitmask(f32x4.lt(ld(distances), ld(second)));
      step = 16;
    }
    for (let at: usize = 0; mask != 0; mask >>= 4, at += 16) {
      if ((mask & 15) == 0) continue;
      const d = ld(distances + at);
      const d1 = ld(first + at);
      const d2 = ld(second + at);
      const near = f32x4.pmin(d1, d);
      const far = f32x4.pmin(d2, f32x4.pmax(d1, d));
      shared = f64x2.add(shared, f64x2.sub(f64x2.promote_low_f32x4(near), f64x2.promote_low_f32x4(d1)));
      shared = f64x2.add(shared, f64x2.sub(upper(near), upper(d1)));
      const low = f64x2.sub(f64x2.promote_low_f32x4(far), f64x2.promote_low_f32x4(d2));
      const high = f64x2.sub(upper(far), upper(d2));
      const slots = load<u64>(nearest + (at >> 1));
      const slot = slots & 0xffff;
      if (slots == slot * 0x0001000100010001) {
        const place = losses + (<usize>slot << 4);
        if (place != held) {
          v128.store(held, sums);
          sums = ld(place);
          held = place;
        }
        sums = f64x2.add(f64x2.add(sums, low), high);
      } else {
        v128.store(held, sums);
        addTo(losses + (<usize>slot << 4), f64x2.extract_lane(low, 0));
        addTo(losses + (<usize>((slots >> 16) & 0xffff) << 4) + 8, f64x2.extract_lane(low, 1));
        addTo(losses + (<usize>((slots >> 32) & 0xffff) << 4), f64x2.extract_lane(high, 0));
        addTo(losses + (<usize>(slots >> 48) << 4) + 8, f64x2.extract_lane(high, 1));
        sums = ld(held);
      }
    }
    distances += step;
    second += step;
    first += step;
    nearest += step >> 1;
  }
  v128.store(held, sums);
  return f64x2.extract_lane(shared, 0) + f64x2.extract_lane(shared, 1);
}
