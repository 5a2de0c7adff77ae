import { VOTES_WASM } from "../kernels/votesWasm";
import { compileForest, type CompiledForest } from "./compile";
import type { Forest, Votes } from "./forest";
import { RowOrder } from "./rowOrder";

const PAGE = 65_536;

type VoteFunction = (...positionsAndCounts: number[]) => void;

let compiled: WebAssembly.Module | null | undefined;

/** The kernel, or null where WebAssembly or its 128-bit vectors are missing. */
function kernelModule(): WebAssembly.Module | null {
  if (compiled === undefined) {
    const bytes = Buffer.from(VOTES_WASM, "base64");
    compiled = typeof WebAssembly === "object" && WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return compiled;
}

/** The bit-sliced voter on 128 rows at once, in WebAssembly (`ml/kernels/votes.as`). Same votes as `BitSlicedVoter`. */
export class WasmVoter {
  private readonly forest: CompiledForest;
  private readonly rowOrder: RowOrder;
  private readonly memory: WebAssembly.Memory;
  private readonly run: VoteFunction;
  private readonly at: Readonly<Record<"starts" | "nodes" | "roots" | "masks" | "stack" | "leaf" | "counters" | "rows", number>>;

  private constructor(module: WebAssembly.Module, forest: Forest) {
    this.forest = compileForest(forest);
    this.rowOrder = new RowOrder(this.forest);
    const { maskStart, nodes, roots, featureCount, classCount, depth, planes } = this.forest;
    let top = PAGE;
    const reserve = (bytes: number) => {
      const start = top;
      top += (bytes + 15) & ~15;
      return start;
    };
    this.at = {
      starts: reserve(maskStart.byteLength),
      nodes: reserve(nodes.byteLength),
      roots: reserve(roots.byteLength),
      masks: reserve((maskStart[featureCount] as number) * 16),
      stack: reserve((depth + 1) * 32),
      leaf: reserve(Math.max(4, classCount) * 16),
      counters: reserve(classCount * planes * 16),
      rows: top,
    };
    this.memory = new WebAssembly.Memory({ initial: Math.ceil(top / PAGE) });
    const { buffer } = this.memory;
    new Int32Array(buffer, this.at.starts, maskStart.length).set(maskStart);
    new Int32Array(buffer, this.at.nodes, nodes.length).set(nodes);
    new Int32Array(buffer, this.at.roots, roots.length).set(roots);
    const instance = new WebAssembly.Instance(module, { env: { memory: this.memory } });
    this.run = instance.exports["vote"] as VoteFunction;
  }

  /** @returns null where the kernel cannot run. @param forest checked (`checkForest`), at most 16 classes */
  static open(forest: Forest): WasmVoter | null {
    const module = kernelModule();
    return module === null ? null : new WasmVoter(module, forest);
  }

  /** @param rows row-major, `featureCount` values a row */
  vote(rows: Float32Array, rowCount: number): Votes {
    const { featureCount, classCount, planes, roots } = this.forest;
    const { at, memory } = this;
    const codesAt = at.rows;
    const orderAt = codesAt + rowCount * featureCount * 4;
    const labelAt = orderAt + rowCount * 4;
    const votesAt = labelAt + rowCount * 2;
    const missing = votesAt + rowCount * 2 - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    const codes = new Int32Array(memory.buffer, codesAt, rowCount * featureCount);
    this.rowOrder.quantise(rows, rowCount, codes);
    this.rowOrder.sort(rows, rowCount, codes, new Int32Array(memory.buffer, orderAt, rowCount));
    this.run(
      ...[codesAt, orderAt, rowCount, featureCount, at.starts, at.nodes, at.roots, roots.length, classCount, planes],
      ...[at.masks, at.stack, at.leaf, at.counters, labelAt, votesAt],
    );
    return {
      label: new Uint16Array(memory.buffer, labelAt, rowCount).slice(),
      votes: new Uint16Array(memory.buffer, votesAt, rowCount).slice(),
    };
  }
}
