import { expect } from "chai";
import { readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { AppModel } from "../../model/bundle";
import type { Config } from "../../model/config";
import { loadConfig } from "../../model/config/load";
import { UserError } from "../../model/errors";
import { scoreDates } from "../../pipelines/score/score";
import { hours, START_MS } from "../support/builders";
import { useTempDir } from "../support/tempDir";
import { madeUpProject, readTable, writeFile, writeLog, writeModel } from "../pipelines/score/project";
import { madeUpApp, madeUpBundle } from "../transforms/scoring/madeUpModel";

const DATE = "2016-07-01";

describe("faults of model and settings", () => {
  const dir = useTempDir();
  const models = () => join(dir(), "output", "models");

  /** A day is shown; then its logs grow, so that there is something to do. */
  async function published(): Promise<Config> {
    const line = { user: "ana", app: "web", ms: START_MS + hours(9), name: "CLICK" };
    writeLog(dir(), "a.jsonl", [line]);
    const config = madeUpProject(dir());
    await scoreDates(config, [DATE]);
    writeLog(dir(), "b.jsonl", [{ ...line, user: "ben" }]);
    return config;
  }

  /** The run is refused before it begins, and readers see what they saw. */
  async function refused(config: Config): Promise<string> {
    const before = await readTable(config, "sessions");
    const steps: string[] = [];
    let refusal: unknown;
    await scoreDates(config, [DATE], { onStep: (step) => steps.push(step) }).catch((error: unknown) => (refusal = error));
    expect(refusal).to.be.instanceOf(UserError);
    expect(steps).to.deep.equal([]);
    expect(await readTable(config, "sessions")).to.deep.equal(before);
    expect(before.length).to.equal(1);
    return (refusal as UserError).message;
  }

  it("no model, a file of it missing, cut short or changed, another format: refused, the day stays as it was", async () => {
    const config = await published();
    const [id] = readdirSync(models()) as [string];
    const folder = join(models(), id);
    const forest = readdirSync(folder, { recursive: true })
      .map(String)
      .find((name) => name.includes("forest")) as string;
    truncateSync(join(folder, forest), 10);
    expect(await refused(config)).to.match(/was changed after training: .*forest/);
    rmSync(join(folder, forest));
    expect(await refused(config)).to.match(/lacks its file .*forest/);
    writeFile(join(folder, "manifest.json"), JSON.stringify({ kind: "sessionary-model", format: 99, id, files: {} }));
    expect(await refused(config)).to.match(/has format 99/);
    writeFile(join(folder, "manifest.json"), "{");
    expect(await refused(config)).to.match(/holds no model|is not|manifest/);
    rmSync(models(), { recursive: true });
    expect(await refused(config)).to.match(/there is no model in/);
  });

  it("weights that are no numbers, in a model whose hashes are right: refused, the day stays as it was", async () => {
    const good = madeUpApp("web", 3);
    const broken: readonly Partial<AppModel>[] = [
      { idf: good.idf.map(() => NaN) },
      { meanNoise: NaN },
      { forest: { ...good.forest, threshold: good.forest.threshold.map(() => NaN) } },
    ];
    const config = await published();
    rmSync(models(), { recursive: true });
    for (const change of broken) {
      writeModel(models(), madeUpBundle([{ ...good, ...change }]));
      expect(await refused(config)).to.match(/the model in .* is not usable: web: /);
      rmSync(models(), { recursive: true });
    }
  });

  it("settings that are missing or wrong are refused with what to change", async () => {
    const file = join(dir(), "sessionary.yaml");
    const messageOf = async () => {
      try {
        await loadConfig(file);
        return "loaded";
      } catch (error) {
        expect(error).to.be.instanceOf(UserError);
        return (error as UserError).message;
      }
    };
    expect(await messageOf()).to.include("sessionary.yaml");
    writeFile(file, "project: [\n");
    expect(await messageOf()).to.include("sessionary.yaml");
    writeFile(file, "project: x\ninput: { paths: a.jsonl, usr: id }\n");
    expect(await messageOf()).to.match(/problem/);
  });

  it("an identity map that is missing or has rows without a user: refused, the day stays as it was", async () => {
    await published();
    const config = madeUpProject(dir(), (text) => text.replace("  user: user", "  user: user\n  identityMap: people.csv"));
    expect(await refused(config)).to.match(/people.csv cannot be read: there is no such file/);
  });
});
