import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterruptedError } from "../../model/errors";
import { startWorkerPool, type WorkerPool } from "../../beam/pool/pool";
import type { WorkerRecord } from "../../beam/pool/workerProcess";
import { runPipeline } from "../../beam/run";
import { runningEngine, startEngine, stopEngine } from "../../tools/engine/engineProcess";
import { lightPlanOf, type EngineName } from "../../tools/engine/engines";
import { isAtWork, sleep } from "../engines/support/driver";
import { listeningProcess } from "../engines/support/listeningProcess";
import { Project } from "../engines/support/project";
import { contentOf, runEmbedded, settingsFor, useEngine } from "../engines/support/underTest";
import { TOY, toyPipeline, type ToyOptions } from "../engines/toyPipeline";
import { useTempDir } from "../support/tempDir";

/** Clusters of several JVMs take a minute to start: only where asked for, `SESSIONARY_CLUSTERS=flink-cluster,spark-cluster`. */
const CLUSTERS = (process.env["SESSIONARY_CLUSTERS"] ?? "").split(",").filter(Boolean) as EngineName[];

const FLINK_REST = "http://localhost:8381";

interface FlinkJobs {
  readonly jobs: readonly { readonly name: string; readonly state: string }[];
}

for (const engine of CLUSTERS) {
  describe(`a cluster that retries: ${engine}`, function () {
    this.timeout(900_000);
    const dir = useTempDir();
    let pool: WorkerPool;
    useEngine(engine);
    beforeEach(async () => {
      pool = await startWorkerPool({ connectTimeoutMs: 120_000 });
    });
    afterEach(() => pool.stop());

    /** Runs the toy pipeline while `fault` does its worst; the files must be those of an embedded run without faults. */
    async function surviving(toy: Partial<ToyOptions>, fault: (out: string) => Promise<void>): Promise<void> {
      const [embedded, out] = ["embedded", "out"].map((name) => join(dir(), name)) as [string, string];
      mkdirSync(embedded);
      mkdirSync(out);
      const settings = { ...settingsFor(engine, 2), workerPool: pool.address };
      const running = runPipeline("cluster", toyPipeline({ ...TOY, ...toy, dir: out }), settings);
      await Promise.race([fault(out), running]);
      await running;
      await runEmbedded(toyPipeline({ ...TOY, dir: embedded }));
      expect(contentOf(out)).to.deep.equal(contentOf(embedded));
    }

    async function until(condition: () => boolean): Promise<void> {
      while (!condition()) {
        await sleep(20);
      }
    }

    it("gives the bytes of the embedded run without any fault", () => surviving({}, async () => undefined));

    it("repeats the bundle of a worker that was killed", () =>
      surviving({ unitMs: 1000 }, async (out) => {
        await until(() => isAtWork(out));
        process.kill(lastWorker(pool).pid, "SIGKILL");
      }));

    it("repeats a bundle that had already written its part", () =>
      surviving({ dyingPart: true }, (out) => until(() => existsSync(join(out, ".died")))));

    it("survives the loss of the JVM that works", async () => {
      await surviving({ unitMs: 1000 }, async (out) => {
        await until(() => isAtWork(out));
        killJvmOf(lastWorker(pool));
      });
      await restart(engine);
    });

    if (engine === "flink-cluster") {
      it("cancels the job on Flink itself when it is interrupted, and ends its workers", async () => {
        const settings = { ...settingsFor(engine, 2, { flinkRest: FLINK_REST }), workerPool: pool.address };
        const running = runPipeline("interrupted", toyPipeline({ ...TOY, unitMs: 60_000, dir: dir() }), settings).catch(
          (failure: unknown) => failure,
        );
        await until(() => isAtWork(dir()));
        process.emit("SIGTERM", "SIGTERM");
        expect(await running).to.be.instanceOf(InterruptedError);
        const states = async (): Promise<string[]> => {
          const { jobs } = (await (await fetch(`${FLINK_REST}/jobs/overview`)).json()) as FlinkJobs;
          return jobs.filter(({ name }) => name.startsWith("interrupted-")).map(({ state }) => state);
        };
        while ((await states()).some((state) => state === "CANCELLING")) {
          await sleep(100);
        }
        expect(await states()).to.deep.equal(["CANCELED"]);
        await until(() => workersOf(pool).length === 0);
      });
    }

    describe("with a job of ours on a user who has 1.5 million events", () => {
      const root = mkdtempSync(join(tmpdir(), "sessionary-cluster-"));
      const project = new Project(join(root, "project"));
      let expected: Map<string, string>;
      before(async () => {
        await project.prepare(20_000);
        expected = await project.prepareHotUser(1_500_000);
      });
      after(() => rmSync(root, { recursive: true, force: true }));

      async function score(): Promise<void> {
        const { kind, jobEndpoint } = settingsFor(engine, 2);
        const runner = {
          kind,
          jobEndpoint: jobEndpoint ?? null,
          parallelism: 2,
          deadlineSeconds: 900,
          workerPool: pool.address,
          engineOptions: { probe: false },
        };
        expect(await project.scoreHotUser(runner)).to.deep.equal(expected);
      }

      it("score writes the bytes of the embedded run", score);

      it("score writes the same bytes when the JVM that works is killed", async () => {
        const scored = score();
        let killed = false;
        // Starting takes a second of CPU at most: more means that a worker is at work.
        void (async () => {
          await until(() =>
            workersOf(pool).some(({ cpuSeconds, startedMs }) => cpuSeconds > 1.5 && Date.now() - startedMs > 2000),
          );
          killJvmOf(workersOf(pool).find(({ cpuSeconds }) => cpuSeconds > 1.5)!);
          killed = true;
        })();
        await scored;
        expect(killed).to.equal(true);
        await restart(engine);
      });
    });
  });
}

/** Workers that live, in the order they started. */
const workersOf = (pool: WorkerPool) => pool.records.filter(({ endedMs }) => endedMs === null);

function lastWorker(pool: WorkerPool): WorkerRecord {
  const worker = workersOf(pool).at(-1);
  if (worker === undefined) {
    throw new Error("no worker lives");
  }
  return worker;
}

/** The task manager or executor that this worker works for. */
function killJvmOf({ controlUrl }: WorkerRecord): void {
  process.kill(listeningProcess(Number(controlUrl.split(":").at(-1))), "SIGKILL");
}

async function restart(engine: EngineName): Promise<void> {
  expect(runningEngine(engine)).not.to.equal(null);
  await stopEngine(engine);
  await startEngine(engine, lightPlanOf(engine));
}
