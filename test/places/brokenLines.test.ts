import { expect } from "chai";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataError, UserError } from "../../model/errors";
import { download } from "../../io/places/copies";
import { GcsStore } from "../../io/places/gcsStore";
import { ObjectPlace } from "../../io/places/objectPlace";
import type { FileInfo } from "../../io/places/place";
import { ReadAhead } from "../../io/places/readAhead";
import { S3Store } from "../../io/places/s3Store";
import { cuttingProxy, type CuttingProxy } from "./support/cuttingProxy";
import { gcsTestStore, s3TestStore, type TestStore } from "./support/stores";

const QUICK = { tries: 4, triesUnreachable: 2, firstMs: 5, longestMs: 20, bodySilenceMs: 1000 };
const STORES = [
  { name: "S3", open: s3TestStore, make: () => new S3Store() },
  { name: "Google Cloud Storage", open: gcsTestStore, make: () => new GcsStore() },
] as const;

/** Bytes that are nowhere alike. */
function varied(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) bytes.writeUInt32LE((i * 2654435761) >>> 0, i);
  return bytes;
}

for (const { name, open, make } of STORES) {
  describe(`a line to ${name} that breaks`, () => {
    let store: TestStore;
    let proxy: CuttingProxy;
    /** Through the proxy, and past it. */
    let place: ObjectPlace;
    let direct: ObjectPlace;
    let root: string;
    let environment: Record<string, string | undefined>;

    before(async () => {
      store = await open();
      proxy = await cuttingProxy(store.emulator.port);
      root = await store.makeBucket(`lines-${randomUUID()}`);
      direct = new ObjectPlace(make(), QUICK);
      await direct.list(`${root}/`);
      // A client looks at its environment when it is first used.
      const wanted = store.environment(proxy.address);
      environment = Object.fromEntries(Object.keys(wanted).map((key) => [key, process.env[key]]));
      Object.assign(process.env, wanted);
      place = new ObjectPlace(make(), QUICK);
      await place.list(`${root}/`);
      Object.assign(process.env, environment);
    });

    after(() => proxy.close());

    it("in the middle of a read: it goes on at the byte where it broke", async () => {
      const content = varied(3_000_000);
      await direct.write(`${root}/log`, content);
      const before = proxy.cuts;
      proxy.cut("down", 1_000_000, 3);
      const read = Buffer.from(await place.read(`${root}/log`));
      expect(read.equals(content)).to.equal(true);
      expect(proxy.cuts - before).to.be.within(1, 3);
      proxy.cut("down", 400_000, 2);
      const part = Buffer.from(await place.readRange(`${root}/log`, 500_001, 1_900_000));
      expect(part.equals(content.subarray(500_001, 1_900_000))).to.equal(true);
    });

    it("in the middle of a stream that is read ahead: not a byte is lost or comes twice", async () => {
      const content = varied(18_000_000);
      await direct.write(`${root}/stream`, content);
      const file = (await direct.stat(`${root}/stream`)) as FileInfo;
      const before = proxy.cuts;
      proxy.cut("down", 2_500_000, 4);
      const source = new ReadAhead(place, file.path, 7, { tag: file.tag, bytes: file.bytes, until: 9_000_000 });
      const pieces: Buffer[] = [];
      for (;;) {
        const piece = Buffer.alloc(700_001);
        const count = await source.read(piece, 0, piece.length);
        if (count === 0) break;
        pieces.push(piece.subarray(0, count));
      }
      source.close();
      expect(proxy.cuts - before).to.be.greaterThan(0);
      expect(Buffer.concat(pieces).equals(content.subarray(7))).to.equal(true);
    });

    it("while the file becomes another: the read fails with a clear line, and mixes nothing", async () => {
      const path = `${root}/changing`;
      await direct.write(path, varied(2_000_000));
      const file = (await direct.stat(path)) as FileInfo;
      await direct.write(path, varied(2_000_000).reverse());
      for (const read of [
        () => place.readRange(path, 0, 10, file.tag),
        () => new ReadAhead(place, path, 0, { tag: file.tag, until: file.bytes }).read(new Uint8Array(10), 0, 10),
      ]) {
        const error = await read().catch((failure: unknown) => failure);
        expect(error).to.be.instanceOf(DataError);
        expect((error as Error).message).to.include("changed while it was read; nothing was published");
      }
    });

    it("in the middle of a write: the file is whole, or not there", async () => {
      const content = varied(3_000_000);
      const before = proxy.cuts;
      proxy.cut("up", 1_000_000, 2);
      await place.write(`${root}/written`, content);
      expect(proxy.cuts - before).to.equal(2);
      expect(Buffer.from(await direct.read(`${root}/written`)).equals(content)).to.equal(true);
      proxy.cut("up", 1_000_000, 100);
      const error = await place.write(`${root}/never`, content).catch((failure: unknown) => failure);
      proxy.cut("up", 0, 0);
      expect(error).to.be.instanceOf(UserError);
      expect((error as Error).message).to.include(`${name} cannot be reached for ${root}/never`);
      expect(await direct.stat(`${root}/never`)).to.equal(null);
    });

    it("after a conditional write was carried out, before its answer came: the writer still learns that it won", async () => {
      // The first byte of the answer is cut off.
      const before = proxy.cuts;
      proxy.cut("down", 0, 1);
      expect(await place.writeIfAbsent(`${root}/commit.json`, Buffer.from("mine"))).to.equal(true);
      expect(proxy.cuts - before).to.equal(1);
      expect(Buffer.from(await direct.read(`${root}/commit.json`)).toString()).to.equal("mine");
      proxy.cut("down", 0, 1);
      expect(await place.writeIfAbsent(`${root}/commit.json`, Buffer.from("theirs"))).to.equal(false);
      const tag = (await direct.stat(`${root}/commit.json`))?.tag as string;
      proxy.cut("down", 0, 1);
      expect(await place.writeIfSame(`${root}/commit.json`, Buffer.from("mine again"), tag)).to.equal(true);
      expect(Buffer.from(await direct.read(`${root}/commit.json`)).toString()).to.equal("mine again");
    });

    it("in the middle of an upload in parts: the object is whole, and no parts are left", async function () {
      // Google's client sends parts to the address that the store names, which is not the proxy's.
      if (store.scheme === "gs") expect(proxy.address).to.not.equal(store.emulator.address);
      const dir = mkdtempSync(join(tmpdir(), "sessionary-lines-"));
      try {
        const content = varied(40_000_000);
        writeFileSync(join(dir, "large"), content);
        proxy.cut("up", 5_000_000, 2);
        await place.upload(`${root}/large`, join(dir, "large"));
        proxy.cut("up", 0, 0);
        await download((await direct.stat(`${root}/large`)) as FileInfo, join(dir, "back"));
        expect(Buffer.from(await direct.read(`${root}/large`)).equals(content)).to.equal(true);
        expect(await direct.removeUnfinished(`${root}/`, Date.now() + 1000)).to.equal(0);
      } finally {
        rmSync(dir, { recursive: true });
      }
    });
  });
}
