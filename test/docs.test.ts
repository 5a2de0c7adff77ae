import { expect } from "chai";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { packageRoot } from "../model/packageRoot";

/** Markdown pages of the repository, from the package's root. */
function pages(): string[] {
  const root = packageRoot();
  const top = readdirSync(root).filter((name) => name.endsWith(".md"));
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));
  return [...top, ...docs];
}

describe("the pages", () => {
  it("have no dead links to files", () => {
    const root = packageRoot();
    const dead = pages().flatMap((page) => {
      const text = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
      return [...text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map(([, link]) => link as string)
        .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, dirname(page), link)))
        .map((link) => `${page}: ${relative(root, join(root, dirname(page), link))}`);
    });
    expect(dead).to.deep.equal([]);
  });

  it("name types where they are", () => {
    const root = packageRoot();
    const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
    const named = [...text.matchAll(/`([A-Za-z_]+)(?:\.([a-zA-Z]+))?` in \[([^\]]+)\]/g)];
    expect(named.length).to.be.greaterThan(10);
    const missing = named.filter(([, type, field, file]) => {
      const source = readFileSync(join(root, file as string), "utf8");
      const declared = new RegExp(`export (?:const|function|class|interface|type) ${type}\\b`).test(source);
      return !declared || (field !== undefined && !new RegExp(`\\b${field}\\??:`).test(source));
    });
    expect(missing.map(([all]) => all)).to.deep.equal([]);
  });
});
