import { expect } from "chai";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import { voteByWalking } from "../../ml/forest/walk";
import { escapeXml, pmml, shortestFloat } from "../../ml/pmml";
import { madeUpForest, madeUpRows } from "./forest/madeUp";

const FEATURES = ["SEARCH | list", 'a<b>&"c"', "noise_feature"];
const CLASSES = ["search", "browse", "buy"];

/** linkedom leaves some entities of attributes as they are. */
const attribute = (node: Element, name: string) =>
  (node.getAttribute(name) ?? "").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

/** A plain evaluator of the trees in a document: first child whose predicate holds, majority vote, lowest class on ties. */
function evaluator(text: string) {
  const document = new DOMParser().parseFromString(text, "text/xml");
  const trees = [...document.querySelectorAll("TreeModel")].map((model) => model.querySelector("Node") as Element);
  const holds = (predicate: Element, row: ReadonlyMap<string, number>) => {
    if (predicate.tagName === "True") return true;
    const value = row.get(attribute(predicate, "field")) as number;
    const bound = Math.fround(Number(attribute(predicate, "value")));
    return attribute(predicate, "operator") === "lessOrEqual" ? value <= bound : value > bound;
  };
  const leaf = (node: Element, row: ReadonlyMap<string, number>): Element => {
    const next = [...node.children].find((child) => child.tagName === "Node" && holds(child.children[0] as Element, row));
    return next ? leaf(next, row) : node;
  };
  return {
    document,
    vote: (row: ReadonlyMap<string, number>) => {
      const votes = CLASSES.map(() => 0);
      for (const tree of trees) votes[CLASSES.indexOf(leaf(tree, row).getAttribute("score") as string)]! += 1;
      return { label: votes.indexOf(Math.max(...votes)), votes: Math.max(...votes) };
    },
  };
}

describe("PMML of a forest", () => {
  const forest = madeUpForest(3, { trees: 15, features: 3, classes: 3, depth: 5 });
  const model = { name: "m", forest, features: FEATURES, classes: CLASSES, target: "category", description: 'of "a" & b' };
  const text = [...pmml(model)].join("");

  it("votes as the forest does, for every row", () => {
    const rows = madeUpRows(4, 200, 3);
    const expected = voteByWalking(forest, rows, 200);
    const { vote } = evaluator(text);
    for (let i = 0; i < 200; i++) {
      const row = new Map(FEATURES.map((name, f) => [name, rows[i * 3 + f] as number]));
      expect(vote(row)).to.deep.equal({ label: expected.label[i], votes: expected.votes[i] });
    }
  });

  it("names inputs, target and classes, with the noise feature as an input", () => {
    const { document } = evaluator(text);
    const names = [...document.querySelectorAll("DataDictionary > DataField")].map((field) => attribute(field, "name"));
    expect(names).to.deep.equal(["category", ...FEATURES]);
    expect([...document.querySelectorAll("DataDictionary Value")].map((value) => attribute(value, "value"))).to.deep.equal(
      CLASSES,
    );
    expect(attribute(document.querySelector("Segmentation"), "multipleModelMethod")).to.equal("majorityVote");
    expect(attribute(document.querySelector("Header"), "description")).to.equal('of "a" & b');
    expect([...document.querySelectorAll("OutputField[feature=probability]")]).to.have.length(3);
  });

  it("lists as inputs of a tree just the features it splits on", () => {
    const { document } = evaluator(text);
    for (const tree of document.querySelectorAll("TreeModel")) {
      const listed = [...tree.querySelectorAll("MiningField:not([usageType])")].map((field) => attribute(field, "name"));
      const used = new Set([...tree.querySelectorAll("SimplePredicate")].map((predicate) => attribute(predicate, "field")));
      expect(new Set(listed)).to.deep.equal(used);
    }
  });
});

describe("numbers and text in PMML", () => {
  it("read back to the same 32-bit float", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(Math.fround(Number(shortestFloat(x)))).to.equal(x + 0);
      }),
    );
    expect([0.1, 0.5, 1 / 3, 1e-7].map((x) => shortestFloat(Math.fround(x)))).to.deep.equal(["0.1", "0.5", "0.33333334", "1e-7"]);
  });

  it("keep markup, quotes and line ends apart from XML, and drop what XML cannot hold", () => {
    expect(escapeXml('<a b="c">&\n')).to.equal("&lt;a b=&quot;c&quot;&gt;&amp;&#10;");
    expect(escapeXml("ü😀\u0000")).to.equal("ü😀\ufffd");
  });
});
