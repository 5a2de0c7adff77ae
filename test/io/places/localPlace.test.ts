import { expect } from "chai";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { placeOf, registerPlace, schemeOf } from "../../../io/places/place";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

describe("a folder of this machine as a place", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "sessionary-place-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("writes, reads, reads ranges, and removes", async () => {
    const place = placeOf(folder);
    const path = join(folder, "a/b/c.txt");
    await place.write(path, bytes("0123456789"));
    expect(Buffer.from(await place.read(path)).toString()).to.equal("0123456789");
    expect(Buffer.from(await place.readRange(path, 3, 6)).toString()).to.equal("345");
    expect(Buffer.from(await place.readRange(path, 8, 99)).toString()).to.equal("89");
    expect(await place.readRange(path, 50, 60)).to.have.length(0);
    await place.remove(path);
    await place.remove(path);
    expect(await place.stat(path)).to.equal(null);
  });

  it("lists by prefix, sorted by UTF-8 bytes, and by folder", async () => {
    const place = placeOf(folder);
    for (const name of ["b", "a/z", "a/é", "ab", "a/😀", "a/ｚ"]) await place.write(join(folder, name), bytes(name));
    const names = async (prefix: string) =>
      (await place.list(join(folder, prefix))).map(({ path }) => path.slice(folder.length + 1));
    expect(await names("a/")).to.deep.equal(["a/z", "a/é", "a/ｚ", "a/😀"]);
    expect(await names("a")).to.include("a/z");
    expect(await names("ab")).to.deep.equal(["ab"]);
    expect(await names("none")).to.deep.equal([]);
  });

  it("changes the tag with the content, also at the same size", async () => {
    const place = placeOf(folder);
    const path = join(folder, "x");
    await place.write(path, bytes("1"));
    const before = await place.stat(path);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await place.write(path, bytes("2"));
    expect((await place.stat(path))?.tag).to.not.equal(before?.tag);
  });

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
