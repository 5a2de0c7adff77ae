import { expect } from "chai";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runPipeline } from "../../beam/run";
import { useTempDir } from "../support/tempDir";
import { contentOf, ENGINES, runEmbedded, settingsFor, useEngine } from "./support/underTest";
import { TOY, toyPipeline, type ToyOptions } from "./toyPipeline";

for (const engine of ENGINES) {
  describe(`a pipeline of every kind of stage, on ${engine}`, function () {
    this.timeout(500_000);
    const dir = useTempDir();
    useEngine(engine);

    async function compare(parallelism: number, options: Partial<ToyOptions>): Promise<Record<string, number>> {
      const [embedded, remote] = ["embedded", "remote"].map((name) => join(dir(), name)) as [string, string];
      mkdirSync(embedded);
      mkdirSync(remote);
      await runEmbedded(toyPipeline({ ...TOY, ...options, dir: embedded }));
      const { counters } = await runPipeline(
        "toy",
        toyPipeline({ ...TOY, ...options, dir: remote }),
        settingsFor(engine, parallelism),
      );
      expect(contentOf(remote).size).to.equal(options.units === 0 ? 0 : TOY.parts);
      expect(contentOf(remote)).to.deep.equal(contentOf(embedded));
      return counters;
    }

    for (const parallelism of [1, 2, 4]) {
      it(`writes what the embedded run writes, at parallelism ${parallelism}`, async () => {
        const counters = await compare(parallelism, {});
        expect(counters).to.deep.equal({ rows: TOY.units * TOY.rowsPerUnit });
      });
    }

    it("carries a side input of 40 MB and a key with 200,000 values", async () => {
      await compare(2, { modelBytes: 40_000_000, hotRows: 25_000 });
    });

    it("writes nothing for no input", async () => {
      await compare(2, { units: 0 });
    });
  });
}
