import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { placeOf } from "../../io/places/place";
import type { Config } from "../../model/config";
import { parseConfig } from "../../model/config/load";
import { UserError } from "../../model/errors";
import { discover } from "../../pipelines/discover/discover";
import { diffVersions } from "../../pipelines/diff";
import { explain } from "../../pipelines/explain";
import { exportTable } from "../../pipelines/export";
import { generate } from "../../pipelines/generate";
import { init } from "../../pipelines/init/init";
import { profile } from "../../pipelines/profile/profile";
import { scoreDates } from "../../pipelines/score/score";
import { train } from "../../pipelines/train/train";
import { useTempDir } from "../support/tempDir";
import { uploadFolder } from "./support/storeProject";
import { gcsTestStore, s3TestStore } from "./support/stores";

const DATE = "2026-03-03";
const STORES = [
  { name: "S3", open: s3TestStore, format: "jsonl", gzip: true, ending: "jsonl.gz" },
  { name: "Google Cloud Storage", open: gcsTestStore, format: "parquet", gzip: false, ending: "parquet" },
] as const;

/** Settings of a project whose logs, lists and output are below two folders or URLs. */
function settings(logs: string, output: string, ending: string): string {
  return `
project: shop
input:
  paths: "${logs}/logs/date={yyyy}-{MM}-{dd}/*.${ending}"
  user: user
  time: ts
  event: event
  app: { column: app }
  identityMap: "${logs}/identity.csv"
catalog: "${logs}/catalog.yaml"
sessions: { minEvents: 2 }
discovery: { kMin: 2, kMax: 4, sampleSessions: 400, clusterSampleSessions: 200, claraRuns: 1, stabilitySubsets: 3, nullRuns: 1 }
classifier: { trees: 20 }
scoring: { minBatchSessions: 20 }
output: { path: "${output}" }
`;
}

for (const { name, open, format, gzip, ending } of STORES) {
  describe(`all jobs with logs, lists, model and tables in ${name}`, function () {
    this.timeout(300_000);
    const dir = useTempDir();

    it(`find and make the same from ${ending} there as here`, async () => {
      const store = await open();
      const bucket = await store.makeBucket(`jobs-${randomUUID()}`);
      const here = join(dir(), "made");
      await generate({ outDir: here, events: 9000, days: 3, format, gzip });
      await uploadFolder(here, `${bucket}/made`);
      const load = (text: string): Config => {
        const config = parseConfig(text, { file: "sessionary.yaml", baseDir: dir() });
        return { ...config, runner: { ...config.runner, threads: 0 } };
      };
      const local = load(settings(here, join(dir(), "output"), ending));
      const there = load(settings(`${bucket}/made`, `${bucket}/output`, ending));

      const glance = await init({ logs: [`${bucket}/made/logs`], configPath: join(dir(), "own", "sessionary.yaml") });
      expect(glance.files).to.be.greaterThan(3);
      const all = { dates: null };
      expect((await profile(there, all)).report.apps).to.deep.equal((await profile(local, all)).report.apps);
      const [found, foundHere] = [await discover(there, all), await discover(local, all)];
      expect(found.report.apps).to.deep.equal(foundHere.report.apps);
      expect(found.categoriesPath.startsWith(`${bucket}/output/discovery/`)).to.equal(true);
      const nothing = { discoveryFolder: null, categoriesPath: null };
      const [learned, learnedHere] = [await train(there, nothing), await train(local, nothing)];
      expect(learned.report.apps).to.deep.equal(learnedHere.report.apps);

      const scored = await scoreDates(there, [DATE]);
      await scoreDates(local, [DATE]);
      expect(scored.days.map(({ kind }) => kind)).to.deep.equal(["published"]);
      const columns = ["session_id", "user", "app", "start", "event_count", "category", "confidence", "noise_feature"];
      const file = { table: "sessions", format: "csv", dates: null, version: null, columns } as const;
      await exportTable(there, { ...file, to: join(dir(), "there.csv") });
      await exportTable(local, { ...file, to: join(dir(), "here.csv") });
      const text = async (path: string) => Buffer.from(await placeOf(path).read(path)).toString();
      const rows = await text(join(dir(), "there.csv"));
      expect(rows).to.equal(await text(join(dir(), "here.csv")));
      const [id] = (rows.split("\n")[1] as string).split(",");
      const explained = await explain(there, { sessionId: id as string });
      expect(explained.session.session_id).to.equal(id);
      expect(explained.agrees).to.equal(true);
      await scoreDates({ ...there, scoring: { ...there.scoring, minConfidence: 0.9 } }, [DATE]);
      const compared = await diffVersions(there, { from: DATE, to: DATE, versions: null });
      expect(compared.versions).to.deep.equal([0, 1]);
      expect(compared.both).to.be.greaterThan(10);
    });
  });

  describe(`what is wrong with a place in ${name}`, () => {
    const dir = useTempDir();

    it("is told in one line: no such bucket, no such file, nothing there", async () => {
      const { scheme, makeBucket } = await open();
      const bucket = await makeBucket(`wrong-${randomUUID()}`);
      const none = `${scheme}://nobody-made-this-bucket`;
      const told = async (work: Promise<unknown>) => {
        const error = await work.then(
          () => null,
          (failure: unknown) => failure,
        );
        expect(error).to.be.instanceOf(UserError);
        return (error as UserError).message;
      };
      const bytes = new Uint8Array(3);
      expect(await told(placeOf(none).list(`${none}/logs/`))).to.equal(`there is no bucket ${none}`);
      expect(await told(placeOf(none).write(`${none}/x`, bytes))).to.equal(`there is no bucket ${none}`);
      expect(await told(placeOf(none).writeIfAbsent(`${none}/x`, bytes))).to.equal(`there is no bucket ${none}`);
      expect(await told(placeOf(bucket).list("s3:///x"))).to.include("names no bucket");
      const config = parseConfig(settings(bucket, `${bucket}/output`, ending).replace(/\{yyyy\}-\{MM\}-\{dd\}/, "2026"), {
        file: "sessionary.yaml",
        baseDir: dir(),
      });
      expect(await told(profile(config, { dates: null }))).to.match(/^no file matches (s3|gs):\/\/wrong-/);
      expect(await told(scoreDates(config, [DATE]))).to.include(`${bucket}/output`);
    });
  });
}
