import "../../beam/sdkVersion";
import { expect } from "chai";
import fc from "fast-check";
import * as beam from "apache-beam";
import { fixedWindows } from "apache-beam/transforms/windowings";
import { iterableSideInput, parDo } from "apache-beam/transforms/pardo";
import { groupByKey as beamGroupByKey } from "apache-beam/transforms/internal";
import { windowInto } from "apache-beam/transforms/window";
import { createRunner } from "apache-beam/runners/runner";
import { BlockFn } from "../../beam/blockFn";
import { installOperators } from "../../beam/operators";
import { registered } from "../../beam/registered";
import { runPipeline } from "../../beam/run";
import { create, groupByKey, stage, union } from "../../beam/stages";
import type { KeyedBytes, PCollection } from "../../beam/types";
import { collect, kv, SETTINGS, textOf } from "./collect";

type Pace = "sync" | "generator" | "microtask" | "turn" | "mixed";

/** Emits each element `copies` times, sooner or later. */
class CopyFn extends BlockFn {
  constructor(
    private readonly copies: number,
    private readonly pace: Pace,
    override concurrency: number,
  ) {
    super();
  }
  override process(element: KeyedBytes): Iterable<KeyedBytes> | Promise<Iterable<KeyedBytes>> {
    const copies = Array.from({ length: this.copies }, (_, i) => kv(`${element.key}.${i}`, textOf(element.value)));
    const pace = this.pace === "mixed" ? (["sync", "microtask", "turn"] as const)[element.key.length % 3] : this.pace;
    switch (pace) {
      case "generator":
        return copies.values();
      case "microtask":
        return Promise.resolve(copies);
      case "turn":
        return new Promise((resolve) => setImmediate(resolve, copies));
      default:
        return copies;
    }
  }
}

const seenByStock: unknown[] = [];

class StockKeepFn {
  *process(element: unknown): Generator<unknown> {
    seenByStock.push(element);
  }
}
class StockKeyFn {
  *process(value: unknown) {
    yield { key: { all: true }, value };
  }
}
class StockSizeFn {
  *process(_element: unknown, { side }: { side: { lookup(): Iterable<number> } }): Generator<unknown> {
    seenByStock.push([...side.lookup()].length);
  }
}
registered("test/beam/operators.test", { CopyFn, StockKeepFn, StockKeyFn, StockSizeFn });

const keysOf = (elements: readonly KeyedBytes[]) => elements.map(({ key }) => key).sort();

describe("operators together", () => {
  it("give what plain loops give, for any chain of stages with a branch and a group-by-key", async () => {
    const step = fc.record({
      copies: fc.integer({ min: 0, max: 3 }),
      pace: fc.constantFrom<Pace>("sync", "generator", "microtask", "turn", "mixed"),
      concurrency: fc.integer({ min: 1, max: 4 }),
    });
    const chain = fc.array(step, { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 20 }), chain, chain, async (count, left, right) => {
        const input = Array.from({ length: count }, (_, i) => kv(`k${i}`));
        const { elements } = await collect((root) => {
          const start = root.apply(create("In", input));
          const branch = (name: string, steps: typeof left) =>
            steps.reduce<PCollection<KeyedBytes>>(
              (at, { copies, pace, concurrency }, i) => at.apply(stage(`${name}${i}`, new CopyFn(copies, pace, concurrency))),
              start,
            );
          return union("Both", [branch("Left", left), branch("Right", right)]).apply(groupByKey("Group"));
        });
        const expected = [left, right].flatMap((steps) =>
          steps.reduce(
            (keys, { copies }) => keys.flatMap((key) => Array.from({ length: copies }, (_, i) => `${key}.${i}`)),
            input.map(({ key }) => key),
          ),
        );
        expect(keysOf(elements)).to.deep.equal(expected.sort());
      }),
      { numRuns: 60 },
    );
  });
});

describe("the operator map", () => {
  beforeEach(() => seenByStock.splice(0));

  it("leaves the SDK's own transforms as they are, also within our runs, and is filled once", async () => {
    installOperators();
    await runPipeline(
      "stock",
      (root) => {
        const numbers = root.apply(beam.create([1, 2, 3, 40]));
        numbers.apply(beam.withName("Keep", parDo(new StockKeepFn())));
        numbers
          .apply(windowInto(fixedWindows(10)))
          .apply(beam.withName("Key", parDo(new StockKeyFn())))
          .apply(beamGroupByKey())
          .apply(beam.withName("KeepGroup", parDo(new StockKeepFn())));
      },
      SETTINGS,
    );
    expect(seenByStock).to.have.deep.members([1, 2, 3, 40, { key: { all: true }, value: [1, 2, 3, 40] }]);
  });

  it("is needed: the SDK's own side input is empty for the second element", async () => {
    await createRunner({ runner: "direct" }).run((root) => {
      const side = root.apply(beam.withName("Side", beam.create([7, 8])));
      root
        .apply(beam.withName("Main", beam.create([1, 2])))
        .apply(beam.withName("Count", parDo(new StockSizeFn(), { side: iterableSideInput(side) })));
    });
    expect(seenByStock).to.deep.equal([2, 0]);
  });
});
