import { expect } from "chai";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { packageRoot } from "../model/packageRoot";
import { ARROWS } from "../tools/layers";

const MOST_LINES = 400;

/** Our own TypeScript, by path from the package's root. */
function ourFiles(): Map<string, string> {
  const root = packageRoot();
  const files = [...Object.keys(ARROWS), "test", "tools", "bench"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return new Map(files.map((file) => [relative(root, file), readFileSync(file, "utf8")]));
}

/** Files in which `wrong` finds something. */
const filesWhere = (wrong: (text: string, path: string) => boolean) =>
  [...ourFiles()].filter(([path, text]) => wrong(text, path)).map(([path]) => path);

describe("the house", () => {
  it(`has no file above ${MOST_LINES} lines`, () => {
    expect(filesWhere((text) => text.split("\n").length - 1 > MOST_LINES)).to.deep.equal([]);
  });

  it("leaves nothing for later", () => {
    const marks = new RegExp(["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|"));
    expect(filesWhere((text) => marks.test(text))).to.deep.equal([]);
  });

  it("runs all of its tests", () => {
    const held = /\b(?:it|describe|context)\.(?:only|skip)\(|\bthis\.skip\(/;
    expect(
      filesWhere((text, path) => path.startsWith("test") && !path.startsWith("test/house") && held.test(text)),
    ).to.deep.equal([]);
  });
});
