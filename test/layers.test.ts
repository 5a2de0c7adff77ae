import { expect } from "chai";
import { packageRoot } from "../model/packageRoot";
import { allImports, brokenArrows, circles, importsOf, type Import } from "../tools/layers";

describe("the layers", () => {
  let imports: Import[];
  before(() => {
    imports = allImports(packageRoot());
  });

  it("import along the arrows only", () => {
    expect(brokenArrows(imports)).to.deep.equal([]);
  });

  it("have no circles of imports", () => {
    expect(circles(imports)).to.deep.equal([]);
  });
});

describe("the check of layers", () => {
  it("sees every form of import and tells types from code", () => {
    const source = `
      import { a } from "../transforms/a";
      import type { B } from "../beam/b";
      import { type C, type D } from "./c";
      import { d, type E } from "./d";
      export * from "./e";
      const f = await import("./f.js");
      const g = require("./g");
      type H = import("./h").H;
      import "node:fs";
      import zod from "zod";
    `;
    expect(importsOf("cli/x", source).map(({ to, typesOnly }) => `${to}${typesOnly ? " (types)" : ""}`)).to.deep.equal([
      "transforms/a",
      "beam/b (types)",
      "cli/c (types)",
      "cli/d",
      "cli/e",
      "cli/f",
      "cli/g",
      "cli/h (types)",
    ]);
  });

  it("refuses an arrow that points up, and lets types through where only they are allowed", () => {
    const upward = [
      ...importsOf("ml/pca", 'import { stage } from "../beam/stages";'),
      ...importsOf("io/places/place", 'import { score } from "../../pipelines/score";'),
      ...importsOf(
        "cli/main",
        'import type { ProgressSnapshot } from "../beam/types"; import { runPipeline } from "../beam/run";',
      ),
    ];
    expect(brokenArrows(upward)).to.deep.equal([
      "ml/pca imports beam/stages",
      "io/places/place imports pipelines/score",
      "cli/main imports beam/run",
    ]);
  });

  it("finds circles, but not through types", () => {
    const code = [
      ...importsOf("ml/a", 'import "./b";'),
      ...importsOf("ml/b", 'import "./c";'),
      ...importsOf("ml/c", 'import "./a";'),
    ];
    expect(circles(code)).to.deep.equal(["ml/a → ml/b → ml/c → ml/a"]);
    const types = [...importsOf("ml/a", 'import "./b";'), ...importsOf("ml/b", 'import type { A } from "./a";')];
    expect(circles(types)).to.deep.equal([]);
  });
});
