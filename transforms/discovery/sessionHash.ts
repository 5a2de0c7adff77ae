import { mixHash } from "../../model/eventBlock";
import type { SessionBlock, StringTable } from "../../model/sessionBlock";

/** Two independent 32-bit hashes of each session of a block. */
export interface SessionHashes {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * Hashes of (app, user, start, given id) and a seed: the same session has the same hashes on any engine, in any order, so that a sample
 * by smallest hash is the same everywhere.
 */
export function sessionHashes(block: SessionBlock, seed: number): SessionHashes {
  const high = new Uint32Array(block.sessionCount);
  const low = new Uint32Array(block.sessionCount);
  const apps = new Map<number, number>();
  const start = new Float64Array(1);
  const startWords = new Uint32Array(start.buffer);
  for (let i = 0; i < block.sessionCount; i++) {
    const app = block.app[i]!;
    let h = apps.get(app);
    if (h === undefined) {
      h = hashString(block.strings, app, mixHash(seed | 0));
      apps.set(app, h);
    }
    h = hashString(block.users, i, h);
    if (block.given) h = hashString(block.given, i, h);
    start[0] = block.startMs[i]!;
    h = mixHash(h ^ startWords[0]!);
    h = mixHash(Math.imul(h, 31) ^ startWords[1]!);
    high[i] = h;
    low[i] = mixHash(h ^ Math.imul(startWords[0]!, 0x9e3779b1));
  }
  return { high, low };
}

function hashString({ offsets, bytes }: StringTable, i: number, seed: number): number {
  let h = seed;
  for (let at = offsets[i]!; at < offsets[i + 1]!; at++) h = (Math.imul(h, 31) + bytes[at]!) | 0;
  return mixHash(h);
}

/** Bins of the high hash by which samples are drawn. */
export const HASH_BINS = 4096;
export const hashBin = (high: number) => high >>> 20;
