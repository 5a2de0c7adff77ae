import { expect } from "chai";
import fc from "fast-check";
import { maxCompressedBytes, snappyCompress } from "../../../io/parquet/snappy";

/** The format read plainly, byte by byte. */
function decompress(bytes: Uint8Array): number[] {
  let at = 0;
  let length = 0;
  for (let shift = 0, more = true; more; shift += 7) {
    const byte = bytes[at++]!;
    length += (byte & 127) * 2 ** shift;
    more = byte > 127;
  }
  const output: number[] = [];
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    if ((tag & 3) === 0) {
      let count = tag >> 2;
      if (count >= 60) {
        const extra = count - 59;
        count = 0;
        for (let i = 0; i < extra; i++) count += bytes[at++]! * 2 ** (8 * i);
      }
      for (let i = 0; i <= count; i++) output.push(bytes[at++]!);
    } else {
      const short = (tag & 3) === 1;
      const count = short ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
      const offset = short ? ((tag >> 5) << 8) | bytes[at++]! : bytes[at++]! | (bytes[at++]! << 8);
      if (offset === 0 || offset > output.length) throw new RangeError(`offset ${offset} at ${output.length}`);
      for (let i = 0; i < count; i++) output.push(output[output.length - offset]!);
    }
  }
  expect(output.length).to.equal(length);
  return output;
}

describe("snappyCompress", () => {
  it("gives back any bytes", () => {
    const repetitive = fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3000 });
    fc.assert(
      fc.property(fc.oneof(repetitive, fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 600 })), (values) => {
        const compressed = snappyCompress(Uint8Array.from(values));
        expect(compressed.length).to.be.at.most(maxCompressedBytes(values.length));
        expect(decompress(compressed)).to.deep.equal(values);
      }),
    );
  });

  it("gives back inputs of several blocks, random and repeating, at the edges of a block", () => {
    for (const length of [0, 1, 4, 65535, 65536, 65537, 200_000]) {
      const mixed = Uint8Array.from({ length }, (_, i) => (i % 5000 < 2500 ? (Math.imul(i, 2654435761) >>> 13) & 255 : i % 17));
      expect(Buffer.compare(Buffer.from(decompress(snappyCompress(mixed))), mixed)).to.equal(0);
    }
  });

  it("makes repeating bytes much smaller", () => {
    expect(snappyCompress(new Uint8Array(100_000)).length).to.be.below(6000);
  });
});
