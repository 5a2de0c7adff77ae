import { expect } from "chai";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { PipelineError } from "../../beam/run";
import { source, stage } from "../../beam/stages";
import { UserError } from "../../model/errors";
import type { KeyedBytes, Root } from "../../beam/types";
import { collect, kv, textOf } from "./collect";

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** What the stages below did, as they did it. */
interface Watched {
  inHand: number;
  mostInHand: number;
  started: string[];
  finished: string[];
  opened: number;
}
let watched: Watched;

class NumbersFn extends BlockFn<Uint8Array> {
  constructor(private readonly count: number) {
    super();
  }
  *process() {
    for (let i = 0; i < this.count; i++) {
      yield kv(String(i).padStart(6, "0"));
    }
  }
}

/** Takes a while over each element; every `jitter`-th twice as long. */
class SlowFn extends BlockFn {
  constructor(
    override concurrency: number,
    private readonly ms: number,
    private readonly failAt: string | null = null,
  ) {
    super();
  }
  override async startBundle() {
    await later(5);
    watched.opened++;
  }
  override async process(element: KeyedBytes) {
    expect(watched.opened, "startBundle ended before the first element").to.equal(1);
    watched.started.push(element.key);
    watched.mostInHand = Math.max(watched.mostInHand, ++watched.inHand);
    await later(element.key.endsWith("3") ? 2 * this.ms : this.ms);
    watched.inHand--;
    if (element.key === this.failAt) {
      throw new RangeError("nothing works");
    }
    watched.finished.push(element.key);
    return [element];
  }
}

/** The last of eight fails first. */
class AllFailFn extends BlockFn {
  override concurrency = 8;
  override async process({ key }: KeyedBytes) {
    await later(100 - 10 * Number(key));
    throw new Error(`number ${Number(key)}`);
  }
}

class NextTurnFn extends BlockFn {
  override concurrency = 1000;
  override async process(element: KeyedBytes) {
    await Promise.resolve();
    return [element];
  }
}

class SyncFn extends BlockFn {
  constructor(private readonly failAt: string | null = null) {
    super();
  }
  override process(element: KeyedBytes) {
    if (element.key === this.failAt) {
      throw new RangeError("nothing works");
    }
    return [element];
  }
}

/** A generator with state that two elements at once would mix up. */
class ThreeEachFn extends BlockFn {
  private current = "";
  override *process(element: KeyedBytes) {
    for (let i = 0; i < 3; i++) {
      if (i === 0) {
        this.current = element.key;
      }
      yield kv(this.current, String(i));
    }
  }
}

class FailFn extends BlockFn {
  constructor(private readonly where: "startBundle" | "startBundleLater" | "finishBundle" | "finishBundleLater" | "user") {
    super();
  }
  override startBundle() {
    if (this.where === "startBundle") {
      throw new Error("cannot start");
    }
    return this.where === "startBundleLater" ? later(1).then(() => Promise.reject(new Error("cannot start"))) : undefined;
  }
  override process(element: KeyedBytes) {
    watched.started.push(element.key);
    if (this.where === "user") {
      throw new UserError("no such column", ["look at the config"]);
    }
    return [element];
  }
  override finishBundle() {
    if (this.where === "finishBundle") {
      throw new Error("cannot finish");
    }
    return this.where === "finishBundleLater"
      ? later(1).then(() => Promise.reject<KeyedBytes[]>(new Error("cannot finish")))
      : undefined;
  }
}

class LastWordFn extends BlockFn {
  private seen = 0;
  override startBundle() {
    this.seen = 0;
  }
  override async process() {
    await later(1);
    this.seen++;
  }
  override async finishBundle() {
    await later(1);
    return [kv("seen", String(this.seen))];
  }
}

class EmitsFn extends BlockFn {
  constructor(private readonly what: "surrogate" | "number" | "nothing") {
    super();
  }
  override process(element: KeyedBytes): Iterable<KeyedBytes> | void {
    if (this.what === "surrogate") {
      return [{ key: "\ud800", value: element.value }];
    }
    return this.what === "number" ? ([{ key: "a", value: 1 }] as unknown as KeyedBytes[]) : undefined;
  }
}

class AsksForSideFn extends BlockFn {
  override process(_element: KeyedBytes, side: SideInputs) {
    return [{ key: "x", value: side.single("model") }];
  }
}

registered("test/beam/asyncParDo.test", {
  NumbersFn,
  SlowFn,
  AllFailFn,
  NextTurnFn,
  SyncFn,
  ThreeEachFn,
  FailFn,
  LastWordFn,
  EmitsFn,
  AsksForSideFn,
});

const numbers = (root: Root, count: number) => root.apply(source("Numbers", new NumbersFn(count)));

async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error("did not fail");
}

describe("asynchronous stages", () => {
  beforeEach(() => {
    watched = { inHand: 0, mostInHand: 0, started: [], finished: [], opened: 0 };
  });

  it("start elements in order, at most `concurrency` at once, and lose none", async () => {
    const { elements } = await collect((root) => numbers(root, 60).apply(stage("Slow", new SlowFn(3, 2))));
    expect(watched.mostInHand).to.equal(3);
    expect(watched.started).to.deep.equal([...watched.started].sort());
    expect(elements.map(({ key }) => key).sort()).to.deep.equal(watched.started);
    expect(elements).to.have.length(60);
  });

  it("keep the order of outputs with concurrency 1", async () => {
    const { elements } = await collect((root) => numbers(root, 30).apply(stage("Slow", new SlowFn(1, 1))));
    expect(elements.map(({ key }) => Number(key))).to.deep.equal(Array.from({ length: 30 }, (_, i) => i));
  });

  it("slow down those before them: a fast stage never runs far ahead of a slow one", async () => {
    let most = 0;
    const sampled = setInterval(() => (most = Math.max(most, watched.started.length - watched.finished.length)), 1);
    await collect((root) =>
      numbers(root, 200)
        .apply(stage("Fast", new SyncFn()))
        .apply(stage("Slow", new SlowFn(4, 1))),
    );
    clearInterval(sampled);
    expect(watched.finished).to.have.length(200);
    expect(most).to.be.at.most(4);
  });

  it("read a generator to its end before the next element, also when the next stage is slow", async () => {
    const { elements } = await collect((root) =>
      numbers(root, 20)
        .apply(stage("ThreeEach", new ThreeEachFn()))
        .apply(stage("Slow", new SlowFn(2, 1))),
    );
    const seen = new Set(elements.map(({ key, value }) => `${key}/${textOf(value)}`));
    expect(seen.size).to.equal(60);
  });

  it("pass 50,000 elements through synchronous and asynchronous stages", async () => {
    const { elements } = await collect((root) =>
      numbers(root, 50_000)
        .apply(stage("A", new SyncFn()))
        .apply(stage("NextTurn", new NextTurnFn()))
        .apply(stage("B", new SyncFn())),
    );
    expect(new Set(elements.map(({ key }) => key)).size).to.equal(50_000);
  });

  it("finish after the last element, and what finishBundle emits goes on", async () => {
    const { elements } = await collect((root) => numbers(root, 10).apply(stage("LastWord", new LastWordFn())));
    expect(elements.map(({ key, value }) => [key, textOf(value)])).to.deep.equal([["seen", "10"]]);
  });

  it("neither start nor finish a bundle without elements, as on engines", async () => {
    const { elements } = await collect((root) =>
      numbers(root, 3)
        .apply(stage("Nothing", new EmitsFn("nothing")))
        .apply(stage("LastWord", new LastWordFn())),
    );
    expect(elements).to.deep.equal([]);
  });

  it("name the stage, the element and the first stack when process throws, now or later", async () => {
    for (const fn of [new SyncFn("000007"), new SlowFn(3, 1, "000007")]) {
      watched.opened = 0;
      const error = await failureOf(collect((root) => numbers(root, 1000).apply(stage("Breaks", fn))));
      expect(error).to.be.instanceOf(PipelineError);
      expect((error as PipelineError).transform).to.equal("Breaks");
      expect((error as PipelineError).elementKey).to.equal("000007");
      expect(error.message).to.equal('Breaks, key "000007": nothing works');
      expect(error.cause).to.be.instanceOf(RangeError);
      expect(error.stack).to.match(/RangeError: nothing works[^]*asyncParDo\.test/);
    }
  });

  it("keep the first error when several elements in hand fail", async () => {
    const error = await failureOf(collect((root) => numbers(root, 8).apply(stage("Breaks", new AllFailFn()))));
    expect(error.message).to.equal('Breaks, key "000007": number 7');
  });

  it("start nothing after an error, and leave nothing running behind the caller's back", async () => {
    await failureOf(collect((root) => numbers(root, 1000).apply(stage("Breaks", new SlowFn(4, 3, "000005")))));
    expect(watched.inHand).to.equal(0);
    expect(watched.started.length).to.be.below(20);
    const started = watched.started.length;
    await later(20);
    expect(watched.started.length).to.equal(started);
  });

  it("wait for other stages' elements when one stage fails", async () => {
    await failureOf(
      collect((root) => {
        const all = numbers(root, 100);
        all.apply(stage("Slow", new SlowFn(4, 20)));
        return all.apply(stage("Breaks", new SyncFn("000002")));
      }),
    );
    expect(watched.inHand).to.equal(0);
  });

  for (const where of ["startBundle", "startBundleLater", "finishBundle", "finishBundleLater"] as const) {
    it(`name the stage when ${where} fails`, async () => {
      const error = await failureOf(collect((root) => numbers(root, 100).apply(stage("Breaks", new FailFn(where)))));
      expect(error).to.be.instanceOf(PipelineError);
      expect(error.message).to.equal(`Breaks: cannot ${where.startsWith("start") ? "start" : "finish"}`);
      expect((error as PipelineError).elementKey).to.equal(null);
      expect(watched.started).to.have.length(where.startsWith("start") ? 0 : 100);
    });
  }

  it("let a UserError through as it is", async () => {
    const error = await failureOf(collect((root) => numbers(root, 1).apply(stage("Breaks", new FailFn("user")))));
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).hints).to.deep.equal(["look at the config"]);
  });

  it("refuse keys with lone surrogates and elements that are not keyed bytes", async () => {
    const surrogate = await failureOf(collect((root) => numbers(root, 1).apply(stage("Emits", new EmitsFn("surrogate")))));
    expect(surrogate.message).to.contain('lone surrogate, which has no UTF-8 form: "\\ud800"');
    const number = await failureOf(collect((root) => numbers(root, 1).apply(stage("Emits", new EmitsFn("number")))));
    expect(number.message).to.contain("value: number");
  });

  it("say which side inputs there are when asked for another", async () => {
    const error = await failureOf(collect((root) => numbers(root, 1).apply(stage("Asks", new AsksForSideFn()))));
    expect(error.message).to.contain("no side input is named model; this stage has: none");
  });
});
