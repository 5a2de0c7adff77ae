import { expect } from "chai";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeOf, registerPlace, schemeOf } from "../../../io/places/place";
import { placeContract } from "./support/placeContract";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

const made: string[] = [];

placeContract("a folder of this machine", async () => {
  const root = mkdtempSync(join(tmpdir(), "sessionary-place-"));
  made.push(root);
  return { place: placeOf(root), root };
});

after(() => made.forEach((root) => rmSync(root, { recursive: true })));

describe("a folder of this machine as a place", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sessionary-place-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("lets exactly one of many writers make a file, whole, and leaves no temporary files", async () => {
    const place = placeOf(folder);
    const path = join(folder, "commit.json");
    const won = await Promise.all(Array.from({ length: 20 }, (_, i) => place.writeIfAbsent(path, bytes(`writer ${i}`))));
    expect(won.filter(Boolean)).to.have.length(1);
    expect(Buffer.from(await place.read(path)).toString()).to.equal(`writer ${won.indexOf(true)}`);
    expect(readdirSync(folder)).to.deep.equal(["commit.json"]);
  });

  it("refuses kinds of stores it does not know, and takes those that are registered", () => {
    expect(() => placeOf("ftp://x/y")).to.throw(/ftp:\/\/x\/y: files at ftp:\/\/ cannot be read; known are a local path/);
    expect(schemeOf("/a//b")).to.equal(null);
    const own = placeOf(folder);
    registerPlace("mem-test", () => own);
    expect(placeOf("mem-test://x")).to.equal(own);
  });
});
