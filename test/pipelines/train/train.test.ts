import { expect } from "chai";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../../model/errors";
import { formatCategories } from "../../../model/categories";
import { encodeSessionBlock, stringAt } from "../../../model/sessionBlock";
import { decodeScoredBlock } from "../../../model/scoredBlock";
import { NOISE_FEATURE, type TrainReport } from "../../../model/trainReport";
import { train } from "../../../pipelines/train/train";
import { loadModel } from "../../../transforms/scoring/loadModel";
import { noiseShare, score } from "../../../transforms/scoring/scoreBlock";
import { sessionBlock } from "../../support/builders";
import { useTempDir } from "../../support/tempDir";
import { CATEGORIES, plantedSessions, writeDiscovery } from "./labelledSample";

const SMALL = "classifier: { trees: 20, seed: 5 }\n";

describe("train", () => {
  const dir = useTempDir();
  const filesOf = (folder: string) =>
    new Map(
      readdirSync(folder)
        .sort()
        .map((name) => [name, readFileSync(join(folder, name), "hex")]),
    );

  it("learns planted categories and writes a model that scores new sessions", async () => {
    const { config, folder: discoveryFolder } = writeDiscovery(dir(), { config: SMALL });
    const { report, folder } = await train(config, { discoveryFolder, categoriesPath: null });
    expect(report.apps.map(({ app }) => app)).to.deep.equal(["phone", "web"]);
    for (const app of report.apps) {
      expect(app.sessions).to.equal(900);
      expect(app.trainingRows + app.heldOutRows).to.equal(900);
      expect(app.heldOutRows).to.be.within(230, 370);
      expect(app.classes.map(({ id }) => id)).to.deep.equal(["find", "look", "buy", "noise"]);
      expect(app.evaluation.totalError).to.be.below(0.15);
      expect(app.comparison.withNoiseFeature.classErrors[3]).to.be.below(app.comparison.scoringOnly.classErrors[3]! + 1e-9);
      expect(app.scoringHow).to.equal("proposed");
      expect(app.scoringEvents).to.include("SEARCH").and.not.include("OPEN");
      expect(app.importance.map(({ feature }) => feature)).to.have.members([...app.scoringEvents, NOISE_FEATURE]);
      expect(app.meanNoise).to.be.within(0.2, 0.95);
    }
    expect(report.warnings.join("\n")).to.contain("tv: not in the model (only 3 sessions)");
    expect(readdirSync(folder)).to.include.members([
      "model-phone.pmml",
      "model-web.pmml",
      "metrics.json",
      "README.md",
      "test-vectors.json",
    ]);
    expect(JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")) as TrainReport).to.deep.equal(report);
    expect(readFileSync(join(folder, "README.md"), "utf8")).to.contain("| Noise | ");
    const left = readdirSync(join(dir(), "out", "runs"), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).to.deep.equal([]);

    const { bundle, encoded } = await loadModel(folder);
    expect(bundle.id).to.equal(report.model);
    const fresh = sessionBlock(plantedSessions("web", 99, 500));
    const block = encodeSessionBlock(fresh);
    const noise = new Map(noiseShare({ block, model: encoded, minEvents: 3 }).value);
    const options = { minEvents: 3, minConfidence: 0.5, minBatchSessions: 10 };
    const { scores } = decodeScoredBlock(score({ block, model: encoded, noise, options }).value);
    const planted = ["find", "look", "buy", "look", "noise"];
    const right = Array.from(
      scores.category,
      (c, i) => scores.categoryIds[c] === planted[Number(stringAt(fresh.users, i).split("-")[1])],
    );
    expect(right.filter(Boolean).length / 500).to.be.greaterThan(0.85);
  });

  it("gives the same files for the same inputs, whatever the threads and blocks of files", async () => {
    const few = "classifier: { trees: 7, seed: 5, maxScoringEvents: 3 }\n";
    const first = writeDiscovery(dir(), { config: few, sessions: 240 });
    const one = await train(first.config, { discoveryFolder: first.folder, categoriesPath: null });
    const files = filesOf(one.folder);
    rmSync(one.folder, { recursive: true });
    const config = { ...first.config, runner: { ...first.config.runner, threads: 2 } };
    const two = await train(config, { discoveryFolder: first.folder, categoriesPath: first.categories });
    expect(two.folder).to.equal(one.folder);
    expect([...filesOf(two.folder)]).to.deep.equal([...files]);
    const other = await train(
      { ...config, classifier: { ...config.classifier, seed: 6 } },
      { discoveryFolder: first.folder, categoriesPath: null },
    );
    expect(other.report.model).to.not.equal(one.report.model);
  });

  it("takes the scoring events that the catalogue pins, and keeps its long tail out of proposals", async () => {
    const catalog = join(dir(), "catalog.yaml");
    writeFileSync(catalog, "events:\n  SEARCH: { role: scoring }\n  CART: { role: scoring }\n  GONE: { role: scoring }\n");
    const { config, folder } = writeDiscovery(dir(), { config: `${SMALL}` });
    const pinned = await train({ ...config, catalogPath: catalog }, { discoveryFolder: folder, categoriesPath: null });
    expect(pinned.report.apps[0]).to.deep.include({
      scoringEvents: ["SEARCH", "CART"],
      scoringHow: "pinned",
      missingEvents: ["GONE"],
    });
    expect(pinned.report.warnings.join("\n")).to.contain("pinned scoring events that do not occur: GONE");
    writeFileSync(catalog, "events:\n  SEARCH: { role: long_tail }\n");
    const kept = await train({ ...config, catalogPath: catalog }, { discoveryFolder: folder, categoriesPath: null });
    expect(kept.report.apps[0]!.scoringEvents).to.not.include("SEARCH");
  });

  it("says loudly when the classifier is not to be trusted", async () => {
    const { config, folder } = writeDiscovery(dir(), { config: "classifier: { trees: 5, maxScoringEvents: 1 }\n" });
    const { report } = await train(config, { discoveryFolder: folder, categoriesPath: null });
    expect(report.apps[0]!.evaluation.totalError).to.be.greaterThan(0.15);
    expect(report.warnings[0]).to.match(/^phone: \d\d\.\d % .* DO NOT TRUST/);
  });

  describe("refuses, before it processes anything,", () => {
    const refused = async (change: (paths: ReturnType<typeof writeDiscovery>) => void, message: string) => {
      const paths = writeDiscovery(dir(), { sessions: 20 });
      change(paths);
      let error: unknown;
      await train(paths.config, { discoveryFolder: paths.folder, categoriesPath: null }).catch(
        (thrown: unknown) => (error = thrown),
      );
      expect(error).to.be.instanceOf(UserError);
      const { message: told, hints } = error as UserError;
      expect([told, ...hints].join("\n")).to.contain(message);
    };
    const rewrite = (categories: string, change: (file: typeof CATEGORIES) => typeof CATEGORIES) =>
      writeFileSync(categories, formatCategories(change(CATEGORIES)));

    it("categories of another discovery", () =>
      refused(({ categories }) => rewrite(categories, (file) => ({ ...file, discovery: "d0" })), "of discovery d0, not of d1"));
    it("a cluster without category", () =>
      refused(
        ({ categories }) => rewrite(categories, (file) => ({ ...file, categories: file.categories.slice(0, 3) })),
        "cluster 4 of phone belongs to no category",
      ));
    it("an app that has no clusters", () =>
      refused(({ categories }) => {
        const [first, ...rest] = CATEGORIES.categories;
        rewrite(categories, (file) => ({
          ...file,
          categories: [{ ...first!, clusters: new Map([...first!.clusters, ["tv", [0]]]) }, ...rest],
        }));
      }, "tv has no clusters in this discovery; apps with clusters: "));
    it("a missing sample", () => refused(({ folder }) => rmSync(join(folder, "sample-web-0000.blocks")), "lacks"));
    it("a missing discovery", () => refused(({ folder }) => rmSync(join(folder, "discovery.json")), "there is no discovery"));
  });
});
