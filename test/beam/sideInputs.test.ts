import "../../beam/sdkVersion";
import { expect } from "chai";
import { Writer } from "protobufjs";
import { Pipeline } from "apache-beam/internal/pipeline";
import { Context } from "apache-beam/coders/coders";
import { Root } from "apache-beam/pvalue";
import { createRunner } from "apache-beam/runners/runner";
import { impulse } from "apache-beam/transforms/internal";
import { BundleProcessor } from "apache-beam/worker/worker";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { keyedBytesCoder } from "../../beam/coders";
import { registered } from "../../beam/registered";
import { create, onlyKeys, stage } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { collect, kv, textOf } from "./collect";

const seen: string[] = [];

class AskFn extends BlockFn {
  private atStart = "";
  constructor(private readonly how: "single" | "all") {
    super();
  }
  override startBundle(side: SideInputs) {
    this.atStart = this.answer(side);
  }
  override process({ key }: KeyedBytes, side: SideInputs) {
    const answer = this.answer(side);
    expect(answer).to.equal(this.atStart);
    seen.push(`${key}=${answer}`);
    return [kv(key, answer)];
  }
  private answer(side: SideInputs): string {
    return this.how === "single"
      ? textOf(side.single("model"))
      : [...side.all("model")].map(([key, value]) => `${key}:${textOf(value)}`).join(",");
  }
}

registered("test/beam/sideInputs.test", { AskFn });

const MAIN = [kv("a"), kv("b"), kv("c")];
const asked = (how: "single" | "all", side: KeyedBytes[]) =>
  collect((root) => {
    const model = root.apply(create("Model", side)).apply(onlyKeys("Real", "m"));
    return root.apply(create("Main", MAIN)).apply(stage("Ask", new AskFn(how), { model }));
  });
const messageOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error: Error) => error.message,
  );

describe("side inputs", () => {
  beforeEach(() => seen.splice(0));

  it("give every element the one value, also in startBundle", async () => {
    const { elements } = await asked("single", [kv("m", "forest")]);
    expect(elements.map(({ key, value }) => key + textOf(value))).to.deep.equal(["aforest", "bforest", "cforest"]);
  });

  it("give every element the whole map", async () => {
    const { elements } = await asked("all", [kv("m1", "x"), kv("m2", "y"), kv("m__proto__", "z")]);
    expect(new Set(elements.map(({ value }) => textOf(value)))).to.deep.equal(new Set(["m1:x,m2:y,m__proto__:z"]));
  });

  it("may be empty when asked for as a map", async () => {
    const { elements } = await asked("all", [kv("other", "x")]);
    expect(elements.map(({ value }) => textOf(value))).to.deep.equal(["", "", ""]);
  });

  it("say so when a single value is missing, doubled, or a key of a map is", async () => {
    expect(await messageOf(asked("single", [kv("other")]))).to.equal(
      "Ask: side input model is empty: exactly one element expected",
    );
    expect(await messageOf(asked("single", [kv("m1"), kv("m2")]))).to.contain(
      'has 2 elements (keys "m1", "m2"): exactly one expected',
    );
    expect(await messageOf(asked("all", [kv("m1"), kv("m1")]))).to.equal('Ask: side input model has the key "m1" more than once');
  });

  it("may feed several stages, under other names", async () => {
    const { elements } = await collect((root) => {
      const model = root.apply(create("Model", [kv("m", "forest")]));
      const first = root.apply(create("Main", MAIN)).apply(stage("Ask", new AskFn("single"), { model }));
      return first.apply(stage("AskAgain", new AskFn("all"), { model, other: model }));
    });
    expect(elements.map(({ value }) => textOf(value))).to.deep.equal(["m:forest", "m:forest", "m:forest"]);
  });

  it("come through a state provider where there is no embedded run", async () => {
    await createRunner({ runner: "direct" }).run((root) => {
      const model = root.apply(create("Model", [kv("m", "forest")]));
      root.apply(create("Main", MAIN)).apply(stage("Ask", new AskFn("single"), { model }));
    });
    expect(seen).to.deep.equal(["a=forest", "b=forest", "c=forest"]);
  });

  it("are waited for when they arrive later, and asked for once a bundle", async () => {
    const pipeline = new Pipeline();
    const root = new Root(pipeline);
    const model = root.apply(create("Model", []));
    root.apply(create("Main", MAIN)).apply(stage("Ask", new AskFn("single"), { model }));
    const { transforms, pcollections, windowingStrategies, coders, environments } = pipeline.getProto().components!;
    const writer = new Writer();
    keyedBytesCoder().encode(kv("m", "late"), writer, Context.needsDelimiters);
    let asks = 0;
    const states = {
      getState: (_key: unknown, decode: (bytes: Uint8Array) => unknown) => {
        asks++;
        return {
          type: "promise",
          promise: new Promise((resolve) => setTimeout(() => resolve(decode(writer.finish())), 5)),
        };
      },
    };
    const processor = new BundleProcessor(
      { id: "b", transforms, pcollections, windowingStrategies, coders, environments },
      null as never,
      states as never,
      [impulse.urn],
    );
    for (const bundle of ["one", "two"]) {
      await processor.process(bundle);
    }
    expect(asks).to.equal(2);
    expect(seen).to.deep.equal([...Array(2)].flatMap(() => ["a=late", "b=late", "c=late"]));
  });
});
