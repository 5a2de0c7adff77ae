import { expect } from "chai";
import fc from "fast-check";
import {
  applyAction,
  boardOf,
  categoriesOf,
  clusterKey,
  newHistory,
  parseClusterKey,
  perform,
  redo,
  undo,
  type Action,
  type Board,
} from "../../review/board";

const board: Board = boardOf({
  categories: [
    { id: "search", name: "Search", description: "", color: "#0072b2", noise: false, clusters: { web: [0, 2], "a@b": [1] } },
    { id: "noise", name: "Noise", description: "", color: "#9e9e9e", noise: true, clusters: { web: [1] } },
  ],
});

const actions = (): fc.Arbitrary<Action> => {
  const id = fc.constantFrom("search", "noise", "cook", "nowhere");
  const cluster = fc.constantFrom("0@web", "1@web", "2@web", "1@a@b");
  return fc.oneof(
    fc.record({ kind: fc.constant("move" as const), cluster, to: fc.option(id) }),
    fc.record({
      kind: fc.constant("create" as const),
      name: fc.constantFrom("Cook", "Search", " ", "7 up"),
      color: fc.constant("#009e73"),
    }),
    fc.record({ kind: fc.constant("change" as const), id, change: fc.record({ name: fc.constantFrom("New", "", "Search") }) }),
    fc.record({ kind: fc.constant("noise" as const), id, noise: fc.boolean() }),
    fc.record({ kind: fc.constant("remove" as const), id }),
  );
};

describe("the board of a review", () => {
  it("gives back the categories it was made of", () => {
    expect(categoriesOf(board).map(({ id, clusters }) => [id, clusters])).to.deep.equal([
      ["search", { "a@b": [1], web: [0, 2] }],
      ["noise", { web: [1] }],
    ]);
  });

  it("keeps apps with any name apart", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), (app, cluster) => {
        expect(parseClusterKey(clusterKey(app, cluster))).to.deep.equal({ app, cluster });
      }),
    );
  });

  it("moves a cluster to one category at a time", () => {
    const moved = applyAction(board, { kind: "move", cluster: "2@web", to: "noise" });
    expect(categoriesOf(moved).map(({ clusters }) => clusters["web"])).to.deep.equal([[0], [1, 2]]);
    expect(applyAction(board, { kind: "move", cluster: "2@web", to: "nowhere" })).to.equal(board);
  });

  it("names ids once, and never lets two categories share one", () => {
    const twice = applyAction(applyAction(board, { kind: "create", name: "Search", color: "#000000" }), {
      kind: "change",
      id: "search",
      change: { name: "Looking for things" },
    });
    expect(twice.categories.map(({ id, name }) => [id, name])).to.deep.equal([
      ["search", "Looking for things"],
      ["noise", "Noise"],
      ["search_2", "Search"],
    ]);
  });

  it("holds at most one noise category, unique ids and clusters of known categories, whatever is done", () => {
    fc.assert(
      fc.property(fc.array(actions(), { maxLength: 30 }), (all) => {
        const { categories, categoryOf } = all.reduce(applyAction, board);
        const ids = categories.map(({ id }) => id);
        expect(new Set(ids).size).to.equal(ids.length);
        expect(categories.filter(({ noise }) => noise).length).to.be.at.most(1);
        for (const id of Object.values(categoryOf)) expect(ids).to.include(id);
        for (const { id, name } of categories) {
          expect(id).to.match(/^[a-z][a-z0-9_]*$/);
          expect(name).to.not.equal("");
        }
      }),
    );
  });

  it("undoes every step and does it again", () => {
    fc.assert(
      fc.property(fc.array(actions(), { maxLength: 20 }), (all) => {
        const done = all.reduce((history, action) => perform(history, action), newHistory(board));
        let back = done;
        for (let i = 0; i < done.past.length; i++) back = undo(back);
        expect(back.present).to.equal(board);
        expect(undo(back).present).to.equal(board);
        for (let i = 0; i < done.past.length; i++) back = redo(back);
        expect(back.present).to.equal(done.present);
        expect(redo(back).present).to.equal(done.present);
      }),
    );
  });

  it("undoes what is typed into one field in one step, and each visit to it on its own", () => {
    const type = (step: string) => (history: ReturnType<typeof newHistory>, name: string) =>
      perform(history, { kind: "change", id: "search", change: { name } }, step);
    const once = ["Lo", "Loo", "Look"].reduce(type("search-name 1"), newHistory(board));
    const twice = ["Looki", "Looking"].reduce(type("search-name 2"), once);
    const nameIn = ({ present }: { present: Board }) => present.categories[0]?.name;
    expect([twice, undo(twice), undo(undo(twice)), redo(undo(twice))].map(nameIn)).to.deep.equal([
      "Looking",
      "Look",
      "Search",
      "Looking",
    ]);
    // After an undo, typing begins a new step.
    const again = type("search-name 2")(undo(twice), "Find");
    expect(nameIn(undo(again))).to.equal("Look");
  });
});
