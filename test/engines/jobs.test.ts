import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWorkerPool } from "../../beam/pool/pool";
import { JOBS, Project } from "./support/project";
import { ENGINES, settingsFor, useEngine } from "./support/underTest";

const EVENTS = 20_000;
const PARALLELISMS = [1, 2, 4];

describe("jobs of ours", function () {
  this.timeout(1_000_000);
  const root = mkdtempSync(join(tmpdir(), "sessionary-jobs-"));
  const project = new Project(join(root, "project"));

  before(() => project.prepare(EVENTS));
  after(() => rmSync(root, { recursive: true, force: true }));

  for (const engine of ENGINES) {
    describe(`on ${engine}`, () => {
      useEngine(engine);

      for (const job of JOBS) {
        for (const parallelism of job === "score" ? PARALLELISMS : [2]) {
          it(`${job} writes the bytes of the embedded run, at parallelism ${parallelism}`, async () => {
            const { kind, jobEndpoint } = settingsFor(engine, parallelism);
            const runner = { kind, jobEndpoint: jobEndpoint!, parallelism, deadlineSeconds: 900 };
            const written = await project.runOn(job, runner);
            expect([...written.keys()]).to.deep.equal([...project.expected(job).keys()]);
            expect(written).to.deep.equal(project.expected(job));
          });
        }
      }
    });
  }

  describe("with one user who has 1.5 million events", () => {
    let expected: Map<string, string>;
    before(async () => {
      expected = await project.prepareHotUser(1_500_000);
    });

    for (const engine of ENGINES) {
      describe(`on ${engine}`, () => {
        useEngine(engine);

        it("score writes the bytes of the embedded run, in workers below 500 MB", async () => {
          const { kind, jobEndpoint } = settingsFor(engine, 2);
          const pool = await startWorkerPool({ connectTimeoutMs: 120_000 });
          try {
            const runner = { kind, jobEndpoint: jobEndpoint!, parallelism: 2, deadlineSeconds: 900, workerPool: pool.address };
            expect(await project.scoreHotUser(runner)).to.deep.equal(expected);
            expect(Math.max(...pool.records.map(({ peakBytes }) => peakBytes))).to.be.within(1, 500e6);
          } finally {
            await pool.stop();
          }
        });
      });
    }
  });
});
