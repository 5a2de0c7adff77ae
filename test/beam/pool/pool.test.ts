import "../../../beam/sdkVersion";
import * as grpc from "@grpc/grpc-js";
import { expect } from "chai";
import { BeamFnExternalWorkerPoolClient } from "apache-beam/proto/beam_fn_api.grpc-client";
import { CHANNEL_OPTIONS, INSECURE } from "../../../beam/worker/channel";
import { startWorkerPool, STOP_JOB_HEADER, type WorkerPool } from "../../../beam/pool/pool";
import { packageVersion } from "../../../model/packageRoot";
import { FakeRunner } from "../worker/fakeRunner";

describe("worker pool", function () {
  this.timeout(120_000);
  let pool: WorkerPool;
  let runner: FakeRunner;
  const clients: BeamFnExternalWorkerPoolClient[] = [];

  beforeEach(async () => {
    pool = await startWorkerPool({ connectTimeoutMs: 60_000 });
    runner = await new FakeRunner().start();
  });
  afterEach(async () => {
    clients.splice(0).forEach((client) => client.close());
    await pool.stop();
    runner.stop();
  });

  /** A caller with a connection of its own, as each task manager has. */
  function caller(): BeamFnExternalWorkerPoolClient {
    const options = { ...CHANNEL_OPTIONS, "grpc.use_local_subchannel_pool": 1 };
    const client = new BeamFnExternalWorkerPoolClient(pool.address, INSECURE, options, {});
    clients.push(client);
    return client;
  }

  function startWorker(
    client: BeamFnExternalWorkerPoolClient,
    params: Record<string, string> = {},
    url = runner.endpoint,
  ): Promise<string> {
    return new Promise((resolve, reject) =>
      client.startWorker({ workerId: "1-1", controlEndpoint: { url }, params }, (error, answer) =>
        error ? reject(error) : resolve(answer!.error),
      ),
    );
  }

  function stopWorker(client: BeamFnExternalWorkerPoolClient): Promise<void> {
    return new Promise((resolve, reject) =>
      client.stopWorker({ workerId: "1-1" }, (error) => (error ? reject(error) : resolve())),
    );
  }

  async function ended(index: number): Promise<number | string> {
    while (pool.records[index]!.endedMs === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return pool.records[index]!.exit!;
  }

  it("answers when the worker is connected", async () => {
    expect(await startWorker(caller(), { version: packageVersion(), modules: "beam/routing" })).to.equal("");
    await runner.until(() => runner.control !== null);
  });

  it("answers with the reason when the worker cannot load its modules", async () => {
    expect(await startWorker(caller(), { modules: "transforms/nowhere" })).to.contain("cannot load transforms/nowhere");
  });

  it("refuses drivers of another version", async () => {
    expect(await startWorker(caller(), { version: "0.0.0" })).to.contain("install the same version on both");
    expect(pool.records).to.have.length(0);
  });

  it("lets a worker leave when the engine ends its control stream", async () => {
    await startWorker(caller());
    await runner.until(() => runner.control !== null);
    runner.control!.end();
    expect(await ended(0)).to.equal(0);
  });

  it("lets a worker leave when the engine dies", async () => {
    await startWorker(caller());
    runner.stop();
    expect(await ended(0)).to.be.oneOf([0, 3]);
  });

  it("kills a worker only for the caller that started it: worker ids repeat", async () => {
    const [first, second] = [caller(), caller()];
    await startWorker(first);
    await startWorker(second);
    await stopWorker(second);
    expect(await ended(1)).to.equal("SIGKILL");
    expect(pool.records[0]!.endedMs).to.equal(null);
  });

  it("kills the older of two workers of one caller that have the same id", async () => {
    const engine = caller();
    await startWorker(engine);
    await startWorker(engine);
    await stopWorker(engine);
    expect(await ended(0)).to.equal("SIGKILL");
    expect(pool.records[1]!.endedMs).to.equal(null);
  });

  it("ends all workers of a job for its driver, and no others", async () => {
    const [first, second] = [caller(), caller()];
    await startWorker(first, { job: "mine" });
    await startWorker(second, { job: "theirs" });
    await startWorker(second, { job: "mine" });
    const header = new grpc.Metadata();
    header.add(STOP_JOB_HEADER, "mine");
    await new Promise<void>((resolve, reject) =>
      caller().stopWorker({ workerId: "" }, header, (error) => (error ? reject(error) : resolve())),
    );
    expect([await ended(0), await ended(2)]).to.deep.equal(["SIGKILL", "SIGKILL"]);
    expect(pool.records[1]!.endedMs).to.equal(null);
  });

  it("leaves no worker behind", async () => {
    await startWorker(caller());
    await pool.stop();
    expect(await ended(0)).to.equal("SIGKILL");
  });
});

describe("worker pool with little patience", function () {
  this.timeout(60_000);

  it("answers with an error when the worker does not connect in time", async () => {
    const pool = await startWorkerPool({ connectTimeoutMs: 1 });
    const client = new BeamFnExternalWorkerPoolClient(pool.address, INSECURE, CHANNEL_OPTIONS, {});
    const error = await new Promise<string>((resolve) =>
      client.startWorker({ workerId: "w", controlEndpoint: { url: "localhost:1" }, params: {} }, (_failure, answer) =>
        resolve(answer!.error),
      ),
    );
    expect(error).to.contain("did not connect");
    client.close();
    await pool.stop();
  });
});
