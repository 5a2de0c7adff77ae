import { KMEDOIDS_WASM } from "./kmedoidsWasm";
import { openPlainKernel } from "./kmedoidsPlain";

/**
 * The hot loops of k-medoids over one block of memory; all positions are bytes into `buffer`, multiples of 16. Points lie in blocks of
 * four, interleaved by dimension (`PointMemory` in `ml/kmedoids/pointMemory.ts` writes them), with an even number of dimensions.
 */
export interface DistanceKernel {
  readonly buffer: ArrayBuffer;
  /** Distances of one query to all points, 32-bit. Value d of the query is at `query + d·stride`. */
  row(points: number, blocks: number, dims: number, query: number, stride: number, out: number): void;
  /** Distances of the four points of the block at `query` to all points: four rows, `outStride` bytes apart. */
  fourRows(points: number, blocks: number, dims: number, query: number, out: number, outStride: number): void;
  /** Distances of the four points of block number `block` to all from there on, into a whole matrix, both ways. */
  mirroredRows(points: number, blocks: number, dims: number, block: number, matrix: number, stride: number): void;
  /** Keeps, for each point, the smaller of its distance and `best` so far, with the 32-bit label it came from; equal ones stay. */
  keepNearest(distances: number, blocks: number, label: number, best: number, labels: number): void;
  /** Sum of `count` distances in 64 bits, those at even and at odd places apart, then together. `distances` is a multiple of 4. */
  sum(distances: number, count: number): number;
  /** FasterPAM's inner loop, see `SwapState.evaluate`; `nearest` is 16-bit, `losses` 64-bit. Padded points need both distances -1. */
  evaluate(distances: number, blocks: number, nearest: number, first: number, second: number, losses: number): number;
  /** Gives the memory back for reuse. The kernel and all views of its buffer must not be used after. */
  release(): void;
}

/** Makes a kernel with at least so many bytes, which may hold anything. */
export type OpenKernel = (bytes: number) => DistanceKernel;

const PAGE = 65_536;
/** Freed memories up to this size are kept for the next user; zeroing fresh pages costs more than most distances. */
const KEEP_UP_TO = 112 * 2 ** 20;
const KEEP_COUNT = 2;

interface WasmKernel {
  readonly memory: WebAssembly.Memory;
  readonly exports: Omit<DistanceKernel, "buffer" | "release">;
}

let compiled: WebAssembly.Module | null | undefined;
const free: WasmKernel[] = [];

/** The WebAssembly module, or null where SIMD is missing. Compiled once per thread. */
function wasmModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const bytes = Buffer.from(KMEDOIDS_WASM, "base64");
    compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return compiled;
}

export const hasSimd = () => wasmModule() !== null;

/** WebAssembly where this machine has SIMD, else the plain twin: the same results. */
export const openKernel: OpenKernel = (bytes) => (hasSimd() ? openWasmKernel(bytes) : openPlainKernel(bytes));

/** @throws Error where WebAssembly SIMD is missing; RangeError when the memory cannot be had */
export function openWasmKernel(bytes: number): DistanceKernel {
  const module = wasmModule();
  if (module === null) {
    throw new Error("this machine has no WebAssembly SIMD");
  }
  const pages = Math.max(1, Math.ceil(bytes / PAGE));
  free.sort((a, b) => b.memory.buffer.byteLength - a.memory.buffer.byteLength);
  const kernel = free.shift() ?? instantiate(module, pages);
  const missing = pages - kernel.memory.buffer.byteLength / PAGE;
  if (missing > 0) kernel.memory.grow(missing);
  let released = false;
  const release = () => {
    if (!released && free.length < KEEP_COUNT && kernel.memory.buffer.byteLength <= KEEP_UP_TO) free.push(kernel);
    released = true;
  };
  return { ...kernel.exports, buffer: kernel.memory.buffer, release };
}

function instantiate(module: WebAssembly.Module, pages: number): WasmKernel {
  const memory = new WebAssembly.Memory({ initial: pages });
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return { memory, exports: exports as unknown as WasmKernel["exports"] };
}
