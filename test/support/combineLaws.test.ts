import { expect } from "chai";
import fc from "fast-check";
import { obeysCombineLaws, type CombineLike } from "./combineLaws";

const number = (value: number) => Uint8Array.of(value & 255, (value >> 8) & 255);
const valueOf = (bytes: Uint8Array) => (bytes[0] ?? 0) + 256 * (bytes[1] ?? 0);

class SumCombineFn implements CombineLike {
  createAccumulator() {
    return number(0);
  }
  addInput(sum: Uint8Array, input: Uint8Array) {
    return number(valueOf(sum) + valueOf(input));
  }
  mergeAccumulators(sums: Iterable<Uint8Array>) {
    return number([...sums].reduce((total, sum) => total + valueOf(sum), 0));
  }
  extractOutput(sum: Uint8Array) {
    return sum;
  }
}

/** Wrong on purpose: the output follows the order of inputs. */
class LastCombineFn extends SumCombineFn {
  override addInput(_: Uint8Array, input: Uint8Array) {
    return number(valueOf(input));
  }
}

describe("the law harness for CombineFns", () => {
  describe("with a sum", () => obeysCombineLaws(() => new SumCombineFn(), { inputs: fc.nat(1000).map(number) }));

  it("catches a CombineFn whose output follows the order of inputs", () => {
    const laws = new Map<string, () => void>();
    const declare = globalThis.it;
    globalThis.it = ((name: string, law: () => void) => laws.set(name, law)) as unknown as typeof declare;
    try {
      obeysCombineLaws(() => new LastCombineFn(), { inputs: fc.nat(1000).map(number) });
    } finally {
      globalThis.it = declare;
    }
    expect(laws.get("gives the same output for every split, order and grouping")).to.throw();
  });
});
