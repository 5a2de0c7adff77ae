import { expect } from "chai";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { runPipeline } from "../../beam/run";
import { runningEngine } from "../../tools/engine/engineProcess";
import type { EngineName } from "../../tools/engine/engines";
import { childrenOf, isAtWork, killLast, sleep } from "../engines/support/driver";
import { contentOf, runEmbedded, settingsFor, useEngine } from "../engines/support/underTest";
import { TOY, toyPipeline, type ToyOptions } from "../engines/toyPipeline";
import { useTempDir } from "../support/tempDir";

/** Clusters of several JVMs take a minute to start: only where asked for, `SESSIONARY_CLUSTERS=flink-cluster,spark-cluster`. */
const CLUSTERS = (process.env["SESSIONARY_CLUSTERS"] ?? "").split(",").filter(Boolean) as EngineName[];

for (const engine of CLUSTERS) {
  describe(`a cluster that retries: ${engine}`, function () {
    this.timeout(600_000);
    const dir = useTempDir();
    useEngine(engine);

    /** Runs the toy pipeline while `fault` does its worst; the files must be those of an embedded run without faults. */
    async function surviving(toy: Partial<ToyOptions>, fault: (out: string) => Promise<void>): Promise<void> {
      const [embedded, out] = ["embedded", "out"].map((name) => join(dir(), name)) as [string, string];
      mkdirSync(embedded);
      mkdirSync(out);
      const running = runPipeline("cluster", toyPipeline({ ...TOY, ...toy, dir: out }), settingsFor(engine, 2));
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
        killLast(childrenOf(process.pid));
      }));

    it("repeats a bundle that had already written its part", () =>
      surviving({ dyingPart: true }, (out) => until(() => existsSync(join(out, ".died")))));

    it("survives the loss of the JVM that works", () =>
      surviving({ unitMs: 1000 }, async (out) => {
        await until(() => isAtWork(out));
        process.kill(workingJvm(engine), "SIGKILL");
      }));
  });
}

/** A TaskManager of Flink; the executor that Spark's worker started. */
function workingJvm(engine: EngineName): number {
  const { processes } = runningEngine(engine)!;
  const [role, isChild] = engine === "flink-cluster" ? ["taskmanager-1", false] : ["worker", true];
  const { pid } = processes.find((part) => part.role === role)!;
  return isChild ? childrenOf(pid)[0]! : pid;
}
