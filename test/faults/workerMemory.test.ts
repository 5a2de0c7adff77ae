import "../../beam/sdkVersion";
import { expect } from "chai";
import { BeamFnExternalWorkerPoolClient } from "apache-beam/proto/beam_fn_api.grpc-client";
import { startWorkerPool } from "../../beam/pool/pool";
import { CHANNEL_OPTIONS, INSECURE } from "../../beam/worker/channel";
import { FakeRunner } from "../beam/worker/fakeRunner";
import { encodePairs, fusedStage, smallPairs, SOURCE } from "../beam/worker/fusedStage";
import { MultiplyFn } from "../beam/worker/workerDoFns";

const COPIES = 20;
const BYTES = 20_000;

describe("memory of a worker process", function () {
  this.timeout(300_000);

  it("does not grow over 1,000 bundles, nor with output that the engine takes late", async () => {
    const runner = await new FakeRunner().start();
    const pool = await startWorkerPool({ connectTimeoutMs: 60_000, heapMegabytes: 256 });
    const client = new BeamFnExternalWorkerPoolClient(pool.address, INSECURE, CHANNEL_OPTIONS, {});
    try {
      runner.descriptors.set("small", fusedStage("small", new MultiplyFn(COPIES, 2000), runner.endpoint));
      runner.descriptors.set("big", fusedStage("big", new MultiplyFn(COPIES, BYTES), runner.endpoint));
      const params = { modules: "test/beam/worker/workerDoFns" };
      await new Promise<void>((resolve, reject) =>
        client.startWorker({ workerId: "w", controlEndpoint: { url: runner.endpoint }, params }, (error, answer) =>
          error || answer!.error !== "" ? reject(error ?? new Error(answer!.error)) : resolve(),
        ),
      );
      const bundle = async (id: string, stage: string, inputs: number): Promise<void> => {
        const answered = runner.process(id, stage);
        await runner.send(id, SOURCE, [encodePairs(smallPairs(inputs))]);
        expect(await answered).to.have.property("error", "");
      };
      for (let index = 0; index < 1000; index++) {
        await bundle(`b${index}`, "small", 1);
        runner.output.clear();
      }
      const afterBundles = await peakBytes();
      expect(afterBundles).to.be.lessThan(300e6);

      // 160 MB in one bundle, of which nobody reads anything before the answer.
      runner.data!.pause();
      await bundle("big", "big", 400);
      expect((await peakBytes()) - afterBundles).to.be.lessThan(130e6);
      runner.data!.resume();
      expect((await runner.outputOf("big")).length).to.be.at.least(400 * COPIES * BYTES);
    } finally {
      client.close();
      runner.stop();
      await pool.stop();
    }

    /** As the worker last said, which it does twice a second. */
    async function peakBytes(): Promise<number> {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return pool.records[0]!.peakBytes;
    }
  });
});
