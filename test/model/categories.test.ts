import { expect } from "chai";
import { UserError } from "../../model/errors";
import { categoryOfCluster, formatCategories, NOISE_COLOR, parseCategories, type KnownClusters } from "../../model/categories";

const GOOD = `
discovery: 2016-07-01-abc
categories:
  - id: search
    name: Search
    clusters: { web: [2, 0], iphone: [1] }
  - id: noise
    name: Long tail
    noise: true
    clusters: { web: [1] }
`;

const problemsOf = (text: string, known: KnownClusters | null = null): readonly string[] => {
  try {
    parseCategories(text, "categories.yaml", known);
  } catch (error) {
    if (error instanceof UserError) return error.hints;
    throw error;
  }
  return [];
};

describe("categories file", () => {
  it("gives every category its fields, with defaults for what is left out", () => {
    const { discovery, categories } = parseCategories(GOOD, "categories.yaml");
    expect(discovery).to.equal("2016-07-01-abc");
    expect(categories.map((c) => c.id)).to.deep.equal(["search", "noise"]);
    expect(categories[0]?.clusters.get("web")).to.deep.equal([0, 2]);
    expect(categories[1]).to.include({ noise: true, color: NOISE_COLOR, description: "" });
  });

  it("maps the clusters of an app to positions of categories", () => {
    const file = parseCategories(GOOD, "categories.yaml");
    expect([...categoryOfCluster(file, "web", 4)]).to.deep.equal([0, 1, 0, -1]);
    expect(() => categoryOfCluster(file, "web", 2)).to.throw(UserError, "names cluster 2 of web");
  });

  it("reads back what it writes", () => {
    const file = parseCategories(GOOD, "categories.yaml");
    expect(parseCategories(formatCategories(file), "again.yaml")).to.deep.equal(file);
    expect(formatCategories(file)).to.contain("web: [ 0, 2 ]");
    const shared = [3, 4];
    const [search, noise] = file.categories;
    const twice = {
      ...file,
      categories: [
        {
          ...search!,
          clusters: new Map([
            ["a", shared],
            ["b", shared],
          ]),
        },
        noise!,
      ],
    };
    expect(parseCategories(formatCategories(twice), "again.yaml")).to.deep.equal(twice);
  });

  it("reports every problem at once with its line", () => {
    const problems = problemsOf(`
discovery: d
categories:
  - id: Search
    clusters: { web: [0] }
  - id: browse
    colour: red
    clusters: { web: [0, x] }
  - id: browse
    noise: maybe
    clusters: { web: [0] }
`);
    expect(problems).to.deep.equal([
      "categories.yaml:4: id: lower-case letters, digits and _, starting with a letter",
      "categories.yaml:7: unknown field colour; fields are id, name, description, color, noise, clusters",
      "categories.yaml:8: clusters of web: a list of cluster numbers such as [0, 3]",
      "categories.yaml:10: noise: true or false",
      "categories.yaml:9: id browse is used twice",
      "categories.yaml:9: cluster 0 of web is in Search and in browse",
    ]);
  });

  it("refuses a second noise category, a lone category and text that is no YAML", () => {
    expect(problemsOf(`${GOOD}  - id: rest\n    noise: true\n    clusters: {}\n`)).to.deep.equal([
      "categories.yaml:11: only one category can be the noise category; noise is one",
    ]);
    expect(problemsOf("discovery: d\ncategories:\n  - id: a\n    clusters: {}\n").join()).to.contain("at least two categories");
    expect(problemsOf("categories: [")).to.have.length.greaterThan(0);
    expect(problemsOf("")).to.have.length(2);
  });

  it("tells apps and clusters that the discovery does not have, with their lines; a file of another discovery is another matter", () => {
    const known = { discovery: "2016-07-01-abc", clusters: new Map([["web", 2]]) };
    expect(problemsOf(GOOD, known)).to.deep.equal([
      "categories.yaml:6: web has clusters 0 to 1, so not 2",
      "categories.yaml:6: iphone has no clusters in this discovery; apps with clusters: web",
    ]);
    expect(problemsOf(GOOD, { ...known, discovery: "other" })).to.deep.equal([]);
  });

  it("says what is wrong with slips of everyday editing, one line each", () => {
    const slips: [from: RegExp, to: string, expected: string][] = [
      [/name: Search/, "color: #0072b2", '5: color: a colour like "#0072b2" (in quotes)'],
      [/name: Search/, 'name: " "', "5: name: a text that is not empty, in quotes where it looks like a number"],
      [/name: Search/, "name: 42", "5: name: a text that is not empty, in quotes where it looks like a number"],
      [/ {4}name: Search/, "\tname: Search", "5: Tabs are not allowed as indentation"],
      [/name: Search/, 'name: "Search', '11: Missing closing "quote'],
      [/name: Search/, "name: Search\n    name: again", "6: Map keys must be unique"],
      [/noise: true/, "noise: yes", "9: noise: true or false"],
      [/^discovery/m, "note: mine\ndiscovery", "2: unknown field note; fields are discovery, categories"],
      [/categories:[^]*/, "categories: []", "3: at least two categories are needed"],
      [/ {4}clusters: \{ web: \[1\] \}/, "", "7: clusters: cluster numbers by app, such as { web: [0, 3] }"],
    ];
    for (const [from, to, expected] of slips) {
      expect(GOOD).to.match(from);
      expect(problemsOf(GOOD.replace(from, to))[0]).to.equal(`categories.yaml:${expected}`);
    }
  });
});
