import { expect } from "chai";
import fc from "fast-check";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, create, source, type BytesCombineFn } from "../../beam/stages";
import { collect, kv, textOf, utf8 } from "./collect";

let calls: string[] = [];

/** Sum, smallest and count of decimal numbers, as "sum min count". */
class SummaryCombineFn implements BytesCombineFn {
  createAccumulator() {
    return utf8("0 Infinity 0");
  }
  addInput(accumulator: Uint8Array, input: Uint8Array) {
    calls.push("add");
    return this.mergeAccumulators([accumulator, this.ofOne(input)]);
  }
  mergeAccumulators(accumulators: Iterable<Uint8Array>) {
    let sum = 0;
    let min = Infinity;
    let count = 0;
    for (const accumulator of accumulators) {
      const [s, m, c] = textOf(accumulator).split(" ").map(Number) as [number, number, number];
      sum += s;
      min = Math.min(min, m);
      count += c;
    }
    return utf8(`${sum} ${min} ${count}`);
  }
  extractOutput(accumulator: Uint8Array) {
    return utf8(`=${textOf(accumulator)}`);
  }
  protected ofOne(input: Uint8Array) {
    return utf8(`${textOf(input)} ${textOf(input)} 1`);
  }
}

class BatchedSummaryCombineFn extends SummaryCombineFn {
  combineBatch(inputs: Iterable<Uint8Array>) {
    calls.push("batch");
    return this.mergeAccumulators([...inputs].map((input) => this.ofOne(input)));
  }
}

/** 12 MB in values of 100 kB, over three keys. */
class LargeFn extends BlockFn<Uint8Array> {
  override *process() {
    for (let i = 0; i < 120; i++) {
      yield { key: `k${i % 3}`, value: utf8(String(i).padStart(100_000, "0")) };
    }
  }
}

registered("test/beam/combine.test", { SummaryCombineFn, BatchedSummaryCombineFn, LargeFn });

describe("combinePerKey", () => {
  beforeEach(() => (calls = []));

  for (const fn of [new SummaryCombineFn(), new BatchedSummaryCombineFn()]) {
    it(`equals a plain loop for any input (${fn.constructor.name})`, async () => {
      const inputs = fc.array(fc.tuple(fc.constantFrom("a", "b", "__proto__"), fc.integer({ min: -1000, max: 2 ** 40 })));
      await fc.assert(
        fc.asyncProperty(inputs, async (pairs) => {
          const { elements } = await collect((root) =>
            root
              .apply(
                create(
                  "In",
                  pairs.map(([key, n]) => kv(key, String(n))),
                ),
              )
              .apply(combinePerKey("Sum", fn)),
          );
          const expected = new Map<string, number[]>();
          for (const [key, n] of pairs) {
            expected.set(key, [...(expected.get(key) ?? []), n]);
          }
          expect(new Map(elements.map(({ key, value }) => [key, textOf(value)]))).to.deep.equal(
            new Map([...expected].map(([key, ns]) => [key, `=${ns.reduce((a, b) => a + b)} ${Math.min(...ns)} ${ns.length}`])),
          );
        }),
        { numRuns: 40 },
      );
    });
  }

  it("folds batches of a few megabytes, never one accumulator step an input, when it can", async () => {
    const run = (fn: BytesCombineFn) =>
      collect((root) => root.apply(source("Large", new LargeFn())).apply(combinePerKey("Sum", fn)));
    const { elements } = await run(new BatchedSummaryCombineFn());
    expect(calls).to.deep.equal(Array<string>(9).fill("batch"));
    const { elements: oneByOne } = await run(new SummaryCombineFn());
    const sums = [0, 1, 2].map((k) => Array.from({ length: 40 }, (_, i) => 3 * i + k).reduce((a, b) => a + b));
    expect(elements.map(({ key, value }) => `${key}${textOf(value)}`)).to.deep.equal(
      sums.map((sum, k) => `k${k}=${sum} ${k} 40`),
    );
    expect(oneByOne).to.deep.equal(elements);
  });

  it("gives nothing for nothing", async () => {
    const { elements } = await collect((root) =>
      root.apply(create("In", [])).apply(combinePerKey("Sum", new SummaryCombineFn())),
    );
    expect(elements).to.deep.equal([]);
  });
});
