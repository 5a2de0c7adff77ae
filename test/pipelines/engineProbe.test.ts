import { expect } from "chai";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runPipeline } from "../../beam/run";
import type { EngineProbe } from "../../beam/types";
import type { Config } from "../../model/config";
import { UserError } from "../../model/errors";
import { engineProbe } from "../../pipelines/engineProbe";
import { useTempDir } from "../support/tempDir";

describe("what an engine's worker is asked before a job", () => {
  const dir = useTempDir();

  function probeOf(...paths: string[]): EngineProbe {
    const input = { paths: paths.map((path) => join(dir(), path)) };
    return engineProbe({ input, output: { path: join(dir(), "output") } } as unknown as Config);
  }

  async function problemOf(probe: EngineProbe, between: () => void = () => undefined): Promise<string | null> {
    try {
      await runPipeline("probe", probe.build, { kind: "direct", threads: 0, spillBytes: 1 << 20, tempDir: tmpdir() });
      between();
      await probe.verify();
      return null;
    } catch (error) {
      expect(error).to.be.instanceOf(UserError);
      return (error as Error).message;
    }
  }

  beforeEach(() => {
    mkdirSync(join(dir(), "logs", "empty"), { recursive: true });
    writeFileSync(join(dir(), "logs", "a.jsonl"), "{}\n");
  });

  it("is nothing to complain about when logs can be read and the output is the same folder; no trace stays", async () => {
    expect(await problemOf(probeOf("logs", "logs/a.jsonl", "logs/*.jsonl", "logs/{yyyy}.jsonl"))).to.equal(null);
    expect(readdirSync(join(dir(), "output", "runs", "_work"))).to.deep.equal([]);
  });

  it("names the path, the worker's machine and the reason when logs are not there", async () => {
    expect(await problemOf(probeOf("logs", "elsewhere/*.jsonl"))).to.match(/worker on \S+ cannot read \S+elsewhere\/: ENOENT/);
    expect(await problemOf(probeOf("logs/empty"))).to.contain("the folder is empty");
  });

  it("notices that the worker's output folder is another one than the driver's", async () => {
    const lose = () => rmSync(join(dir(), "output"), { recursive: true });
    expect(await problemOf(probeOf("logs"), lose)).to.contain("does not arrive here");
  });

  it("says so when the output cannot be written", async () => {
    writeFileSync(join(dir(), "output"), "a file");
    expect(await problemOf(probeOf("logs"))).to.contain("cannot write");
  });
});
