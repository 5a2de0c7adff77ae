import { expect } from "chai";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { EngineProbe } from "../../beam/types";
import type { Config } from "../../model/config";
import { EngineError, UserError } from "../../model/errors";
import { engineProbe } from "../../pipelines/engineProbe";
import { startWorkerPool, type WorkerPool } from "../../beam/pool/pool";
import { PipelineError, runPipeline } from "../../beam/run";
import { runningEngine, startEngine } from "../../tools/engine/engineProcess";
import { lightPlanOf } from "../../tools/engine/engines";
import { Driver, gone, isAtWork, killLast, sleep } from "../engines/support/driver";
import { contentOf, ENGINES, runEmbedded, settingsFor, useEngine } from "../engines/support/underTest";
import { TOY, toyPipeline, type ToyOptions } from "../engines/toyPipeline";
import { useTempDir } from "../support/tempDir";

/** Long enough to be hit in the middle: eight units of a second each. */
const SLOW: Partial<ToyOptions> = { unitMs: 1000 };

for (const engine of ENGINES) {
  describe(`faults on ${engine}`, function () {
    this.timeout(300_000);
    const dir = useTempDir();
    const pools: WorkerPool[] = [];
    useEngine(engine);
    afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.stop())));

    async function poolOfOurs(): Promise<WorkerPool> {
      const pool = await startWorkerPool({ connectTimeoutMs: 60_000 });
      pools.push(pool);
      return pool;
    }

    /** Runs the toy pipeline; gives back its error, or null. */
    async function run(toy: Partial<ToyOptions>, workerPool: string | null = null, probe?: EngineProbe): Promise<Error | null> {
      mkdirSync(join(dir(), "out"), { recursive: true });
      const build = toyPipeline({ ...TOY, ...toy, dir: join(dir(), "out") });
      const settings = { ...settingsFor(engine, 2), workerPool, ...(probe && { probe }) };
      return runPipeline("fault", build, settings).then(
        () => null,
        (error: Error) => error,
      );
    }

    function written(): Map<string, string> {
      return contentOf(join(dir(), "out"));
    }

    /** Process ids of the pool's workers, once one of them is in the middle of a bundle. */
    async function workersAtWork(pool: WorkerPool, running: Promise<Error | null>): Promise<number[]> {
      let over: string | null = null;
      void running.then((error) => (over = error?.message ?? "done"));
      while (!isAtWork(join(dir(), "out"))) {
        expect(over, "the job ended before it had a worker").to.equal(null);
        await sleep(20);
      }
      return pool.records.filter(({ endedMs }) => endedMs === null).map(({ pid }) => pid);
    }

    it("shows which stage threw, at which element, with the stack", async () => {
      const error = (await run({ failingUnit: 5 })) as PipelineError;
      expect(error).to.be.instanceOf(PipelineError).and.include({ transform: "MakeRows", elementKey: "unit-5" });
      expect(error.message).to.contain("unit 5 cannot be read");
      expect(error.stack).to.contain("toyPipeline.ts");
      expect(written().size).to.equal(0);
    });

    it("says which worker pool does not answer, before anything is submitted", async () => {
      const error = await run({}, "localhost:1");
      expect(error).to.be.instanceOf(UserError);
      expect(error!.message).to.contain("worker pool at localhost:1 does not answer");
    });

    it("asks a worker of the engine for the paths, and names the one it cannot read", async () => {
      const pool = await poolOfOurs();
      const paths = { input: { paths: [join(dir(), "logs", "*.jsonl")] }, output: { path: join(dir(), "output") } };
      const error = await run({}, pool.address, engineProbe(paths as unknown as Config));
      expect(error).to.be.instanceOf(UserError);
      expect(error!.message).to.match(/^the engine's worker on \S+ cannot read \S+logs\/: ENOENT/);
      expect(written().size).to.equal(0);
    });

    it("fails, or retries to the same bytes, when a worker is killed in the middle of a bundle", async () => {
      const pool = await poolOfOurs();
      const running = run(SLOW, pool.address);
      const victims = await workersAtWork(pool, running);
      killLast(victims);
      const error = await running;
      if (error === null) {
        mkdirSync(join(dir(), "embedded"));
        await runEmbedded(toyPipeline({ ...TOY, dir: join(dir(), "embedded") }));
        expect(written()).to.deep.equal(contentOf(join(dir(), "embedded")));
      } else {
        expect(error).to.be.instanceOf(EngineError);
        expect(written().size).to.equal(0);
      }
    });

    it("fails when the worker pool dies in the middle of a job", async () => {
      const pool = await poolOfOurs();
      const running = run(SLOW, pool.address);
      const workers = await workersAtWork(pool, running);
      void pool.stop();
      expect(await running).to.be.instanceOf(EngineError);
      expect(await gone(workers, 10_000)).to.equal(true);
    });

    it("stops job and workers when the driver is interrupted", async () => {
      mkdirSync(join(dir(), "out"));
      const driver = new Driver({ ...TOY, ...SLOW, dir: join(dir(), "out") }, settingsFor(engine, 2));
      const workers = await driver.workersAtWork();
      driver.child.kill("SIGINT");
      expect(await driver.exit).to.equal(130);
      expect(driver.output).to.contain("interrupted (SIGINT)").and.to.contain("nothing was published");
      expect(await gone(workers, 10_000)).to.equal(true);
      expect(written().size).to.equal(0);
    });

    it("leaves no workers when the driver is killed", async () => {
      mkdirSync(join(dir(), "out"));
      const driver = new Driver({ ...TOY, ...SLOW, dir: join(dir(), "out") }, settingsFor(engine, 2));
      const workers = await driver.workersAtWork();
      driver.child.kill("SIGKILL");
      await driver.exit;
      expect(await gone(workers, 10_000)).to.equal(true);
    });

    it("stops a job at its deadline", async () => {
      mkdirSync(join(dir(), "out"));
      const build = toyPipeline({ ...TOY, unitMs: 20_000, dir: join(dir(), "out") });
      const error = await runPipeline("late", build, { ...settingsFor(engine, 2), deadlineSeconds: 5 }).catch(
        (failure: unknown) => failure,
      );
      expect(error).to.be.instanceOf(EngineError);
      expect((error as Error).message).to.contain("deadline of 5 s");
    });

    it("notices that the engine was killed, and leaves no workers", async () => {
      const pool = await poolOfOurs();
      const running = run(SLOW, pool.address);
      const workers = await workersAtWork(pool, running);
      for (const { pid } of runningEngine(engine)!.processes) {
        process.kill(pid, "SIGKILL");
      }
      const error = await running;
      expect(error).to.be.instanceOf(EngineError);
      expect(error!.message).to.contain("does not answer any more");
      expect(await gone(workers, 10_000)).to.equal(true);
      expect(written().size).to.equal(0);
      await startEngine(engine, lightPlanOf(engine));
    });
  });
}
