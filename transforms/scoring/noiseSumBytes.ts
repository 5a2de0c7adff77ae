import type { NoiseSum } from "../../ml/noise";

/** 16 bytes, little endian: u64 sum of η in units of 2⁻²⁴ · u64 sessions. */
export function encodeNoiseSum({ sum, sessions }: NoiseSum): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, sum, true);
  view.setBigUint64(8, BigInt(sessions), true);
  return bytes;
}

export function decodeNoiseSum(bytes: Uint8Array): NoiseSum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return { sum: view.getBigUint64(0, true), sessions: Number(view.getBigUint64(8, true)) };
}
