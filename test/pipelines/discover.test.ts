import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { UserError } from "../../model/errors";
import { parseCategories } from "../../model/categories";
import { random } from "../../ml/random";
import { discover, hasStructure } from "../../pipelines/discover/discover";
import { profile } from "../../pipelines/profile/profile";
import { minutes } from "../support/builders";
import { projectConfig, writeLog, type LogRow } from "../support/project";
import { useTempDir } from "../support/tempDir";

const SETTINGS = [
  "sessions: { minEvents: 3 }",
  "discovery: { kMin: 2, kMax: 5, stabilitySubsets: 6, nullRuns: 4, clusterSampleSessions: 200 }",
].join("\n");

/** Three kinds of sessions with their own three events and some shared ones; or, without structure, events at random. */
function log(sessions: number, structure: boolean, kinds = [0, 1, 2], day = 1): LogRow[] {
  const draw = random(5);
  const rows: LogRow[] = [];
  for (let s = 0; s < sessions; s++) {
    const kind = kinds[s % 3]!;
    let ts = Date.UTC(2016, 6, day) + Math.floor(draw() * minutes(1000));
    for (let i = 0; i < 8; i++) {
      const own = structure ? kind : Math.floor(draw() * 3);
      const event = draw() < 0.75 ? `KIND_${own}_${Math.floor(draw() * 3)}` : `SHARED_${Math.floor(draw() * 3)}`;
      rows.push({ user: `u${s}`, ts, event, app: s % 2 ? "web" : "phone" });
      ts += 1 + Math.floor(draw() * minutes(3));
    }
  }
  return rows;
}

describe("discover", () => {
  const dir = useTempDir();

  it("finds the planted kinds in every app and proposes them as categories shared by the apps", async () => {
    writeLog(dir(), log(900, true), 3);
    const { report, categoriesPath } = await discover(projectConfig(dir(), SETTINGS), { dates: null });
    expect(report.apps.map(({ app, k, verdict }) => [app, k, verdict?.structure])).to.deep.equal([
      ["phone", 3, "clear"],
      ["web", 3, "clear"],
    ]);
    expect(hasStructure(report.apps)).to.equal(true);
    for (const { cards, clusteredSessions } of report.apps) {
      expect(cards.reduce((sum, card) => sum + card.sessions, 0)).to.equal(clusteredSessions);
      for (const card of cards) {
        const kind = card.topWeighted[0]!.event.slice(0, 6);
        expect(card.topWeighted.slice(0, 3).every(({ event }) => event.startsWith(kind))).to.equal(true);
        expect(card.overUsed.map(({ event }) => event)).to.include(card.topWeighted[0]!.event);
        expect(card.examples).to.have.length(3);
        expect(card.examples[0]!.events).to.have.length(8);
      }
    }
    const { categories } = parseCategories(readFileSync(categoriesPath, "utf8"), "categories.yaml");
    expect(categories).to.have.length(3);
    for (const { clusters } of categories) expect([...clusters.keys()].sort()).to.deep.equal(["phone", "web"]);
  });

  it("writes the same bytes for any number of threads, splits and spill", async () => {
    writeLog(dir(), log(600, true), 3);
    const contents = (folder: string) =>
      readdirSync(folder)
        .sort()
        .map((file) => [file, readFileSync(join(folder, file)).toString("base64")]);
    const plain = projectConfig(dir(), SETTINGS);
    const first = contents((await discover(plain, { dates: null })).folder);
    const threads = projectConfig(dir(), SETTINGS, "runner: { threads: 2, spillMegabytes: 0.01 }");
    const second = contents(
      (await discover({ ...threads, input: { ...threads.input, splitBytes: plain.input.splitBytes } }, { dates: null })).folder,
    );
    expect(second).to.deep.equal(first);
  });

  it("says that there is no structure where events are random", async () => {
    writeLog(dir(), log(900, false), 1);
    const { report } = await discover(projectConfig(dir(), SETTINGS), { dates: null });
    expect(report.apps.map(({ verdict }) => verdict?.structure)).to.not.include("clear");
  });

  it("takes a k that a person chose", async () => {
    writeLog(dir(), log(600, true), 1);
    const { report } = await discover(projectConfig(dir(), SETTINGS.replace("kMin: 2", "k: { web: 4 }, kMin: 2")), {
      dates: null,
    });
    expect(report.apps.map(({ app, k, chosenByPerson }) => [app, k, chosenByPerson])).to.deep.equal([
      ["phone", 3, false],
      ["web", 4, true],
    ]);
  });

  it("reports what was compared with shuffled twins, every k with its clusters, and a map of sessions", async () => {
    writeLog(dir(), log(600, true), 1);
    const { report, pagePath } = await discover(projectConfig(dir(), SETTINGS), { dates: null });
    for (const app of report.apps) {
      expect(app.candidates.map(({ k }) => k)).to.deep.equal([2, 3, 4, 5]);
      for (const { k, sizes, silhouettes, stability } of app.candidates) {
        expect([sizes.length, silhouettes.length, stability?.perCluster.length]).to.deep.equal([k, k, k]);
        expect(sizes.reduce((sum, size) => sum + size, 0)).to.equal(app.clusteredSessions);
      }
      const { verdict } = app;
      expect(verdict?.twins).to.equal(8);
      expect(verdict?.observed.silhouette).to.be.above(verdict!.silhouetteRange[1]);
      expect(app.map).to.have.length(Math.min(1500, app.clusteredSessions));
      expect(new Set(app.map.map(({ cluster }) => cluster))).to.deep.equal(new Set([0, 1, 2]));
    }
    const page = readFileSync(pagePath, "utf8");
    for (const figure of [
      "Against shuffled data",
      "Numbers of clusters",
      "Variance explained",
      "Map of sessions",
      "Sizes of the clusters",
    ])
      expect(page).to.include(figure);
  });

  it("adds a k to an earlier discovery without doing the rest again, with the same result as from the start", async () => {
    writeLog(dir(), log(600, true), 1);
    const first = await discover(projectConfig(dir(), SETTINGS), { dates: null });
    const wider = projectConfig(dir(), SETTINGS.replace("kMax: 5", "kMax: 6, k: { default: 4 }"));
    const resumed = await discover(wider, { dates: null, resume: true });
    expect(first.report.reusedEvaluations).to.equal(0);
    expect(resumed.report.reusedEvaluations).to.equal(8);
    expect(resumed.report.id).to.not.equal(first.report.id);
    const fresh = await discover(wider, { dates: null });
    const apps = fresh.report.apps.map(({ candidates, k }) => [candidates.map((row) => row.k), k]);
    expect(apps).to.deep.equal([
      [[2, 3, 4, 5, 6], 4],
      [[2, 3, 4, 5, 6], 4],
    ]);
    expect({ ...fresh.report, reusedEvaluations: 8 }).to.deep.equal(resumed.report);
    // Nothing new is asked for: nothing is clustered, halved or compared with twins again.
    const again = await discover(wider, { dates: null, resume: true });
    expect({ ...again.report, reusedEvaluations: 8 }).to.deep.equal(resumed.report);
    expect(Object.keys(fresh.run.counters)).to.include.members(["sampled", "clusterings", "subsets", "twins"]);
    expect(Object.keys(again.run.counters))
      .to.include("sampled")
      .and.to.not.include.any.members(["clusterings", "subsets", "twins"]);
    const other = projectConfig(dir(), SETTINGS.replace("stabilitySubsets: 6", "stabilitySubsets: 5"));
    expect((await discover(other, { dates: null, resume: true })).report.reusedEvaluations).to.equal(0);
  });

  it("carries categories over to a later discovery: what stayed keeps id and name, what is new gets its own, what went is told", async () => {
    writeLog(dir(), [...log(600, true), ...log(600, true, [0, 1, 3], 9)], 1);
    const on = (date: string) => ({ dates: { from: date, to: date } });
    const config = projectConfig(dir(), SETTINGS);
    const first = await discover(config, on("2016-07-01"));
    const edited = readFileSync(first.categoriesPath, "utf8")
      .replace(/id: kind_0.*\n(\s+)name: .*/, "id: cooking\n$1name: Cooking at home")
      .replace(/id: kind_1.*\n(\s+)name: .*/, "id: looking\n$1name: Looking around");
    writeFileSync(first.categoriesPath, edited);
    const later = await discover(config, on("2016-07-09"));
    const { previous } = later.report;
    expect(previous?.id).to.equal(first.report.id);
    for (const app of ["phone", "web"]) {
      const changes = previous!.changes.filter((change) => change.app === app);
      expect(changes.map(({ kind }) => kind).sort()).to.deep.equal(["born", "gone", "same", "same"]);
      for (const { kind, jaccard } of changes) if (kind === "same") expect(jaccard).to.be.above(0.95);
      expect(changes.find(({ kind }) => kind === "born")!.sessions).to.be.within(90, 110);
    }
    const { categories } = parseCategories(readFileSync(later.categoriesPath, "utf8"), "categories.yaml");
    const eventsOf = (id: string) => {
      const { clusters } = categories.find((category) => category.id === id)!;
      return later.report.apps.flatMap(({ app, cards }) =>
        (clusters.get(app) ?? []).map((cluster) =>
          cards.find((card) => card.cluster === cluster)!.topWeighted[0]!.event.slice(0, 6),
        ),
      );
    };
    expect(categories.find(({ id }) => id === "cooking")?.name).to.equal("Cooking at home");
    expect(eventsOf("cooking")).to.deep.equal(["KIND_0", "KIND_0"]);
    expect(eventsOf("looking")).to.deep.equal(["KIND_1", "KIND_1"]);
    // The one that went keeps its place, without clusters; the new one has an id of its own.
    expect(categories).to.have.length(4);
    expect(categories.map(({ clusters }) => clusters.size)).to.have.members([0, 2, 2, 2]);
    expect(eventsOf(categories.at(-1)!.id)).to.deep.equal(["KIND_3", "KIND_3"]);
    expect(readFileSync(later.pagePath, "utf8")).to.include("What became of the clusters");
    const alone = await discover(config, { ...on("2016-07-09"), previous: null });
    expect(alone.report.previous).to.equal(null);
  });

  it("says what to change where too few event names can tell sessions apart", async () => {
    writeLog(
      dir(),
      log(300, true).map((row) => ({ ...row, event: row.event.startsWith("KIND") ? "A" : "B" })),
    );
    const { report } = await discover(projectConfig(dir(), SETTINGS), { dates: null });
    for (const app of report.apps) expect(app.tooLittle).to.match(/event names can tell sessions apart.*input\.event/);
    expect(hasStructure(report.apps)).to.equal(false);
  });

  it("names the range of the data where the dates asked for hold nothing", async () => {
    writeLog(dir(), log(30, true));
    const empty = discover(projectConfig(dir(), SETTINGS), { dates: { from: "2020-01-01", to: "2020-01-01" } });
    const error = await empty.then(
      () => null,
      (caught: unknown) => caught,
    );
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).message).to.match(/no events on 2020-01-01: the data goes from 2016-07-01T/);
  });
});

describe("profile", () => {
  const dir = useTempDir();

  it("counts events, users and days, and proposes a gap where pauses are of two kinds", async () => {
    const draw = random(2);
    const rows: LogRow[] = [];
    const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
    for (let user = 0; user < 300; user++) {
      let ts = Date.UTC(2016, 6, 1);
      for (let i = 0; i < 40; i++) {
        rows.push({ user: `u${user}`, ts, event: i % 2 ? "A" : "B", app: "web" });
        const medianMs = draw() < 0.8 ? 20_000 : 12 * 3_600_000;
        ts += Math.round(medianMs * Math.exp(0.8 * normal()));
      }
    }
    writeLog(dir(), rows, 2);
    const { report } = await profile(projectConfig(dir()), { dates: null });
    const [web] = report.apps;
    expect([web!.events, web!.users]).to.deep.equal([12_000, 300]);
    expect(web!.gap?.crossingSeconds).to.be.within(200, 4000);
    expect(report.events.map(({ event, count }) => [event, count])).to.deep.equal([
      ["A", 6000],
      ["B", 6000],
    ]);
    expect(report.events[0]!.daily.reduce((sum, count) => sum + count, 0)).to.equal(6000);
  });
});
