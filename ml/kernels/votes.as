// Bit-sliced votes of a forest, 128 rows a step, one bit each. The plain twin is ml/forest/bitSliced.ts; same memory contents, same votes.
//
// codes   i32, row-major: for each feature the position of the row's code among all masks
// order   i32: rows in the order in which they are taken
// starts  i32, featureCount + 1: first mask of each feature, and the number of masks
// nodes   i32 pairs: (mask, position of the right subtree in nodes), or (-1 - class, 0) for a leaf; roots: position of each tree
// masks, stack (32 bytes an entry), leaf (16 bytes a class), counters (16 bytes a plane and class): scratch, 16-byte aligned
// label, votes  u16 a row

@inline
function maskRows(codes: usize, order: usize, lanes: i32, featureCount: i32, starts: usize, masks: usize): void {
  const total = <usize>load<i32>(starts + (<usize>featureCount << 2));
  memory.fill(masks, 0, total << 4);
  for (let lane = 0; lane < lanes; lane++) {
    const bit: i32 = 1 << (lane & 31);
    const word = masks + ((<usize>lane >> 5) << 2);
    let at = codes + <usize>(load<i32>(order + (<usize>lane << 2)) * featureCount) * 4;
    const end = at + (<usize>featureCount << 2);
    for (; at < end; at += 4) {
      const mask = word + (<usize>load<i32>(at) << 4);
      store<i32>(mask, load<i32>(mask) | bit);
    }
  }
  for (let f = 0; f < featureCount; f++) {
    const start = masks + (<usize>load<i32>(starts + (<usize>f << 2)) << 4);
    let at = masks + (<usize>load<i32>(starts + (<usize>f << 2) + 4) << 4);
    let above = i32x4.splat(0);
    while (at > start) {
      at -= 16;
      const here = v128.load(at);
      v128.store(at, above);
      above = v128.or(above, here);
    }
  }
}

@inline
function liveLanes(lanes: i32, scratch: usize): v128 {
  for (let word = 0; word < 4; word++) {
    const live = lanes - (word << 5);
    store<i32>(scratch + (<usize>word << 2), live >= 32 ? -1 : live <= 0 ? 0 : (1 << live) - 1);
  }
  return v128.load(scratch);
}

@inline
function walkTrees(
  all: v128, trees: i32, classes: i32, planes: i32,
  masks: usize, nodes: usize, roots: usize, stack: usize, leaf: usize, counters: usize,
): void {
  for (let tree = 0; tree < trees; tree++) {
    memory.fill(leaf, 0, <usize>classes << 4);
    let top = stack;
    let at = nodes + (<usize>load<i32>(roots + (<usize>tree << 2)) << 2);
    let rows = all;
    for (;;) {
      const node = load<i32>(at);
      if (node < 0) {
        const cell = leaf + (<usize>(-1 - node) << 4);
        v128.store(cell, v128.or(v128.load(cell), rows));
        if (top == stack) break;
        top -= 32;
        rows = v128.load(top);
        at = <usize>load<i32>(top, 16);
      } else {
        const above = v128.load(masks + (<usize>node << 4));
        const right = v128.and(rows, above);
        const left = v128.andnot(rows, above);
        if (!v128.any_true(left)) {
          at = nodes + (<usize>load<i32>(at, 4) << 2);
        } else {
          if (v128.any_true(right)) {
            v128.store(top, right);
            store<i32>(top, <i32>(nodes + (<usize>load<i32>(at, 4) << 2)), 16);
            top += 32;
          }
          at += 8;
          rows = left;
        }
      }
    }
    for (let c = 0; c < classes; c++) {
      let carry = v128.load(leaf + (<usize>c << 4));
      let cell = counters + (<usize>(c * planes) << 4);
      while (v128.any_true(carry)) {
        const bits = v128.load(cell);
        v128.store(cell, v128.xor(bits, carry));
        carry = v128.and(bits, carry);
        cell += 16;
      }
    }
  }
}

// Largest counter, the lowest class on ties; class 0's counter becomes the best, `leaf` the class number in four planes.
@inline
function findWinners(classes: i32, planes: i32, leaf: usize, counters: usize): void {
  let id0 = i32x4.splat(0), id1 = i32x4.splat(0), id2 = i32x4.splat(0), id3 = i32x4.splat(0);
  for (let c = 1; c < classes; c++) {
    const mine = counters + (<usize>(c * planes) << 4);
    let greater = i32x4.splat(0), equal = i32x4.splat(-1);
    for (let plane = planes - 1; plane >= 0; plane--) {
      const a = v128.load(mine + (<usize>plane << 4)), b = v128.load(counters + (<usize>plane << 4));
      greater = v128.or(greater, v128.and(equal, v128.andnot(a, b)));
      equal = v128.andnot(equal, v128.xor(a, b));
    }
    for (let plane = 0; plane < planes; plane++) {
      const best = counters + (<usize>plane << 4);
      v128.store(best, v128.bitselect(v128.load(mine + (<usize>plane << 4)), v128.load(best), greater));
    }
    id0 = v128.bitselect(i32x4.splat(-(c & 1)), id0, greater);
    id1 = v128.bitselect(i32x4.splat(-((c >> 1) & 1)), id1, greater);
    id2 = v128.bitselect(i32x4.splat(-((c >> 2) & 1)), id2, greater);
    id3 = v128.bitselect(i32x4.splat(-((c >> 3) & 1)), id3, greater);
  }
  v128.store(leaf, id0);
  v128.store(leaf, id1, 16);
  v128.store(leaf, id2, 32);
  v128.store(leaf, id3, 48);
}

@inline
function bitsOf(planes: i32, from: usize, lane: i32): i32 {
  const word = from + ((<usize>lane >> 5) << 2);
  const shift = lane & 31;
  let value = 0;
  for (let plane = 0; plane < planes; plane++) {
    value |= ((load<u32>(word + (<usize>plane << 4)) >> shift) & 1) << plane;
  }
  return value;
}

export function vote(
  codes: usize, order: usize, rowCount: i32, featureCount: i32, starts: usize,
  nodes: usize, roots: usize, trees: i32, classes: i32, planes: i32,
  masks: usize, stack: usize, leaf: usize, counters: usize, label: usize, votes: usize,
): void {
  for (let first = 0; first < rowCount; first += 128) {
    const lanes = min(128, rowCount - first);
    const group = order + (<usize>first << 2);
    maskRows(codes, group, lanes, featureCount, starts, masks);
    memory.fill(counters, 0, <usize>(classes * planes) << 4);
    walkTrees(liveLanes(lanes, leaf), trees, classes, planes, masks, nodes, roots, stack, leaf, counters);
    findWinners(classes, planes, leaf, counters);
    for (let lane = 0; lane < lanes; lane++) {
      const row = <usize>load<i32>(group + (<usize>lane << 2)) << 1;
      store<u16>(label + row, <u16>bitsOf(4, leaf, lane));
      store<u16>(votes + row, <u16>bitsOf(planes, counters, lane));
    }
  }
}
