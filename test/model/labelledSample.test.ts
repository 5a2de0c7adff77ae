import { expect } from "chai";
import { joinBlocks, parseSampleFileName, sampleFileName, splitBlocks } from "../../model/labelledSample";

describe("labelled sample files", () => {
  it("give back the blocks they were made of, in order, empty ones too", () => {
    const blocks = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(16).fill(7)];
    expect(splitBlocks(joinBlocks(blocks)).map((b) => [...b])).to.deep.equal(blocks.map((b) => [...b]));
    expect(splitBlocks(joinBlocks([]))).to.deep.equal([]);
  });

  it("are refused when cut short", () => {
    const bytes = joinBlocks([new Uint8Array(20)]);
    expect(() => splitBlocks(bytes.subarray(0, 24))).to.throw(RangeError, "cut short at byte 0");
    expect(() => splitBlocks(bytes.subarray(0, 4))).to.throw(RangeError, "cut short");
  });

  it("are named by app and part, whatever the app is called", () => {
    for (const app of ["web", "a/b *?", "ü-0001.blocks"]) {
      expect(parseSampleFileName(sampleFileName(app, 12))).to.deep.equal({ app, part: 12 });
    }
    expect(parseSampleFileName("report.json")).to.equal(null);
  });
});
