import "../../../beam/sdkVersion";
import { expect } from "chai";
import { counter } from "apache-beam/transforms/pardo";
import type { DoFn, KV } from "apache-beam";
import { Reader } from "protobufjs";
import type { Worker } from "apache-beam/worker/worker";
import { RepairedWorker } from "../../../beam/worker/repairedWorker";
import { FakeRunner } from "./fakeRunner";
import { decodePairs, encodePairs, fusedStage, smallPairs, SOURCE, STAGE_NAME } from "./fusedStage";
import { startStockWorker } from "./stockWorker";
import { CountFn, MultiplyFn, SlowFn } from "./workerDoFns";

type Kind = "stock" | "repaired";
const silent = (): void => undefined;
type PairFn = DoFn<KV<string, Uint8Array>, KV<string, Uint8Array>>;

describe("worker repairs, against a fake runner over real gRPC", () => {
  let runner: FakeRunner;
  let worker: Worker;
  // Taken when these tests begin: by then another run may have quieted the console for good.
  let loud: Pick<Console, "log" | "warn" | "error" | "debug">;

  before(() => {
    const { log, warn, error, debug } = console;
    loud = { log, warn, error, debug };
    Object.assign(console, { log: silent, warn: silent, error: silent, debug: silent });
  });
  after(() => Object.assign(console, loud));

  beforeEach(async () => {
    runner = await new FakeRunner().start();
  });

  afterEach(async () => {
    worker.stop();
    runner.stop();
    await new Promise((resolve) => setTimeout(resolve, 20)); // the stock worker prints its last words
  });

  function start(kind: Kind, doFn: PairFn, context?: unknown): void {
    runner.descriptors.set("d", fusedStage("d", doFn, runner.endpoint, context));
    worker =
      kind === "stock"
        ? startStockWorker(runner.endpoint)
        : new RepairedWorker("w", runner.endpoint, { ended: silent, lost: silent });
  }

  async function bundle(id: string, messages: readonly Uint8Array[]) {
    const answered = runner.process(id, "d");
    await runner.send(id, SOURCE, messages);
    return answered;
  }

  async function countedOutput(kind: Kind): Promise<number> {
    start(kind, new SlowFn(60));
    await bundle("b", [encodePairs(smallPairs(5)), encodePairs(smallPairs(2, "last")), new Uint8Array()]);
    return decodePairs(await runner.outputOf("b")).length;
  }

  it("processes every element before the bundle ends, however slow a chunk is", async () => {
    expect(await countedOutput("repaired")).to.equal(7);
  });

  it("(stock) lets the end marker overtake a slow chunk", async () => {
    expect(await countedOutput("stock")).to.be.lessThan(7);
  });

  it("sends an element's 3 MB of output once", async () => {
    start("repaired", new MultiplyFn(30, 100_000));
    await bundle("b", [encodePairs(smallPairs(1))]);
    const values = decodePairs(await runner.outputOf("b")).map(({ value }) => value[0]);
    expect(values).to.deep.equal(Array.from({ length: 30 }, (_, copy) => copy));
  });

  it("(stock) sends it again and again", async () => {
    start("stock", new MultiplyFn(30, 100_000));
    await bundle("b", [encodePairs(smallPairs(1))]);
    expect(decodePairs(await runner.outputOf("b")).length).to.be.greaterThan(30);
  });

  async function countsOfTwoBundles(kind: Kind): Promise<{ counts: number[]; labels: Record<string, string> }> {
    start(kind, new CountFn() as unknown as PairFn, { seen: counter("seen") });
    const counts: number[] = [];
    let labels: Record<string, string> = {};
    for (const id of ["b1", "b2"]) {
      const { response } = await bundle(id, [encodePairs(smallPairs(3))]);
      const infos = response.oneofKind === "processBundle" ? response.processBundle.monitoringInfos : [];
      const info = infos.find(({ urn }) => urn === "beam:metric:user:sum_int64:v1")!;
      labels = info.labels;
      counts.push(new Reader(info.payload).int32());
    }
    return { counts, labels };
  }

  it("counts each bundle from zero, under the labels that engines look for", async () => {
    const { counts, labels } = await countsOfTwoBundles("repaired");
    expect(counts).to.deep.equal([3, 3]);
    expect(labels).to.include({ NAME: "seen", NAMESPACE: "sessionary" }).and.to.have.property("PTRANSFORM");
  });

  it("(stock) goes on counting, under labels that engines drop", async () => {
    const { counts, labels } = await countsOfTwoBundles("stock");
    expect(counts).to.deep.equal([3, 6]);
    expect(labels).to.not.have.property("PTRANSFORM");
  });

  it("says which worker asks for a bundle's description", async () => {
    runner.requireWorkerId = true;
    start("repaired", new SlowFn(0));
    expect(await bundle("b", [encodePairs(smallPairs(1))])).to.have.property("error", "");
  });

  it("(stock) does not say which worker asks", async () => {
    runner.requireWorkerId = true;
    start("stock", new SlowFn(0));
    expect((await runner.process("b", "d")).error).to.contain("no worker_id");
  });

  const lateSplit = {
    instructionId: "s",
    request: { oneofKind: "processBundleSplit" as const, processBundleSplit: { instructionId: "gone", desiredSplits: {} } },
  };

  it("answers a split of a bundle that has ended with an empty split", async () => {
    start("repaired", new SlowFn(0));
    expect(await runner.ask(lateSplit)).to.deep.include({ error: "" });
  });

  it("(stock) answers it with an error", async () => {
    start("stock", new SlowFn(0));
    expect((await runner.ask(lateSplit)).error).to.contain("Unknown process bundle");
  });

  it("answers a failed bundle with the transform's name and the stack, and works on", async () => {
    start("repaired", new CountFn() as unknown as PairFn);
    const bad = { key: "bad", value: new Uint8Array() };
    const { error } = await bundle("b1", [encodePairs([bad]), encodePairs(smallPairs(3))]);
    expect(error)
      .to.match(new RegExp(`${STAGE_NAME}.*this key cannot be`))
      .and.to.match(/at CountFn\.process/);
    expect(await bundle("b2", [encodePairs(smallPairs(3))])).to.have.property("error", "");
    expect(decodePairs(await runner.outputOf("b2"))).to.have.length(3);
  });

  it("(stock) answers it with neither", async () => {
    start("stock", new CountFn() as unknown as PairFn);
    const { error } = await bundle("b1", [encodePairs([{ key: "bad", value: new Uint8Array() }])]);
    expect(error).to.equal("RangeError: this key cannot be");
  });

  it("leaves nothing behind after 1,000 bundles", async () => {
    start("repaired", new SlowFn(0));
    for (let index = 0; index < 1000; index++) {
      await bundle(`b${index}`, [encodePairs(smallPairs(2))]);
      await runner.outputOf(`b${index}`);
    }
    const [channel] = worker.dataChannels.values();
    expect(worker.activeBundleProcessors.size).to.equal(0);
    expect(worker.bundleProcessors.get("d")).to.have.length(1);
    expect(channel).to.have.property("queuesOpen", 0);
  });
});
