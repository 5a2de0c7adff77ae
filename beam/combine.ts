import "./sdkVersion";
import { withName, type PCollection } from "apache-beam";
import { BlockFn } from "./blockFn";
import { registered } from "./registered";
import { groupByKey, stage } from "./stage";
import type { Grouped, KeyedBytes } from "./types";

/**
 * An accumulator over bytes. Accumulators may be merged in any order and grouping; the result must not depend on it.
 * Implementations are registered classes with methods only and plain data fields.
 */
export interface BytesCombineFn {
  createAccumulator(): Uint8Array;
  addInput(accumulator: Uint8Array, input: Uint8Array): Uint8Array;
  mergeAccumulators(accumulators: Iterable<Uint8Array>): Uint8Array;
  extractOutput(accumulator: Uint8Array): Uint8Array;
  /** The accumulator of several inputs at once, where that is cheaper than one by one. */
  combineBatch?(inputs: Iterable<Uint8Array>): Uint8Array;
}

/**
 * Combines all values of a key: each bundle first combines its own, so only accumulators are grouped. No output for no input.
 */
export function combinePerKey(name: string, fn: BytesCombineFn): (input: PCollection<KeyedBytes>) => PCollection<KeyedBytes> {
  return withName(
    name,
    (input: PCollection<KeyedBytes>) =>
      input
        .apply(stage("Precombine", new PrecombineFn(fn)))
        .apply(groupByKey("GroupAccumulators"))
        .apply(stage("MergeAccumulators", new MergeAccumulatorsFn(fn))) as PCollection<KeyedBytes>,
  );
}

/** Inputs held before they are folded, and accumulators held before they are handed on, in bytes. */
const MOST_INPUT_BYTES = 4 << 20;
const MOST_ACCUMULATOR_BYTES = 16 << 20;
/** What an input costs beside its bytes. */
const INPUT_OVERHEAD_BYTES = 128;

interface KeyState {
  inputs: Uint8Array[];
  accumulators: Uint8Array[];
}

/** Folds inputs in batches: one by one, each step would decode and encode the whole accumulator. */
export class PrecombineFn extends BlockFn {
  /** Per key; null outside of a bundle. */
  private states: Map<string, KeyState> | null = null;
  private inputBytes = 0;
  private accumulatorBytes = 0;

  constructor(private readonly fn: BytesCombineFn) {
    super();
  }

  override startBundle() {
    this.states = new Map();
    this.inputBytes = 0;
    this.accumulatorBytes = 0;
  }

  process({ key, value }: KeyedBytes): Iterable<KeyedBytes> | undefined {
    const states = this.states as Map<string, KeyState>;
    let state = states.get(key);
    if (state === undefined) {
      states.set(key, (state = { inputs: [], accumulators: [] }));
    }
    state.inputs.push(value);
    this.inputBytes += value.length + INPUT_OVERHEAD_BYTES;
    if (this.inputBytes < MOST_INPUT_BYTES) {
      return undefined;
    }
    this.foldAll();
    return this.accumulatorBytes < MOST_ACCUMULATOR_BYTES ? undefined : this.finishBundle();
  }

  override finishBundle(): Iterable<KeyedBytes> {
    this.foldAll();
    const outputs = [...(this.states as Map<string, KeyState>)].map(([key, { accumulators }]) => ({
      key,
      value: merged(this.fn, accumulators),
    }));
    this.startBundle();
    return outputs;
  }

  private foldAll(): void {
    this.inputBytes = 0;
    for (const state of (this.states as Map<string, KeyState>).values()) {
      if (state.inputs.length > 0) {
        const accumulator = batchAccumulator(this.fn, state.inputs);
        state.inputs = [];
        state.accumulators.push(accumulator);
        this.accumulatorBytes += accumulator.length + INPUT_OVERHEAD_BYTES;
      }
    }
  }
}

export class MergeAccumulatorsFn extends BlockFn<Grouped> {
  constructor(private readonly fn: BytesCombineFn) {
    super();
  }

  process({ key, value }: Grouped) {
    return [{ key, value: this.fn.extractOutput(merged(this.fn, [...value])) }];
  }
}

function batchAccumulator(fn: BytesCombineFn, inputs: readonly Uint8Array[]): Uint8Array {
  if (fn.combineBatch !== undefined) {
    return fn.combineBatch(inputs);
  }
  return merged(
    fn,
    inputs.map((input) => fn.addInput(fn.createAccumulator(), input)),
  );
}

function merged(fn: BytesCombineFn, accumulators: readonly Uint8Array[]): Uint8Array {
  return accumulators.length === 1 ? (accumulators[0] as Uint8Array) : fn.mergeAccumulators(accumulators);
}

registered("beam/combine", { PrecombineFn, MergeAccumulatorsFn });
