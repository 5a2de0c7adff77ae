import { expect } from "chai";
import { catalogueLookup } from "../../model/catalogue";
import { parseCatalogue } from "../../model/catalogueFile";
import type { UserError } from "../../model/errors";

const problemsOf = (text: string): readonly string[] => {
  try {
    parseCatalogue(text, "catalog.yaml");
  } catch (error) {
    return (error as UserError).hints;
  }
  return [];
};

describe("parseCatalogue", () => {
  it("reads kinds, roles, aliases and notes, and fills in defaults", () => {
    const { events } = parseCatalogue(
      "events:\n  a: system\n  b: { role: scoring, aliases: [c, 7], note: x }\n  d:\n  __proto__: background\n",
      "f",
    );
    expect(events["a"]).to.deep.equal({ kind: "system", role: "auto", aliases: [], note: "" });
    expect(events["b"]).to.deep.equal({ kind: "user", role: "scoring", aliases: ["c", "7"], note: "x" });
    expect(Object.keys(events)).to.deep.equal(["a", "b", "d", "__proto__"]);
  });

  it("takes an empty file for an empty catalogue", () => {
    for (const text of ["", "# nothing\n", "events:\n", "events: {}\n"])
      expect(parseCatalogue(text, "f").events).to.deep.equal({});
  });

  it("leads aliases to their event, and leaves other names as they are", () => {
    const lookup = catalogueLookup(parseCatalogue("events:\n  buy: { aliases: [purchase], kind: background }\n", "f"));
    expect(lookup("purchase")).to.deep.equal({ name: "buy", kind: "background", known: true });
    expect(lookup("constructor")).to.deep.equal({ name: "constructor", kind: "user", known: false });
  });

  it("tells every problem at once with its line", () => {
    const text = "events:\n  a: usr\n  b: { role: big, colour: red }\n  c: { aliases: [a] }\n  d: [1]\nmore: 1\n";
    expect(problemsOf(text)).to.deep.equal([
      'line 6: unknown key "more"; only "events" is known here',
      'line 2: kind of "a" must be user, background, system, not "usr"',
      'line 3: role of "b" must be scoring, long_tail, auto, not "big"',
      'line 3: unknown key "colour" of "b"; known: kind, role, aliases (a list), note',
      'line 4: "a" already belongs to the event "a"',
      'line 5: "d" must be a kind or { kind, role, aliases, note }',
    ]);
    expect(problemsOf("events: [a]")).to.have.length(1);
    expect(problemsOf("events: {a: ")).to.have.length.greaterThan(0);
    expect(problemsOf("just text")).to.have.length(1);
  });
});
