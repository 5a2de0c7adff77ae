import { expect } from "chai";
import { parseHTML } from "linkedom";
import { discoveryPage } from "../../report/pages/discoveryPage";
import { modelPage } from "../../report/pages/modelPage";
import { profilePage } from "../../report/pages/profilePage";
import { summaryPage } from "../../report/pages/summaryPage";
import { discoveryData, modelData, profileData, summaryData } from "./samples";

const PAGES = {
  profile: () => profilePage(profileData()),
  discovery: () => discoveryPage(discoveryData()),
  model: () => modelPage(modelData()),
  summary: () => summaryPage(summaryData()),
};

const all = (page: string, selector: string) => [...parseHTML(page).document.querySelectorAll(selector)];

for (const [name, make] of Object.entries(PAGES)) {
  describe(`the ${name} page`, () => {
    const text = make();

    it("is the same for the same data", () => {
      expect(make()).to.equal(text);
    });

    it("loads nothing, runs nothing, and escapes names", () => {
      expect(all(text, "script, link, img, iframe, object")).to.have.length(0);
      expect(text).to.not.match(/(src|href)="(?!#|[a-z]+\/)/);
      expect(text).to.not.match(/url\((?!#)/);
      expect(text).to.include("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;");
    });

    it("has a language, a title, headings in order, labelled sections and no id twice", () => {
      expect(all(text, "html[lang=en]")).to.have.length(1);
      expect(all(text, "title")[0]?.textContent).to.not.equal("");
      const levels = all(text, "h1, h2, h3, h4").map((h) => Number(h.tagName.slice(1)));
      expect(levels[0]).to.equal(1);
      levels.forEach((level, i) => expect(level).to.be.at.most((levels[i - 1] ?? 0) + 1));
      const ids = all(text, "[id]").map((element) => element.getAttribute("id"));
      expect(new Set(ids).size).to.equal(ids.length);
      for (const link of all(text, "a[href^='#']")) expect(ids).to.include(link.getAttribute("href")?.slice(1));
      for (const section of all(text, "section")) expect(ids).to.include(section.getAttribute("aria-labelledby"));
    });

    it("tells charts in words, and gives every table a caption and headed rows", () => {
      for (const picture of all(text, "figure svg")) {
        expect(picture.getAttribute("role")).to.equal("img");
        expect(picture.getAttribute("aria-label") ?? "")
          .to.match(/\d/)
          .and.to.not.match(/NaN|undefined|Infinity/);
      }
      for (const grid of all(text, "table")) {
        expect(grid.querySelector("caption")?.textContent ?? "").to.not.equal("");
        for (const row of grid.querySelectorAll("tbody tr")) expect(row.querySelector("th[scope=row]")).to.not.equal(null);
      }
    });

    it("shows no number that is none", () => {
      expect(text).to.not.match(/NaN|undefined|Infinity|\[object/);
    });
  });
}

describe("the discovery page", () => {
  it("says loudly when there is no structure", () => {
    const warnings = all(PAGES.discovery(), ".warning").map((w) => w.textContent);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.match(/^No structure/);
  });

  it("folds repeated events of an example and shows long pauses", () => {
    const steps = [...(all(PAGES.discovery(), "ol.timeline")[0]?.querySelectorAll("li") ?? [])].map((li) => li.textContent);
    expect(steps).to.deep.equal([
      "app_open",
      "search_submit × 2",
      "75 s later",
      "search_result_open",
      "2 min later",
      "idea_open",
      "and 9 more",
    ]);
  });
});

describe("the model page", () => {
  it("shows row shares of the confusion that sum to one and warns of a weak app", () => {
    const table = all(PAGES.model(), "table.heat")[0];
    for (const row of table?.querySelectorAll("tbody tr") ?? []) {
      const shares = [...row.querySelectorAll("td")].slice(0, -1).map((td) => parseFloat(td.textContent ?? ""));
      expect(shares.reduce((a, b) => a + b, 0)).to.be.closeTo(100, 0.5);
    }
    expect(all(PAGES.model(), ".warning").map((w) => w.textContent)).to.have.length(1);
  });
});

describe("pages of little data", () => {
  it("stand with one day, one app and empty lists", () => {
    const profile = profileData();
    const one = profilePage({
      ...profile,
      apps: profile.apps.slice(0, 1).map((app) => ({ ...app, pauses: [], curve: [] })),
      days: profile.days.slice(0, 1),
      rows: { ...profile.rows, setAside: [] },
      events: [],
      traffic: [],
    });
    const summary = summaryData();
    const bare = summaryPage({ ...summary, days: summary.days.slice(0, 1), marks: [], accuracy: [], checks: [], files: [] });
    for (const text of [one, bare]) expect(text).to.not.match(/NaN|undefined|Infinity/);
  });
});
