import { packColumns, unpackColumns } from "./columnBlock";
import { decodeSessionBlock, type SessionBlock } from "./sessionBlock";

/** A sampled session that belongs to no cluster: no event of it had a weight in discovery. */
export const NO_CLUSTER = 0xffff;

/**
 * Sampled sessions of ONE app with the cluster each was put in: a session block plus the column `cluster`. What discovery hands to
 * training. The sample holds human sessions that are not too short; blocks of one app, in file order, are the app's sample.
 */
export interface LabelledBlock extends SessionBlock {
  /** Cluster number of each session, 0-based as in the discovery's cards, or `NO_CLUSTER`. */
  readonly cluster: Uint16Array;
}

/** Adds cluster numbers to an encoded session block. @throws RangeError when the lengths differ. */
export function encodeLabelledBlock(sessionBlock: Uint8Array, cluster: Uint16Array): Uint8Array {
  const columns = unpackColumns(sessionBlock);
  if (columns["startMs"]?.length !== cluster.length) {
    throw new RangeError(`${cluster.length} cluster labels for ${columns["startMs"]?.length} sessions`);
  }
  return packColumns({ ...columns, cluster });
}

/** @throws RangeError when `bytes` is not a labelled block. */
export function decodeLabelledBlock(bytes: Uint8Array): LabelledBlock {
  const cluster = unpackColumns(bytes)["cluster"];
  if (!(cluster instanceof Uint16Array)) {
    throw new RangeError("not a labelled block: column cluster is missing");
  }
  return { ...decodeSessionBlock(bytes), cluster };
}

/** Name of sample file `part` of an app in a discovery folder. App names are escaped so that any name is a file name. */
export const sampleFileName = (app: string, part: number) =>
  `sample-${encodeURIComponent(app).replaceAll("*", "%2A")}-${String(part).padStart(4, "0")}.blocks`;

const SAMPLE_FILE = /^sample-(.+)-(\d{4,})\.blocks$/;

/** App and part of a sample file's base name, or null when it is another kind of file. */
export function parseSampleFileName(name: string): { readonly app: string; readonly part: number } | null {
  const match = SAMPLE_FILE.exec(name);
  return match === null ? null : { app: decodeURIComponent(match[1] as string), part: Number(match[2]) };
}

/** Content of a `.blocks` file: per block u32 length (little endian), 4 zero bytes, the block, zeros up to a multiple of 8. */
export function joinBlocks(blocks: readonly Uint8Array[]): Uint8Array {
  const sizes = blocks.map((block) => 8 + align8(block.length));
  const bytes = new Uint8Array(sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  blocks.forEach((block, i) => {
    view.setUint32(at, block.length, true);
    bytes.set(block, at + 8);
    at += sizes[i] as number;
  });
  return bytes;
}

/** Blocks of a `.blocks` file, as views of it. @throws RangeError when the file is cut short. */
export function splitBlocks(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = at + 8 <= bytes.length ? view.getUint32(at, true) : Infinity;
    if (at + 8 + length > bytes.length) {
      throw new RangeError(`blocks file cut short at byte ${at}`);
    }
    blocks.push(bytes.subarray(at + 8, at + 8 + length));
    at += 8 + align8(length);
  }
  return blocks;
}

const align8 = (n: number) => (n + 7) & ~7;
