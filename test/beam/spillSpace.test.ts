import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { create, groupByKey } from "../../beam/stages";
import { SpillSpace, type SpillHolder } from "../../beam/spillSpace";
import { UserError } from "../../model/errors";
import { collect, kv } from "./collect";

class Holder implements SpillHolder {
  heldBytes = 0;
  spills: number[] = [];
  spill() {
    this.spills.push(this.heldBytes);
  }
}

describe("the memory limit of a run", () => {
  let tempDir: string;
  beforeEach(() => (tempDir = mkdtempSync(join(tmpdir(), "sessionary-space-"))));
  afterEach(() => rmSync(tempDir, { recursive: true }));

  it("lets the largest holder spill, and only above the limit", () => {
    const space = new SpillSpace(100, tempDir);
    const [small, large] = [new Holder(), new Holder()];
    space.hold(small, 30);
    space.hold(large, 70);
    expect([small.spills, large.spills]).to.deep.equal([[], []]);
    space.hold(small, 1);
    expect([small.spills, large.spills]).to.deep.equal([[], [70]]);
    expect([small.heldBytes, large.heldBytes, space.spilledBytes]).to.deep.equal([31, 0, 70]);
    space.release(small, 31);
    space.hold(large, 100);
    expect(large.spills).to.deep.equal([70]);
    space.close();
  });

  it("writes what is staged before it reads, and reads any part", () => {
    const space = new SpillSpace(100, tempDir);
    const file = space.openFile();
    const pieces = [3, 1 << 20, (1 << 20) + 1, 0, 5].map((length, i) => new Uint8Array(length).fill(i + 1));
    const offsets = pieces.map((piece) => {
      const at = file.length;
      file.append(piece);
      return at;
    });
    file.appendU32(0xfffffffe);
    pieces.forEach((piece, i) => expect(Buffer.compare(file.read(offsets[i] as number, piece.length), piece)).to.equal(0));
    expect(file.read(file.length - 4, 4)).to.deep.equal(Uint8Array.of(0xfe, 0xff, 0xff, 0xff));
    expect(() => file.read(file.length - 4, 5)).to.throw("is cut short");
    space.close();
    expect(readdirSync(tempDir)).to.deep.equal([]);
  });

  it("removes what runs that were killed left behind, and nothing else", () => {
    const { pid: gone } = spawnSync(process.execPath, ["-e", ""]);
    const own = `sessionary-run-${hostname()}`;
    const kept = [`${own}-${process.pid}-abc`, `sessionary-run-elsewhere.invalid-${gone}-abc`, `other-${gone}`, `${own}-x`];
    for (const name of [...kept, `${own}-${gone}-abc`]) {
      mkdirSync(join(tempDir, name));
      writeFileSync(join(tempDir, name, "spill-0"), "x");
    }
    new SpillSpace(100, tempDir).close();
    expect(readdirSync(tempDir).sort()).to.deep.equal(kept.sort());
  });

  it("says which folder cannot be written to, and what to do", async () => {
    const notAFolder = join(tempDir, "file");
    writeFileSync(notAFolder, "");
    const error = await collect((root) => root.apply(create("In", [kv("a", "b")])).apply(groupByKey("Group")), {
      spillBytes: 0,
      tempDir: join(notAFolder, "deeper"),
    }).then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error).to.be.instanceOf(UserError);
    expect(error?.message).to.match(/^cannot write temporary files in .*deeper: ENOTDIR/);
    expect((error as UserError).hints.join()).to.contain("runner.tempDir");
  });
});
