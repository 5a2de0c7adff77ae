import { expect } from "chai";
import fc from "fast-check";
import type { AppDiscovery, ClusterCard, KRow } from "../../../model/discoveryReport";
import { broaderK } from "../../../pipelines/discover/broaderK";
import { liftWords } from "../../../pipelines/discover/cards";
import { appCards, matchesAcross, likenessAmong } from "../../../pipelines/discover/likeness";
import { noiseWords } from "../../../pipelines/discover/noiseWords";
import { overlapInWords } from "../../../report/pages/cardWords";
import { proposeCategories } from "../../../pipelines/discover/proposeCategories";
import { stagesOf } from "../../../pipelines/discover/stages";
import { suggestNames } from "../../../pipelines/discover/suggestName";

const card = (cluster: number, weights: Readonly<Record<string, number>>, more: Partial<ClusterCard> = {}): ClusterCard =>
  ({
    cluster,
    sessions: 100,
    topWeighted: Object.entries(weights).map(([event, weight]) => ({ event, weight })),
    overUsed: [],
    underUsed: [],
    noiseLike: false,
    concentration: 0.9,
    silhouette: 0.4,
    longTailShare: 0,
    ...more,
  }) as unknown as ClusterCard;

describe("the words of a card", () => {
  it("tell a lift with its interval, up and down, and where one side has none", () => {
    expect(liftWords(0.94, 0.23, { estimate: 4.1, low: 3.8, high: 4.4 })).to.equal(
      "94 % here, 23 % elsewhere: 4.1 times as often (3.8 to 4.4)",
    );
    expect(liftWords(0.02, 0.27, { estimate: 0.074, low: 0.03, high: 0.15 })).to.equal(
      "2 % here, 27 % elsewhere: 14 times less often (6.7 to 33)",
    );
    expect(liftWords(0.3, 0, { estimate: 200, low: 40, high: 900 })).to.match(/none elsewhere: at least 40 times as often$/);
    expect(liftWords(0, 0.17, { estimate: 0.01, low: 0.001, high: 0.05 })).to.match(
      /^none here, 17 % .* at least 20 times less often$/,
    );
  });

  it("call noise what has two signs of it, and say that the least uniform cluster is none where it has no sign", () => {
    const of = (more: Partial<ClusterCard>) => noiseWords(card(0, {}, more));
    expect(of({})).to.equal(null);
    expect(of({ noiseLike: true })).to.match(
      /^The least uniform of the clusters, but no noise .* agreement 0\.90 of 1, silhouette 0\.40/,
    );
    expect(of({ longTailShare: 0.23 })).to.equal("One sign of noise: 23 % of its events are too rare to count.");
    expect(of({ concentration: 0.42, noiseLike: true })).to.match(/^Looks like noise: its sessions have little in common/);
    expect(of({ concentration: 0.42, silhouette: 0.05 })).to.match(
      /^Looks like noise: .*agreement 0\.42.*; many .*silhouette 0\.05/,
    );
  });

  it("name the overlap, or the nearest cluster where there is none", () => {
    const nearest = [{ cluster: 3, distance: 1 }];
    const name = (cluster: number) => `#${cluster}`;
    const overlaps = [
      { cluster: 2, share: 0.184 },
      { cluster: 3, share: 0.05 },
    ];
    expect(overlapInWords({ nearest, overlaps }, name)).to.equal(
      "Overlap: 18 % of its sessions fit “#2” nearly as well, 5 % “#3”.",
    );
    expect(overlapInWords({ nearest, overlaps: [] }, name)).to.equal("Well apart; nearest is “#3”.");
    expect(overlapInWords({ nearest }, name)).to.equal("Nearest is “#3”.");
    expect(overlapInWords({ nearest: [], overlaps: [] }, name)).to.equal("");
  });
});

describe("suggested names", () => {
  const shares = (...of: Readonly<Record<string, number>>[]) => of.map((one) => new Map(Object.entries(one)));

  it("are plain words; addresses stay, and the front page is called so", () => {
    const cards = [card(0, { SEARCH_VIEW: 2, itemOpen: 1.5 }), card(1, { "/": 1 }), card(2, { "/a/b-1.html": 1, "/": 0.1 })];
    expect(suggestNames(cards, shares({}, {}, {}))).to.deep.equal(["Search view + item open", "Front page", "/a/b-1.html"]);
  });

  it("leave out the word that most events begin with, unless nothing readable is left", () => {
    const common = [card(0, { shop_cart: 1, shop_pay: 0.2 }), card(1, { shop_search: 1 }), card(2, { lost: 1 })];
    expect(suggestNames(common, shares({}, {}, {}))).to.deep.equal(["Cart", "Search", "Lost"]);
    const numbers = [card(0, { kind_1: 1 }), card(1, { kind_2: 1 })];
    expect(suggestNames(numbers, shares({}, {}))).to.deep.equal(["Kind 1", "Kind 2"]);
  });

  it("tell clusters of one name apart by what their sessions have", () => {
    const cards = [0, 1, 2, 3].map((cluster) => card(cluster, { login: 1 }));
    const names = suggestNames(
      cards,
      shares(
        { login: 1, passed: 0.9 },
        { login: 1, lost: 1, fail: 0.1 },
        { login: 1, lost: 0.5, fail: 0.9 },
        { login: 1, lost: 0.5 },
      ),
    );
    expect(names).to.deep.equal(["Login, with passed", "Login, with lost", "Login, with fail", "Login"]);
  });

  it("are never the same twice", () => {
    const events = fc.constantFrom("login", "lost", "/", "/x", "Ünï");
    const one = fc.dictionary(events, fc.double({ min: 0.01, max: 1, noNaN: true }), { minKeys: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(one, one), { minLength: 1, maxLength: 8 }), (all) => {
        const names = suggestNames(
          all.map(([weights], i) => card(i, weights)),
          all.map(([, of]) => new Map(Object.entries(of))),
        );
        expect(new Set(names).size).to.equal(all.length);
      }),
    );
  });
});

describe("clusters of several apps", () => {
  const app = (name: string, vocabulary: string[], cards: ClusterCard[]) =>
    ({ app: name, cards, vocabulary: vocabulary.map((event) => ({ event })) }) as unknown as AppDiscovery;
  const phone = app(
    "phone",
    ["a", "b", "phone_only"],
    [card(0, { a: 2, b: 1, phone_only: 1 }), card(1, { phone_only: 5, b: 1 })],
  );
  const web = app("web", ["a", "b", "c"], [card(0, { a: 4, b: 2 }), card(1, { b: 3 }), card(2, { c: 1 })]);

  it("are compared on the events that both apps have", () => {
    const likeness = likenessAmong(appCards([phone, web]));
    expect(likeness(0, 2)).to.be.closeTo(1, 1e-12);
    expect(likeness(0, 3)).to.be.closeTo(1 / Math.sqrt(5), 1e-12);
    // Nearly all of it is an event that the web does not have.
    expect(likeness(1, 3)).to.equal(0);
  });

  it("are proposed as matches, the most alike first", () => {
    expect(matchesAcross([phone, web])).to.have.length(1);
    expect(matchesAcross([phone, web])[0]!.clusters).to.deep.equal([
      { app: "phone", cluster: 0 },
      { app: "web", cluster: 0 },
    ]);
    expect(matchesAcross([phone, phone])).to.deep.equal([]);
  });

  it("of hundreds of apps are put together, and the report names the most alike pairs", () => {
    const kinds = ["a", "b", "c", "d", "e", "f"];
    const apps = Array.from({ length: 200 }, (_, i) =>
      app(
        `app ${i}`,
        kinds,
        kinds.map((event, c) =>
          card(c, { [event]: 3, x: 0.1 }, { suggestedName: event, share: { estimate: 0.1, low: 0, high: 1 } }),
        ),
      ),
    );
    expect(matchesAcross(apps)).to.have.length(1000);
    const { categories } = proposeCategories("d", apps);
    expect(categories.map(({ clusters }) => clusters.size)).to.deep.equal(kinds.map(() => 200));
  });
});

describe("a broader number of clusters", () => {
  const row = (k: number, mean: number, silhouette: number, share = 1, noiseShare = 0.1) =>
    ({ k, silhouette, noiseShare, stability: { mean, shareAtLeast70: share } }) as unknown as KRow;

  it("is much smaller, as stable, and the clearest of those", () => {
    const rows = [row(4, 0.95, 0.5), row(6, 0.97, 0.6), row(8, 0.97, 0.7), row(9, 0.98, 0.9), row(12, 0.99, 0.8)];
    expect(broaderK(rows, 12)).to.deep.equal({ k: 8, stability: 0.97, silhouette: 0.7 });
  });

  it("is none where clusters are few already", () => {
    expect(broaderK([row(4, 1, 0.9), row(8, 1, 0.8)], 8)).to.equal(null);
  });

  it("is none where fewer clusters are unstable, or one of them holds most sessions", () => {
    expect(broaderK([row(4, 0.8, 0.5), row(5, 0.95, 0.5, 0.9), row(6, 0.95, 0.5, 1, 0.4), row(12, 0.95, 0.4)], 12)).to.equal(
      null,
    );
    expect(
      broaderK(
        [
          { ...row(4, 1, 1), stability: null },
          { ...row(12, 1, 1), stability: null },
        ],
        12,
      ),
    ).to.equal(null);
  });
});

describe("stages of one way", () => {
  const step = (cluster: number, inNearlyAll: readonly string[], sessions = 10) => ({ cluster, inNearlyAll, sessions });

  it("are clusters whose sessions have all that another cluster's have, and more", () => {
    const cards = [
      step(4, ["open", "list", "cart", "pay"]),
      step(7, ["open", "list"]),
      step(2, ["help", "faq"]),
      step(9, ["open", "list", "cart"]),
    ];
    expect(stagesOf(cards)).to.deep.equal({ clusters: [4, 7, 9], chain: [7, 9, 4] });
  });

  it("take the way of most sessions where several are as long", () => {
    const cards = [
      step(0, ["a", "b"]),
      step(1, ["a", "b", "c"]),
      step(2, ["a", "b", "c", "d"], 5),
      step(3, ["a", "b", "c", "e"], 50),
    ];
    expect(stagesOf(cards)?.chain).to.deep.equal([0, 1, 3]);
  });

  it("are not told where clusters stand side by side, or one event is all they share", () => {
    expect(stagesOf([step(0, ["a", "b"]), step(1, ["c", "d"]), step(2, ["e", "f"])])).to.equal(null);
    expect(stagesOf([step(0, ["a"]), step(1, ["a", "b"]), step(2, ["a", "b", "c"])])).to.equal(null);
  });
});
