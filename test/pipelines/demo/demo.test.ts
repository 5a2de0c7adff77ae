import { expect } from "chai";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { AppDiscovery, ClusterCard } from "../../../model/discoveryReport";
import { UserError } from "../../../model/errors";
import { readyFolder } from "../../../pipelines/demo/folder";
import { accuracyOf, randIndexOf, sharesOf, type LabelCount } from "../../../pipelines/demo/measure";
import { nameClusters } from "../../../pipelines/demo/nameClusters";
import { scenarioWith } from "../../../simulate/scenario";
import { DEMO_STEPS, demo, type DemoStep } from "../../../pipelines/demo/demo";
import { useTempDir } from "../../support/tempDir";

const card = (cluster: number, topWeighted: readonly (readonly [event: string, weight: number])[]) =>
  ({ cluster, topWeighted: topWeighted.map(([event, weight]) => ({ event, weight })) }) as unknown as ClusterCard;
const appOf = (app: string, cards: readonly ClusterCard[]) => ({ app, cards }) as unknown as AppDiscovery;
const counted = (truth: string, label: string, sessions: number, date = "2026-03-02"): LabelCount => ({
  date,
  app: "web",
  truth,
  label,
  sessions,
});

describe("the demo's names", () => {
  const named = nameClusters(
    "d1",
    [
      appOf("web", [
        card(0, [
          ["search_submit", 3],
          ["search_result_open", 2],
          ["idea_open", 1],
        ]),
        card(1, [
          ["idea_hover", 2],
          ["feed_deep_scroll", 3],
        ]),
        card(2, [
          ["help_open", 1],
          ["faq_read", 1],
          ["clip_play", 1],
        ]),
      ]),
      appOf("iphone", [
        card(0, [
          ["pantry_filter_set", 3],
          ["pantry_match_open", 2],
        ]),
        card(1, [
          ["clip_play", 3],
          ["search_submit", 2.9],
          ["idea_save", 1],
        ]),
      ]),
    ],
    scenarioWith(),
  );
  const clustersOf = (id: string) => Object.fromEntries(named.categories.find((c) => c.id === id)?.clusters ?? []);

  it("go by what most of the weight of a card's events is for, own names of a client included", () => {
    expect(clustersOf("find")).to.deep.equal({ web: [0], iphone: [0] });
    expect(clustersOf("browse")).to.deep.equal({ web: [1] });
  });

  it("call a card long tail when its events are for nothing, or for too many things", () => {
    expect(clustersOf("odds")).to.deep.equal({ web: [2], iphone: [1] });
    expect(named.categories.find((c) => c.id === "odds")?.noise).to.equal(true);
  });

  it("leave out categories that no cluster speaks for", () => {
    expect(named.categories.map((c) => c.id)).to.deep.equal(["browse", "find", "odds"]);
  });
});

describe("the demo's measures", () => {
  const counts = [
    counted("cook", "cook", 6),
    counted("cook", "find", 2),
    counted("find", "find", 2),
    counted("find", "(short)", 90),
  ];

  it("count labelled sessions only", () => {
    expect(accuracyOf(counts)).to.equal(0.8);
    expect(sharesOf(counts, "label")).to.deep.equal({ cook: 0.6, find: 0.4 });
    expect(sharesOf(counts, "truth")).to.deep.equal({ cook: 0.8, find: 0.2 });
    expect(accuracyOf([])).to.satisfy(Number.isNaN);
  });

  it("give the adjusted Rand index of the pairs, counted one by one", () => {
    const rows = counts.flatMap(({ truth, label, sessions }) =>
      label === "(short)" ? [] : Array.from({ length: sessions }, () => [truth, label]),
    );
    let both = 0;
    let inTruth = 0;
    let inLabel = 0;
    let pairs = 0;
    rows.forEach((a, i) =>
      rows.slice(0, i).forEach((b) => {
        pairs += 1;
        if (a[0] === b[0]) inTruth += 1;
        if (a[1] === b[1]) inLabel += 1;
        if (a[0] === b[0] && a[1] === b[1]) both += 1;
      }),
    );
    const expected = (inTruth * inLabel) / pairs;
    expect(randIndexOf(counts)).to.be.closeTo((both - expected) / ((inTruth + inLabel) / 2 - expected), 1e-12);
  });
});

describe("the demo's folder", () => {
  const dir = useTempDir();

  it("is made, and replaced when an earlier demo is in it", () => {
    const out = join(dir(), "demo");
    expect(readyFolder(out, { seed: 1 })).to.equal(false);
    mkdirSync(join(out, "logs"));
    writeFileSync(join(out, "logs", "a.jsonl"), "{}");
    expect(readyFolder(out, { seed: 2 })).to.equal(true);
    expect(readdirSync(out)).to.deep.equal(["demo.json"]);
  });

  it("is left alone when anything else is in it", () => {
    const mine = join(dir(), "mine");
    mkdirSync(join(mine, "logs"), { recursive: true });
    expect(() => readyFolder(mine, {})).to.throw(UserError, "not the demo's");
    const mixed = join(dir(), "mixed");
    readyFolder(mixed, {});
    writeFileSync(join(mixed, "thesis.txt"), "years of work");
    expect(() => readyFolder(mixed, {})).to.throw(UserError, "thesis.txt");
    expect(existsSync(join(mixed, "thesis.txt"))).to.equal(true);
  });
});

describe("the demo, whole", () => {
  const folder = useTempDir();

  it("finds most of what was planted, loses no session, and leaves pages, settings and tables", async function () {
    this.timeout(180_000);
    const outDir = join(folder(), "demo");
    const started: DemoStep[] = [];
    const { summary, measured, seconds, replaced, configPath, pagePath } = await demo(
      { outDir, events: 100_000, days: 3, seed: 1, runner: { threads: 2 } },
      { onStart: (step) => void started.push(step) },
    );
    expect([started, Object.keys(seconds), replaced]).to.deep.equal([[...DEMO_STEPS], [...DEMO_STEPS], false]);
    for (const path of [
      configPath,
      pagePath,
      ...summary.page.files.filter(({ link }) => link).map(({ path }) => join(outDir, path)),
    ]) {
      expect(existsSync(path), path).to.equal(true);
    }
    // Gaps are measured, not planted, so a few sessions may be cut otherwise; none may be missing from the table.
    expect(measured.sameSessions / measured.trueSessions).to.be.greaterThan(0.9);
    expect(measured.tableSessions).to.be.greaterThan(measured.sameSessions);
    expect(measured.staff).to.deep.equal({ planted: measured.staff.planted, found: measured.staff.planted });
    expect(measured.robots.found).to.be.greaterThan(measured.robots.planted / 2);
    for (const { app, accuracy, randIndex } of summary.apps) {
      expect(accuracy, app).to.be.greaterThan(0.6);
      expect(randIndex, app).to.be.within(0.4, 1);
    }
    // The changes of logging come later: nothing is said about what was not seen.
    expect([summary.changeDate, summary.accuracy.after, summary.largestMove.error]).to.deep.equal([null, NaN, NaN]);
    expect(summary.page.checks.filter(({ holds }) => holds === false)).to.deep.equal([]);
  });
});
