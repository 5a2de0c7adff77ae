import "../../../beam/sdkVersion";
import { expect } from "chai";
import { MultiplexingStateChannel } from "apache-beam/worker/state";
import { RepairedWorker } from "../../../beam/worker/repairedWorker";
import { StateChannel } from "../../../beam/worker/stateChannel";
import { FakeRunner } from "./fakeRunner";
import { decodePairs, encodePairs, fusedStage, smallPairs, SOURCE } from "./fusedStage";
import { MultiplyFn, SlowFn } from "./workerDoFns";
import type { DataChannel } from "../../../beam/worker/dataChannel";

const silent = (): void => undefined;
const stateKey = {
  type: {
    oneofKind: "iterableSideInput" as const,
    iterableSideInput: { transformId: "t", sideInputId: "model", window: new Uint8Array() },
  },
};

describe("channels of a worker, against a fake runner over real gRPC", () => {
  let runner: FakeRunner;

  beforeEach(async () => {
    runner = await new FakeRunner().start();
  });
  afterEach(() => runner.stop());

  /** What a read comes to within `patienceMs`. */
  async function outcome(channel: StateChannel | MultiplexingStateChannel, patienceMs = 1000): Promise<string> {
    const { promise } = channel.getState("b", stateKey, (data) => data.length) as { promise: Promise<number> };
    const waiting = new Promise<string>((resolve) => setTimeout(() => resolve("still waits"), patienceMs));
    return Promise.race([
      waiting,
      promise.then(
        (bytes) => `${bytes} bytes`,
        (error: Error) => `error: ${error.message}`,
      ),
    ]);
  }

  it("reads a side input of 40 MB", async () => {
    runner.sideInputs.set("model", new Uint8Array(40_000_000));
    const channel = new StateChannel(runner.endpoint, "w");
    expect(await outcome(channel, 30_000)).to.equal("40000000 bytes");
    channel.close();
  });

  it("(stock) waits for ever for 5 MB", async () => {
    runner.sideInputs.set("model", new Uint8Array(5_000_000));
    expect(await outcome(new MultiplexingStateChannel(runner.endpoint, "w"))).to.equal("still waits");
  });

  it("rejects reads that wait, and later ones, when the stream is lost", async () => {
    const channel = new StateChannel(runner.endpoint, "w");
    const waits = outcome(channel);
    await runner.until(() => runner.state !== null);
    runner.stop();
    expect(await waits).to.match(/^error/);
    expect(await outcome(channel)).to.match(/^error/);
  });

  it("(stock) tells nobody that the stream is lost", async () => {
    const waits = outcome(new MultiplexingStateChannel(runner.endpoint, "w"));
    await runner.until(() => runner.state !== null);
    runner.stop();
    expect(await waits).to.equal("still waits");
  });

  describe("of data", () => {
    const limits = { memoryBytes: 4 << 20, inFlightBytes: 1 << 20, pauseBytes: 1 << 20, resumeBytes: 1 << 18 };
    let worker: RepairedWorker;

    function start(doFn: SlowFn | MultiplyFn): void {
      runner.descriptors.set("d", fusedStage("d", doFn, runner.endpoint));
      worker = new RepairedWorker("w", runner.endpoint, { ended: silent, lost: silent }, limits);
    }
    afterEach(() => worker.stop());

    it("answers a bundle whose output nobody takes yet, and then sends all of it", async () => {
      start(new MultiplyFn(100, 500_000));
      const answered = runner.process("b", "d");
      await runner.until(() => runner.data !== null);
      runner.data!.pause();
      await runner.send("b", SOURCE, [encodePairs(smallPairs(1))]);
      expect(await answered).to.have.property("error", "");
      const channel = [...worker.dataChannels.values()][0] as unknown as DataChannel;
      expect(channel.spooledBytes).to.be.greaterThan(20_000_000);
      runner.data!.resume();
      const values = decodePairs(await runner.outputOf("b")).map(({ value }) => `${value.length}:${value[0]}`);
      expect(values).to.deep.equal(Array.from({ length: 100 }, (_, copy) => `500000:${copy}`));
    });

    it("stops reading while a slow stage has enough to do", async () => {
      start(new SlowFn(2));
      const answered = runner.process("b", "d");
      const big = { key: "k", value: new Uint8Array(250_000) };
      await runner.send("b", SOURCE, [...Array.from({ length: 80 }, () => encodePairs([big])), new Uint8Array()]);
      await answered;
      const channel = [...worker.dataChannels.values()][0] as unknown as DataChannel;
      expect(channel.peakQueuedBytes).to.be.lessThan(4_000_000);
      expect(decodePairs(await runner.outputOf("b"))).to.have.length(80);
    });
  });
});
