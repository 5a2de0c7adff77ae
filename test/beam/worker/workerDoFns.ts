import type { DoFn, KV } from "apache-beam";
import { counter } from "apache-beam/transforms/pardo";
import { registered } from "../../../beam/registered";

type Pair = KV<string, Uint8Array>;

/** Passes elements on, each after a while of hard work. */
export class SlowFn implements DoFn<Pair, Pair> {
  constructor(readonly workMs: number) {}

  *process(pair: Pair): Generator<Pair> {
    for (const end = Date.now() + this.workMs; Date.now() < end;);
    yield pair;
  }
}

/** Makes `copies` values of `bytes` bytes from each element; byte 0 of each value counts up. */
export class MultiplyFn implements DoFn<Pair, Pair> {
  constructor(
    readonly copies: number,
    readonly bytes: number,
  ) {}

  *process({ key }: Pair): Generator<Pair> {
    for (let copy = 0; copy < this.copies; copy++) {
      const value = new Uint8Array(this.bytes);
      value[0] = copy;
      yield { key, value };
    }
  }
}

/** Counts elements in the counter `seen`, and throws at the key `bad`. */
export class CountFn implements DoFn<Pair, Pair, { seen: ReturnType<typeof counter> }> {
  *process(pair: Pair, context: { seen: ReturnType<typeof counter> }): Generator<Pair> {
    context?.seen?.increment(1);
    if (pair.key === "bad") {
      throw new RangeError("this key cannot be");
    }
    yield pair;
  }
}

registered("test/beam/worker/workerDoFns", { SlowFn, MultiplyFn, CountFn });
