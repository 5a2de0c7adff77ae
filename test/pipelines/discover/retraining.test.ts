import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseCategories, type CategoriesFile } from "../../../model/categories";
import { parseConfig } from "../../../model/config/load";
import { discover } from "../../../pipelines/discover/discover";
import { generate } from "../../../pipelines/generate";
import { useTempDir } from "../../support/tempDir";

/** A behaviour that hardly anybody shows; its events still occur now and then in other sessions. */
const hardlyAny = (category: string, events: Readonly<Record<string, number>>) => ({
  category,
  share: 0.001,
  length: 12,
  events,
});
const PANTRY = hardlyAny("find", { pantry_filter_set: 5, pantry_match_open: 3.4, pantry_item_add: 1.6, allergy_set: 0.5 });
const SEASON = hardlyAny("browse", { season_page_open: 5, season_idea_open: 3, challenge_open: 1.2, badge_view: 0.5 });

describe("discovering again on later days of a product", () => {
  const dir = useTempDir();

  it("keeps ids and names of twelve behaviours in two apps, tells the one that was born and the one that has gone", async function () {
    this.timeout(120_000);
    const days = [
      { name: "march", firstDate: "2026-03-03", seed: 1, behaviours: { pantry_match: PANTRY } },
      { name: "april", firstDate: "2026-04-07", seed: 2, behaviours: { season_tour: SEASON } },
    ];
    for (const { name, firstDate, seed, behaviours } of days) {
      const scenario = { difficulty: 0.3, clients: { android: { share: 0.001 } }, behaviours };
      await generate({ outDir: join(dir(), name), users: 4000, days: 1, firstDate, seed, scenario });
    }
    const settings = `
project: larder
input: { paths: [march/logs, april/logs], user: user, time: ts, event: event, app: app }
catalog: march/catalog.yaml
apps: { only: [iphone, web] }
discovery: { kMin: 11, kMax: 13, stabilitySubsets: 10, nullRuns: 0 }
`;
    const config = parseConfig(settings, { file: "sessionary.yaml", baseDir: dir() });
    const on = (date: string) => ({ dates: { from: date, to: date } });
    const march = await discover(config, on("2026-03-03"));
    const text = readFileSync(march.categoriesPath, "utf8");
    writeFileSync(
      march.categoriesPath,
      text
        .replace(/id: season_.*\n {4}name: .*/, "id: seasons\n    name: The season's tour")
        .replace(/id: clip_.*\n {4}name: .*/, "id: reels\n    name: Reels"),
    );
    const before = parseCategories(readFileSync(march.categoriesPath, "utf8"), "categories.yaml");

    const april = await discover(config, on("2026-04-07"));
    const after = parseCategories(readFileSync(april.categoriesPath, "utf8"), "categories.yaml");
    for (const app of ["iphone", "web"]) {
      const changes = april.report.previous!.changes.filter((change) => change.app === app);
      const kinds = (kind: string) => changes.filter((change) => change.kind === kind);
      expect(kinds("same"), app).to.have.length(11);
      expect(kinds("gone"), app).to.have.length(1);
      expect(kinds("born"), app).to.have.length(1);
      expect(changes, app).to.have.length(13);
      const born = april.report.apps.find((one) => one.app === app)!.cards[kinds("born")[0]!.now[0]!]!;
      expect(born.topWeighted[0]!.event).to.match(/^pantry_/);
      expect(seasonsOf(before).clusters.get(app)).to.deep.equal(kinds("gone")[0]!.old);
    }
    // Every category of before is there with its id and name; the one that has gone waits without clusters; the new one is one for both apps.
    const names = ({ categories }: CategoriesFile) => categories.map(({ id, name, color }) => [id, name, color]);
    expect(names(after).slice(0, before.categories.length)).to.deep.equal(names(before));
    expect(seasonsOf(after)).to.include({ name: "The season's tour" });
    expect(seasonsOf(after).clusters.size).to.equal(0);
    const added = after.categories.slice(before.categories.length);
    expect(added.map(({ id }) => id.slice(0, 6))).to.deep.equal(["pantry"]);
    expect([...added[0]!.clusters.keys()]).to.deep.equal(["iphone", "web"]);
  });

  const seasonsOf = ({ categories }: CategoriesFile) => categories.find(({ id }) => id === "seasons")!;
});
