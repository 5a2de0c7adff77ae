import { expect } from "chai";
import { scoreDates } from "../../pipelines/score/score";
import { startEmulator, type Emulator } from "../../tools/emulators/emulator";
import { planOf } from "../../tools/engine/engines";
import { useTempDir } from "../support/tempDir";
import { allTableBytes, DATES, storeProject } from "./support/storeProject";
import { gcsTestStore, s3TestStore } from "./support/stores";

describe("workers of an engine", function () {
  this.timeout(300_000);
  const dir = useTempDir();
  let prism: Emulator;

  before(async () => {
    const [part] = planOf("prism").processes;
    if (part === undefined) throw new Error("Prism is one process");
    prism = await startEmulator({
      name: "prism-places",
      command: part.command,
      args: (port) => planOf("prism", port).processes[0]?.args ?? [],
    });
  });
  after(() => prism.stop());

  for (const [name, open] of [
    ["S3", s3TestStore],
    ["Google Cloud Storage", gcsTestStore],
  ] as const) {
    it(`read logs from ${name} and write the bytes of the embedded run there`, async () => {
      const { bucket, settings, config } = await storeProject(await open(), dir());
      const embedded = config(settings({ input: "store", output: `${bucket}/embedded` }));
      await scoreDates(embedded, [DATES[0]]);
      const onEngine = config(settings({ input: "store", output: `${bucket}/engine` }));
      const runner = { kind: "prism", jobEndpoint: `localhost:${prism.port}`, parallelism: 2, deadlineSeconds: 240 } as const;
      await scoreDates({ ...onEngine, runner: { ...onEngine.runner, ...runner } }, [DATES[0]]);
      expect(await allTableBytes(onEngine.output.path)).to.deep.equal(await allTableBytes(embedded.output.path));
    });
  }
});
