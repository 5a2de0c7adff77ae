/**
 * A small fast generator (sfc32, C. Doty-Humphrey, PractRand) seeded by a few whole numbers: the same draws for the same words,
 * whatever was drawn elsewhere. So every user's every day is drawn on its own and no order of work can change it.
 */
export class Random {
  private a = 0;
  private b = 0;
  private c = 0;
  private counter = 0;

  constructor(...words: number[]) {
    this.seed(words[0] ?? 0, words[1] ?? 0, words[2] ?? 0);
  }

  /** Starts anew from three words, without a new object. */
  seed(a: number, b: number, c: number): void {
    this.a = a | 0;
    this.b = b | 0;
    this.c = c | 0;
    this.counter = 1;
    for (let i = 0; i < 12; i++) this.bits();
  }

  /** 32 random bits as a signed integer. */
  bits(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t;
  }

  /** Uniform in [0, 1). */
  next(): number {
    return (this.bits() >>> 0) / 4294967296;
  }

  /** A whole number in [0, n), n ≥ 1. */
  below(n: number): number {
    return Math.floor(this.next() * n);
  }

  /** Exponential with mean 1. */
  exponential(): number {
    return -Math.log(1 - this.next());
  }

  /** Standard normal (Box and Muller 1958). */
  gauss(): number {
    return Math.sqrt(2 * this.exponential()) * Math.cos(2 * Math.PI * this.next());
  }

  /** Gamma with the given shape > 0 and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) {
      return this.gamma(shape + 1) * Math.exp(-this.exponential() / shape);
    }
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.gauss();
      const v = (1 + c * x) * (1 + c * x) * (1 + c * x);
      if (v > 0 && Math.log(1 - this.next()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  /** Poisson with a small mean (Knuth): mean ≤ 20. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean);
    let n = 0;
    for (let product = this.next(); product > limit; product *= this.next()) n += 1;
    return n;
  }
}

/** Cumulative sums of weights, ending at 1; all zero weights give equal shares. */
export function cumulative(weights: ArrayLike<number>): Float64Array {
  const sums = new Float64Array(weights.length);
  let total = 0;
  for (let i = 0; i < weights.length; i++) sums[i] = total += weights[i] as number;
  for (let i = 0; i < sums.length; i++) sums[i] = total > 0 ? (sums[i] as number) / total : (i + 1) / sums.length;
  return sums;
}

/** First index whose cumulative share exceeds u in [0, 1). */
export function pick(sums: Float64Array, u: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sums[middle] as number) > u) high = middle;
    else low = middle + 1;
  }
  return low;
}
