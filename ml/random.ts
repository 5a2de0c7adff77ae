/** A source of numbers in [0, 1), each a multiple of 2⁻³². Handed in wherever chance is needed, so that results repeat. */
export type Random = () => number;

/**
 * Seeded generator: sfc32 (Doty-Humphrey's "small fast counter", 128 bits of state, period at least 2³²), seeded through splitmix32.
 * The same seed gives the same numbers on every machine. Not for secrets.
 * @param seed any number; only its lowest 32 bits of integer part count
 */
export function random(seed: number): Random {
  let state = seed | 0;
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let t = state ^ (state >>> 16);
    t = Math.imul(t, 0x21f0aaad);
    t ^= t >>> 15;
    t = Math.imul(t, 0x735a2d97);
    return t ^ (t >>> 15);
  };
  let a = next();
  let b = next();
  let c = next();
  let counter = 1;
  const draw = () => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + t;
    c |= 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) draw();
  return draw;
}

/**
 * A seed for one part of a job, from the job's seed and what names the part: `seedFrom(7, "stability", app, k, subset)`.
 * Parts that differ in value, type or order give unrelated seeds.
 * @returns unsigned 32-bit integer
 */
export function seedFrom(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = mix(0x811c9dc5, seed);
  for (const part of parts) {
    if (typeof part === "number") {
      hash = mix(Math.imul(hash ^ 1, 0x01000193), part);
    } else {
      hash = Math.imul(hash ^ 2, 0x01000193);
      for (let i = 0; i < part.length; i++) {
        hash = Math.imul(hash ^ part.charCodeAt(i), 0x01000193);
        hash ^= hash >>> 15;
      }
      hash = finish(hash ^ part.length);
    }
  }
  return finish(hash) >>> 0;
}

const words = new DataView(new ArrayBuffer(8));

function mix(hash: number, value: number): number {
  words.setFloat64(0, value, true);
  return finish(Math.imul(finish(hash ^ words.getInt32(0, true)), 31) ^ words.getInt32(4, true));
}

/** MurmurHash3's 32-bit finaliser. */
function finish(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** A whole number in 0 .. count-1, count ≤ 2³². */
export const below = (count: number, draw: Random) => Math.floor(draw() * count);

/** Shuffles in place (Fisher and Yates) and returns the same array. */
export function shuffle<T extends Uint32Array | Float64Array | unknown[]>(items: T, draw: Random): T {
  const array = items as unknown[];
  for (let i = array.length - 1; i > 0; i--) {
    const j = below(i + 1, draw);
    const kept = array[i];
    array[i] = array[j];
    array[j] = kept;
  }
  return items;
}

/**
 * `size` different whole numbers of 0 .. count-1, every subset equally likely, in random order (Floyd 1987 when few are wanted,
 * else a cut-short shuffle).
 * @throws RangeError when more are asked for than there are
 */
export function sampleWithoutReplacement(count: number, size: number, draw: Random): Uint32Array {
  if (!(size >= 0 && size <= count)) {
    throw new RangeError(`cannot draw ${size} different numbers from ${count}`);
  }
  if (size * 8 < count) {
    const chosen = new Set<number>();
    for (let top = count - size; top < count; top++) {
      const j = below(top + 1, draw);
      chosen.add(chosen.has(j) ? top : j);
    }
    return shuffle(Uint32Array.from(chosen), draw);
  }
  const all = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < size; i++) {
    const j = i + below(count - i, draw);
    const kept = all[i] as number;
    all[i] = all[j] as number;
    all[j] = kept;
  }
  return all.slice(0, size);
}
