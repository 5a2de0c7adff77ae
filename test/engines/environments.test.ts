import { expect } from "chai";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { runPipeline } from "../../beam/run";
import { useTempDir } from "../support/tempDir";
import { contentOf, ENGINES, runEmbedded, settingsFor, useEngine } from "./support/underTest";
import { TOY, toyPipeline } from "./toyPipeline";

for (const engine of ENGINES) {
  describe(`ways to start workers for ${engine}`, function () {
    this.timeout(500_000);
    const dir = useTempDir();
    useEngine(engine);

    // `external` is what all other tests use.
    for (const environment of ["process", "loopback"]) {
      it(`${environment}: same bytes as the embedded run`, async () => {
        const [embedded, remote] = ["embedded", "remote"].map((name) => join(dir(), name)) as [string, string];
        mkdirSync(embedded);
        mkdirSync(remote);
        await runEmbedded(toyPipeline({ ...TOY, dir: embedded }));
        await runPipeline("toy", toyPipeline({ ...TOY, dir: remote }), settingsFor(engine, 2, { environment }));
        expect(contentOf(remote)).to.deep.equal(contentOf(embedded));
      });
    }
  });
}
