import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mapBounded } from "../../../../io/places/bounded";
import type { Place } from "../../../../io/places/place";
import { DataError } from "../../../../model/errors";

/** A place under test and a folder of it that is empty. */
export interface PlaceUnderTest {
  readonly place: Place;
  /** Without a slash at its end. */
  readonly root: string;
}

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const text = (content: Uint8Array) => Buffer.from(content).toString();

/** What every place must keep. `make` gives a fresh folder. */
export function placeContract(name: string, make: () => Promise<PlaceUnderTest>): void {
  describe(`${name} keeps what places promise`, () => {
    let place: Place;
    let root: string;
    const names = async (prefix: string) =>
      (await place.list(`${root}/${prefix}`)).map(({ path }) => path.slice(root.length + 1));

    beforeEach(async () => ({ place, root } = await make()));

    it("writes, reads, replaces, stats and removes", async () => {
      const path = `${root}/a/b/c.txt`;
      expect(await place.stat(path)).to.equal(null);
      await place.write(path, bytes("0123456789"));
      expect(text(await place.read(path))).to.equal("0123456789");
      const before = await place.stat(path);
      expect(before).to.include({ path, bytes: 10 });
      expect(Math.abs((before?.modifiedMs ?? 0) - Date.now())).to.be.lessThan(60_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await place.write(path, bytes("abcdefghij"));
      expect(text(await place.read(path))).to.equal("abcdefghij");
      expect((await place.stat(path))?.tag).to.not.equal(before?.tag);
      await place.remove(path);
      await place.remove(path);
      expect(await place.stat(path)).to.equal(null);
      expect(await names("")).to.deep.equal([]);
    });

    it("says of a file that is not there that it is not there", async () => {
      for (const read of [() => place.read(`${root}/none`), () => place.readRange(`${root}/none`, 0, 5)]) {
        const error = await read().then(
          () => null,
          (failure: unknown) => failure as NodeJS.ErrnoException,
        );
        expect(error?.code).to.equal("ENOENT");
      }
    });

    it("reads ranges at, over and behind the end", async () => {
      const path = `${root}/ten`;
      await place.write(path, bytes("0123456789"));
      const range = async (start: number, end: number) => text(await place.readRange(path, start, end));
      expect(await range(0, 1)).to.equal("0");
      expect(await range(3, 6)).to.equal("345");
      expect(await range(0, 10)).to.equal("0123456789");
      expect(await range(9, 10)).to.equal("9");
      expect(await range(8, 99)).to.equal("89");
      expect(await range(10, 11)).to.equal("");
      expect(await range(50, 60)).to.equal("");
      expect(await range(5, 5)).to.equal("");
    });

    it("refuses to read on in a file that has become another", async () => {
      const path = `${root}/log`;
      await place.write(path, bytes("first first"));
      const tag = (await place.stat(path))?.tag as string;
      expect(text(await place.readRange(path, 0, 5, tag))).to.equal("first");
      await new Promise((resolve) => setTimeout(resolve, 5));
      await place.write(path, bytes("other other"));
      const error = await place.readRange(path, 5, 11, tag).catch((failure: unknown) => failure);
      expect(error).to.be.instanceOf(DataError);
      expect((error as Error).message).to.equal(`${path} changed while it was read; nothing was published`);
    });

    it("keeps empty files", async () => {
      const path = `${root}/empty`;
      await place.write(path, new Uint8Array(0));
      expect(await place.stat(path)).to.include({ bytes: 0 });
      expect(await place.read(path)).to.have.length(0);
      expect(await place.readRange(path, 0, 10)).to.have.length(0);
      expect(await names("")).to.deep.equal(["empty"]);
    });

    it("takes names with spaces, percent signs, plus signs and letters of any script as they are", async () => {
      const odd = ["a b", "100%", "%41", "x+y", "é/ü", "日本/語.jsonl", "😀", "q&a;=@$", "[1]", "date=2026-03-02", "#1"];
      for (const one of odd) await place.write(`${root}/odd/${one}`, bytes(one));
      const listed = await place.list(`${root}/odd/`);
      expect(listed.map(({ path }) => path.slice(`${root}/odd/`.length)).sort()).to.deep.equal([...odd].sort());
      for (const { path, tag } of listed) {
        expect(text(await place.readRange(path, 0, 1000, tag))).to.equal(path.slice(`${root}/odd/`.length));
        expect((await place.stat(path))?.tag).to.equal(tag);
        await place.remove(path);
      }
      expect(await names("odd/")).to.deep.equal([]);
    });

    it("lists by prefix, in the order of UTF-8 bytes", async () => {
      for (const one of ["b", "a/z", "a/é", "ab", "a/😀", "a/ｚ", "a/b/c"]) await place.write(`${root}/${one}`, bytes(one));
      expect(await names("a/")).to.deep.equal(["a/b/c", "a/z", "a/é", "a/ｚ", "a/😀"]);
      expect(await names("a")).to.deep.equal(["a/b/c", "a/z", "a/é", "a/ｚ", "a/😀", "ab"]);
      expect(await names("ab")).to.deep.equal(["ab"]);
      expect(await names("b/")).to.deep.equal([]);
      expect(await names("none/below")).to.deep.equal([]);
    });

    it("lists more files than a page holds", async () => {
      const wanted = Array.from({ length: 1050 }, (_, i) => `many/${String(i).padStart(5, "0")}`);
      await mapBounded(wanted, (one) => place.write(`${root}/${one}`, bytes("x")));
      expect(await names("many/")).to.deep.equal(wanted);
      expect(await names("many/0104")).to.have.length(10);
    });

    it("lets exactly one of many writers make a file, whole", async () => {
      for (let round = 0; round < 5; round++) {
        const path = `${root}/_delta_log/${round}.json`;
        const won = await Promise.all(Array.from({ length: 8 }, (_, i) => place.writeIfAbsent(path, bytes(`writer ${i}`))));
        expect(won.filter(Boolean)).to.have.length(1);
        expect(text(await place.read(path))).to.equal(`writer ${won.indexOf(true)}`);
        expect(await place.writeIfAbsent(path, bytes("late"))).to.equal(false);
      }
      expect(await names("_delta_log/")).to.have.length(5);
    });

    it("replaces a file only where it is the one that was seen", async () => {
      const path = `${root}/lock`;
      expect(await place.writeIfSame(path, bytes("0"), "none")).to.equal(false);
      await place.write(path, bytes("1"));
      const tag = (await place.stat(path))?.tag as string;
      expect(await place.writeIfSame(path, bytes("22"), tag)).to.equal(true);
      expect(await place.writeIfSame(path, bytes("333"), tag)).to.equal(false);
      expect(text(await place.read(path))).to.equal("22");
    });

    it("shows readers the old bytes or all of the new ones", async () => {
      const path = `${root}/page`;
      const versions = ["a", "b", "c"].map((letter, i) => bytes(letter.repeat(300_000 + i)));
      await place.write(path, versions[0] as Uint8Array);
      let writing = true;
      const writes = (async () => {
        for (let i = 0; i < 20; i++) await place.write(path, versions[i % 3] as Uint8Array);
        writing = false;
      })();
      while (writing) {
        const seen = text(await place.read(path));
        expect(versions.some((version) => version.length === seen.length && text(version) === seen)).to.equal(true);
      }
      await writes;
    });

    it("uploads small and large files of this machine", async () => {
      const dir = mkdtempSync(join(tmpdir(), "sessionary-upload-"));
      try {
        for (const size of [0, 1000, 40 * 1024 * 1024 + 7]) {
          const content = Buffer.alloc(size, Buffer.from("sessions and their categories, "));
          writeFileSync(join(dir, "file"), content);
          await place.upload(`${root}/up/${size}`, join(dir, "file"));
          expect((await place.stat(`${root}/up/${size}`))?.bytes).to.equal(size);
          expect(content.equals(Buffer.from(await place.read(`${root}/up/${size}`)))).to.equal(true);
        }
      } finally {
        rmSync(dir, { recursive: true });
      }
    });

    it("writes large values that are in memory", async () => {
      const content = Buffer.alloc(36 * 1024 * 1024 + 1, Buffer.from("0123456789abc"));
      await place.write(`${root}/large`, content);
      expect(content.equals(Buffer.from(await place.read(`${root}/large`)))).to.equal(true);
      expect(await place.removeUnfinished(`${root}/`, Date.now())).to.equal(0);
    });
  });
}
