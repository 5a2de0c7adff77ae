import { expect } from "chai";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppModel, ModelBundle } from "../../../model/bundle";
import { bundleFiles, encodeBundle, MANIFEST_FILE } from "../../../model/bundleFiles";
import { UserError } from "../../../model/errors";
import { loadModel, problemOf } from "../../../transforms/scoring/loadModel";
import { encodeVectors, testVectors, VECTORS_FILE, type TestVector } from "../../../transforms/scoring/testVectors";
import { useTempDir } from "../../support/tempDir";
import { madeUpApp, madeUpBundle, madeUpSessions } from "./madeUpModel";

describe("loading a model", () => {
  const dir = useTempDir();
  const sessions = madeUpSessions(3, 30).map(({ events }) => new Map(Object.entries(events)));
  const vectorsOf = (bundle: ModelBundle) =>
    bundle.apps.map((model) => ({ app: model.app, vectors: testVectors(model, sessions) }));

  function write(
    bundle: ModelBundle,
    vectors: readonly { app: string; vectors: readonly TestVector[] }[] | null = vectorsOf(bundle),
  ) {
    const folder = join(dir(), bundle.id);
    mkdirSync(folder);
    const others = vectors === null ? {} : { [VECTORS_FILE]: encodeVectors(vectors) };
    for (const [name, bytes] of bundleFiles(bundle, others)) writeFileSync(join(folder, name), bytes);
    return folder;
  }
  async function refusal(folder: string): Promise<string> {
    try {
      await loadModel(folder);
    } catch (error) {
      expect(error).to.be.instanceOf(UserError);
      return (error as UserError).message;
    }
    return "loaded";
  }

  it("gives back what was written", async () => {
    const bundle = madeUpBundle();
    const loaded = await loadModel(write(bundle));
    expect(loaded.bundle).to.deep.equal(bundle);
    expect(Buffer.compare(loaded.encoded, encodeBundle(bundle))).to.equal(0);
  });

  it("refuses a folder without a model, a missing file, and a changed one", async () => {
    expect(await refusal(dir())).to.contain("there is no model in");
    const folder = write(madeUpBundle());
    const vocabulary = join(folder, "vocabulary.jsonl");
    writeFileSync(vocabulary, readFileSync(vocabulary, "utf8").replace("SEARCH", "SEARCHES"));
    expect(await refusal(folder)).to.contain("was changed after training: vocabulary.jsonl");
    rmSync(vocabulary);
    expect(await refusal(folder)).to.contain("lacks its file vocabulary.jsonl");
    writeFileSync(join(folder, MANIFEST_FILE), "{}");
    expect(await refusal(folder)).to.contain("holds no model");
  });

  it("refuses a model that gives other results than it gave when it was trained", async () => {
    const bundle = madeUpBundle();
    const [first, ...rest] = vectorsOf(bundle);
    const changed = first!.vectors.map((vector, i) => (i === 4 ? { ...vector, votes: vector.votes + 1 } : vector));
    expect(await refusal(write(bundle, [{ app: first!.app, vectors: changed }, ...rest]))).to.contain("test session 5 of iphone");
  });

  it("refuses a model without test vectors, and vectors of an app it does not have", async () => {
    expect(await refusal(write(madeUpBundle(), null))).to.contain(`lacks its file ${VECTORS_FILE}`);
    const other = madeUpBundle([madeUpApp("tv", 1)]);
    expect(await refusal(write(other, vectorsOf(madeUpBundle())))).to.contain("test session 1 of iphone");
  });

  describe("refuses", () => {
    const good = madeUpApp("web", 3);
    const broken: [string, Partial<AppModel>][] = [
      ["the idf of LIKE is NaN", { idf: good.idf.map((x, i) => (i === 2 ? NaN : x)) }],
      ["the idf of ALWAYS is Infinity", { idf: good.idf.map((x, i) => (i === 0 ? Infinity : x)) }],
      ["the idf of ALWAYS is -1", { idf: good.idf.map((x, i) => (i === 0 ? -1 : x)) }],
      ["an event stands twice", { vocabulary: [...good.vocabulary.slice(1), "VIEW"] }],
      ["a scoring event is not in the vocabulary", { scoring: Uint32Array.of(1, 2, 3, 8) }],
      ["the mean noise share is 0", { meanNoise: 0 }],
      ["the mean noise share is NaN", { meanNoise: NaN }],
      ["the class elsewhere is no category", { classes: ["search", "browse", "elsewhere"] }],
      ["another number of features", { scoring: Uint32Array.of(1, 2, 3) }],
      ["another number of classes", { classes: ["search", "browse"] }],
      ["the threshold NaN", { forest: { ...good.forest, threshold: good.forest.threshold.map(() => NaN) } }],
      ["gap 0 s", { gapSeconds: 0 }],
    ];
    for (const [what, change] of broken) {
      it(what, async () => {
        const ids = new Set(["search", "browse", "noise"]);
        expect(problemOf(good, ids)).to.equal(null);
        expect(problemOf({ ...good, ...change }, ids)).to.contain(what);
        if (!what.includes("vocabulary")) {
          expect(await refusal(write(madeUpBundle([{ ...good, ...change }]), []))).to.contain("is not usable: web");
        }
      });
    }
  });
});
