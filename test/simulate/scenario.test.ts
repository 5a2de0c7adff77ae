import { expect } from "chai";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../../model/errors";
import { readScenario, scenarioWith } from "../../simulate/scenario";
import { SessionSampler } from "../../simulate/behaviours";
import { Random } from "../../simulate/random";
import { rareEventNames, vocabularyOf } from "../../simulate/vocabulary";
import { useTempDir } from "../support/tempDir";

const problemsOf = (make: () => unknown): readonly string[] => {
  try {
    make();
  } catch (error) {
    if (error instanceof UserError) return [error.message, ...error.hints];
    throw error;
  }
  return [];
};

describe("a scenario", () => {
  const dir = useTempDir();

  it("of the demo has three clients, thirteen behaviours in seven categories, and one category of noise", () => {
    const scenario = scenarioWith();
    expect(Object.keys(scenario.clients)).to.deep.equal(["web", "iphone", "android"]);
    expect(Object.keys(scenario.behaviours).length).to.equal(13);
    expect(
      Object.values(scenario.categories)
        .map((c) => c.noise)
        .sort(),
    ).to.deep.equal([false, false, false, false, false, false, true]);
    expect(new Set(Object.values(scenario.behaviours).map((b) => b.category)).size).to.equal(7);
  });

  it("file is laid over the demo's, key by key, and null takes a key out", () => {
    const path = join(dir(), "my.yaml");
    writeFileSync(path, "product: Pond\nclients: { android: null, web: { gapSeconds: 60 } }\nloggingChanges: []\n");
    const scenario = readScenario(path, { difficulty: 0.25 });
    expect(scenario.product).to.equal("Pond");
    expect(Object.keys(scenario.clients)).to.deep.equal(["web", "iphone"]);
    expect(scenario.clients["web"]).to.include({ gapSeconds: 60, share: 34 });
    expect(scenario.loggingChanges).to.deep.equal([]);
    expect(scenario.difficulty).to.equal(0.25);
  });

  it("with mistakes names all of them", () => {
    const shape = problemsOf(() => scenarioWith({ difficulty: 2, robots: { fast: -1 }, colour: "red" }));
    expect(shape.join("\n"))
      .to.match(/difficulty[^]*robots\.fast/)
      .and.to.match(/colour/);
    const cross = problemsOf(() =>
      scenarioWith({ clients: { web: { mix: { nap: 1 } } }, categories: { odds: { noise: false } } }),
    );
    expect(cross.join("\n")).to.include("there is no behaviour nap").and.to.include("exactly one has noise");
    expect(problemsOf(() => readScenario(join(dir(), "none.yaml")))[0]).to.match(/cannot read the scenario/);
  });

  it("has made-up rare names that do not depend on how many are asked for", () => {
    expect(rareEventNames(50)).to.deep.equal(rareEventNames(400).slice(0, 50));
    expect(new Set(rareEventNames(400)).size).to.equal(400);
  });
});

describe("the session sampler", () => {
  const countsOf = (overrides: Record<string, unknown>, behaviour: string, sessions = 400) => {
    const scenario = scenarioWith(overrides);
    const vocabulary = vocabularyOf(scenario);
    const sampler = new SessionSampler(scenario, vocabulary, 0);
    const random = new Random(3, 1, 2);
    const out = new Uint16Array(4096);
    const counts = new Map<string, number>();
    for (let i = 0; i < sessions; i++) {
      sampler.draw(random, Object.keys(scenario.behaviours).indexOf(behaviour), 20, out);
      for (const id of out.subarray(0, 20))
        counts.set(vocabulary.names[id] as string, (counts.get(vocabulary.names[id] as string) ?? 0) + 1);
    }
    return counts;
  };

  it("makes the signature event stand out, less so the harder it is", () => {
    const share = (difficulty: number) => (countsOf({ difficulty }, "word_search").get("search_submit") ?? 0) / 8000;
    expect(share(0)).to.be.greaterThan(share(0.5) + 0.03);
    expect(share(0.5)).to.be.greaterThan(share(1) + 0.03);
    expect(share(1)).to.be.greaterThan(0.08);
  });

  it("draws the same from every behaviour when there is no structure", () => {
    const a = countsOf({ structureless: true }, "word_search");
    const b = countsOf({ structureless: true }, "cook_mode");
    expect(a).to.deep.equal(b);
  });
});
