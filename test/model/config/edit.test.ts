import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import { editYaml } from "../../../model/config/edit";

describe("editYaml", () => {
  it("sets values and keeps order, comments and other keys", () => {
    const text = [
      "# ours",
      "project: shop # the name",
      "",
      "sessions:",
      "  maxHours: 6 # short",
      "  gapSeconds: 1800 # old",
      "",
    ].join("\n");
    const edited = editYaml(text, [
      { path: ["sessions", "gapSeconds"], value: { default: 1800, web: 600 }, comment: "measured" },
      { path: ["zone"], value: "Europe/Berlin", comment: "guessed" },
    ]);
    expect(edited).to.equal(
      [
        "# ours",
        "project: shop # the name",
        "",
        "sessions:",
        "  maxHours: 6 # short",
        "  gapSeconds: { default: 1800, web: 600 } # old",
        "zone: Europe/Berlin # guessed",
        "",
      ].join("\n"),
    );
  });

  it("writes into an empty file, long lists one item a line with the comment above", () => {
    const paths = Array.from({ length: 4 }, (_, i) => `logs/a-rather-long-name-${i}.jsonl`);
    expect(editYaml("", [{ path: ["input", "paths"], value: paths, comment: "as given" }])).to.equal(
      ["input:", "  # as given", "  paths:", ...paths.map((path) => `    - ${path}`), ""].join("\n"),
    );
  });

  it("quotes what would read back as something else", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 12 }), fc.string({ maxLength: 12 }), (value, comment) => {
        const text = editYaml("a: 1\n", [{ path: ["b"], value, comment: comment.replace(/\s+/g, " ") }]);
        expect(parse(text)).to.deep.equal({ a: 1, b: value });
      }),
      { numRuns: 100 },
    );
  });
});

describe("comments of a program", () => {
  const edit = (value: unknown) => [{ path: ["a"], value, comment: "guessed: twice" }];

  it("change with its edits, a person's stay", () => {
    expect(editYaml("a: 1 # guessed: once\n", edit(2))).to.equal("a: 2 # guessed: twice\n");
    expect(editYaml("a: 1 # settled\n", edit(2))).to.equal("a: 2 # settled\n");
    expect(editYaml("a: 1\n", edit(2))).to.equal("a: 2 # guessed: twice\n");
  });

  it("let it take out what it wrote, and nothing else", () => {
    expect(editYaml("a: 1 # guessed: once\nb: 2\n", edit(undefined))).to.equal("b: 2\n");
    expect(editYaml("# guessed: once\na:\n  - 1\nb: 2\n", edit(undefined))).to.equal("b: 2\n");
    expect(editYaml("a: 1 # settled\nb: 2\n", edit(undefined))).to.equal("a: 1 # settled\nb: 2\n");
  });
});
