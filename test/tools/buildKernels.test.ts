import { expect } from "chai";
import { readFileSync } from "node:fs";
import { builtKernels } from "../../tools/buildKernels";

describe("the WebAssembly kernels", () => {
  it("are built from the sources that lie beside them: else run tools/buildKernels", async () => {
    const built = await builtKernels();
    expect(built.size).to.be.above(0);
    for (const [path, text] of built) {
      expect(readFileSync(path, "utf8"), path).to.equal(text);
    }
  });
});
