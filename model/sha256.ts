import { createHash } from "node:crypto";

/** First 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const { ROUNDS, START } = constants();

/** Longest message that fits one block with its padding. */
const ONE_BLOCK_BYTES = 55;

/**
 * SHA-256 (FIPS 180-4) of many short messages: one block in plain integers costs half of what a call into the crypto library does.
 * Longer messages go to the library.
 */
export class ShortSha256 {
  private readonly schedule = new Int32Array(64);
  private readonly state = new Int32Array(8);
  private readonly block = new Uint8Array(64);
  private readonly view = new DataView(this.block.buffer);

  /** Writes the first `digestBytes` (a multiple of 4, at most 32) of the digest of `message[0 .. length]` as lower-case hex. */
  writeHex(message: Uint8Array, length: number, digestBytes: number, output: Uint8Array, at: number): void {
    const words = this.words(message, length);
    for (let i = 0; i < digestBytes >> 2; i++) {
      const word = words[i]!;
      at = hexByte(word >>> 24, output, at);
      at = hexByte((word >>> 16) & 255, output, at);
      at = hexByte((word >>> 8) & 255, output, at);
      at = hexByte(word & 255, output, at);
    }
  }

  /** The digest of `message[0 .. length]` as eight words of 32 bits, which the next call overwrites. */
  words(message: Uint8Array, length: number): Int32Array {
    const { block, view, schedule, state } = this;
    if (length > ONE_BLOCK_BYTES) {
      const digest = createHash("sha256").update(message.subarray(0, length)).digest();
      for (let i = 0; i < state.length; i++) state[i] = digest.readInt32BE(4 * i);
      return state;
    }
    for (let i = 0; i < length; i++) block[i] = message[i]!;
    block.fill(0, length);
    block[length] = 0x80;
    view.setUint32(60, length * 8);
    for (let i = 0; i < 16; i++) schedule[i] = view.getInt32(4 * i);
    compress(schedule, state);
    return state;
  }
}

const HEX = Buffer.from("0123456789abcdef");

function hexByte(byte: number, output: Uint8Array, at: number): number {
  output[at] = HEX[byte >>> 4]!;
  output[at + 1] = HEX[byte & 15]!;
  return at + 2;
}

function compress(words: Int32Array, state: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15]!;
    const y = words[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16]! + s0 + words[i - 7]! + s1) | 0;
  }
  let a = START[0]!;
  let b = START[1]!;
  let c = START[2]!;
  let d = START[3]!;
  let e = START[4]!;
  let f = START[5]!;
  let g = START[6]!;
  let h = START[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i]! + words[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] = START[0]! + a;
  state[1] = START[1]! + b;
  state[2] = START[2]! + c;
  state[3] = START[3]! + d;
  state[4] = START[4]! + e;
  state[5] = START[5]! + f;
  state[6] = START[6]! + g;
  state[7] = START[7]! + h;
}

function constants(): { ROUNDS: Int32Array; START: Int32Array } {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) {
    if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  }
  const fraction = (root: number) => (root - Math.floor(root)) * 0x100000000;
  return {
    ROUNDS: Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)) | 0),
    START: Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)) | 0),
  };
}
