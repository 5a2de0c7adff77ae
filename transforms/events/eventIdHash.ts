/** 64-bit hash of an event id in two halves, `[0]` high and `[1]` low; two multiplicative lanes, mixed at the end. Written to `out`. */
export function hashEventId(bytes: Uint8Array, start: number, end: number, out: Uint32Array): void {
  let a = 0x9e3779b1 ^ (end - start);
  let b = 0x85ebca77;
  for (let i = start; i < end; i++) {
    const x = bytes[i]!;
    a = Math.imul(a ^ x, 0x9e3779b1);
    b = Math.imul(b ^ x, 0x5f356495);
  }
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^ Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^ Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  out[0] = a;
  out[1] = b;
}
