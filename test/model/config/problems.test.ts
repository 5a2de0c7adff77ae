import { expect } from "chai";
import { parseConfig } from "../../../model/config/load";
import { UserError } from "../../../model/errors";

/** The lines a user reads about `text`. */
function problemsIn(text: string): readonly string[] {
  try {
    parseConfig(text, { file: "sessionary.yaml", baseDir: "/project" });
  } catch (error) {
    if (error instanceof UserError) return error.hints;
    throw error;
  }
  return [];
}

const VALID_INPUT = "input: { paths: logs, user: u, time: t, event: e }";

describe("problems of a settings file", () => {
  it("are all told at once, in the order of the file, with line and column", () => {
    const text = [
      "project: shop",
      "zone: Europe/Berln",
      "gapSeconds: 30",
      "input:",
      "  pats: logs",
      "  paths: logs",
      "  format: jsnl",
      "  user: { cnst: x }",
      "  time: 5",
      "sessions:",
      "  gapSeconds: { iphone: 900 }",
      "  maxHours: ten",
      "discovery: { kMin: 9, kMax: 4 }",
    ].join("\n");
    expect(problemsIn(text)).to.deep.equal([
      'line 2, column 7: zone: "Europe/Berln" is not an IANA time zone; did you mean `Europe/Berlin`?',
      "line 3, column 1: gapSeconds: unknown key; it belongs under `sessions`",
      "line 5, column 3: input.pats: unknown key; did you mean `paths`?",
      "line 5, column 3: input.event: is missing: name its column",
      'line 7, column 11: input.format: must be one of auto, jsonl, csv, tsv, parquet, combined, common; got "jsnl": did you mean `jsonl`?',
      "line 8, column 11: input.user.cnst: unknown key; known here: column, constant",
      "line 9, column 9: input.time: must be text or a map with column, format, zone; got 5",
      "line 11, column 15: sessions.gapSeconds: needs `default`, for apps without a gap of their own",
      'line 12, column 13: sessions.maxHours: must be a number > 0 and ≤ 168; got "ten"',
      "line 13, column 20: discovery.kMin: 9 is above `discovery.kMax` (4)",
    ]);
  });

  it("in the syntax of YAML come with their place", () => {
    const [first] = problemsIn("project: shop\ninput: [logs\nzone: UTC\n");
    expect(first).to.match(/^line 3, column 1: /);
    expect(problemsIn("project: shop\nproject: shop\n")[0]).to.match(/^line 2, column 1: .*unique/);
  });

  it("of an empty file name what is needed", () => {
    expect(problemsIn("").map((line) => line.replace(/^line 1, column 1: /, ""))).to.deep.equal([
      "project: is missing. Name of the project, shown on pages and in manifests.",
      "input: is missing. Which logs, and what their columns mean.",
    ]);
  });

  it("of a list where a map belongs say so", () => {
    expect(problemsIn("- project: shop")[0]).to.match(/must be a map with project, zone/);
  });

  it("are not told twice when a rule looks at a part that is wrong in itself", () => {
    expect(problemsIn(`project: shop\n${VALID_INPUT}\ndiscovery: { kMin: many, kMax: 3 }`)).to.deep.equal([
      'line 3, column 20: discovery.kMin: must be a whole number ≥ 2; got "many"',
    ]);
  });

  it("tell a number with too many decimals, a bool and a null apart", () => {
    const [trees, pseudonymize] = problemsIn(
      `project: shop\n${VALID_INPUT}\nclassifier: { trees: 2.5 }\noutput: { pseudonymize: 1 }`,
    );
    expect(trees).to.equal("line 3, column 22: classifier.trees: must be a whole number ≥ 1 and ≤ 10000; got 2.5");
    expect(pseudonymize).to.equal("line 4, column 25: output.pseudonymize: must be true or false; got 1");
  });
});

describe("user ids in a settings file", () => {
  it("stay as written, also where they look like numbers", () => {
    const { traffic } = parseConfig(
      `project: shop\n${VALID_INPUT}\ntraffic: { robotUsers: [0042, 8395097477884212984, 17, "x"] }`,
      { file: "sessionary.yaml", baseDir: "/project" },
    );
    expect(traffic.robotUsers).to.deep.equal(["0042", "8395097477884212984", "17", "x"]);
  });
});
