import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../model/packageRoot";
import { generatedFiles } from "../../tools/generatedFiles";

describe("files made from code", () => {
  for (const [path, text] of generatedFiles()) {
    it(`${path} is fresh (else: npm run generate)`, () => {
      expect(readFileSync(join(packageRoot(), path), "utf8")).to.equal(text);
    });
  }
});
