import { expect } from "chai";
import type { PCollection } from "apache-beam";
import { combinePerKey, create, groupByKey, onlyKeys, spread, union, type BytesCombineFn } from "../../beam/stages";
import { registered } from "../../beam/registered";
import type { KeyedBytes } from "../../beam/types";
import { collect, kv, textOf } from "./collect";

class SumCombineFn implements BytesCombineFn {
  createAccumulator() {
    return f64(0);
  }
  addInput(accumulator: Uint8Array, input: Uint8Array) {
    return f64(toF64(accumulator) + Number(textOf(input)));
  }
  mergeAccumulators(accumulators: Iterable<Uint8Array>) {
    return f64([...accumulators].reduce((sum, bytes) => sum + toF64(bytes), 0));
  }
  extractOutput(accumulator: Uint8Array) {
    return accumulator;
  }
}
registered("test/beam/stages.test", { SumCombineFn });

const f64 = (x: number) => new Uint8Array(new Float64Array([x]).buffer);
const toF64 = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);

describe("stages", () => {
  it("groups, routes, unites, spreads and combines", async () => {
    const { elements } = await collect((root) => {
      const numbers = root.apply(create("Numbers", [kv("a:1", "1"), kv("b:1", "2"), kv("a:1", "3")]));
      const spreadOut: PCollection<KeyedBytes> = numbers.apply(spread("Spread"));
      const onlyA = spreadOut.apply(onlyKeys("OnlyA", "a:"));
      const both = union("Both", [onlyA, numbers]);
      return both.apply(combinePerKey("Sum", new SumCombineFn())).apply(groupByKey("Group"));
    });
    const sums = Object.fromEntries(elements.map(({ key, value }) => [key, toF64(value)]));
    expect(sums).to.deep.equal({ "a:1": 8, "b:1": 2 });
  });
});
