import { expect } from "chai";
import fc from "fast-check";
import { bitWidth, encodeHybrid } from "../../../io/parquet/bitPacking";

/** The encoding read plainly, one bit at a time. */
function decodeHybrid(bytes: Uint8Array, count: number, width: number): number[] {
  const values: number[] = [];
  for (let at = 0; values.length < count;) {
    let header = 0;
    for (let shift = 0, more = true; more; shift += 7) {
      const byte = bytes[at++]!;
      header += (byte & 127) * 2 ** shift;
      more = byte > 127;
    }
    if (header % 2 === 0) {
      let value = 0;
      for (let i = 0; i < Math.ceil(width / 8); i++) value += bytes[at++]! * 2 ** (8 * i);
      for (let i = 0; i < header / 2; i++) values.push(value);
    } else {
      const groups = (header - 1) / 2;
      for (let i = 0; i < groups * 8; i++) {
        let value = 0;
        for (let b = 0; b < width; b++) {
          const bit = i * width + b;
          value += ((bytes[at + (bit >> 3)]! >> (bit & 7)) & 1) * 2 ** b;
        }
        values.push(value);
      }
      at += groups * width;
    }
  }
  return values.slice(0, count);
}

describe("encodeHybrid", () => {
  it("gives back any values at any width, runs and packed groups mixed", () => {
    const runs = (max: number) =>
      fc.array(fc.tuple(fc.integer({ min: 0, max }), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }))), {
        maxLength: 30,
      });
    const width = fc.integer({ min: 1, max: 32 });
    fc.assert(
      fc.property(
        width.chain((bits) => fc.tuple(fc.constant(bits), runs(2 ** bits - 1))),
        ([bits, pieces]) => {
          const values = pieces.flatMap(([value, length]) => Array<number>(length).fill(value));
          const encoded = encodeHybrid(Uint32Array.from(values), 0, values.length, bits);
          expect(decodeHybrid(encoded, values.length, bits)).to.deep.equal(values);
        },
      ),
    );
  });

  it("needs a few bytes for a long run", () => {
    expect([...encodeHybrid(new Uint8Array(1000).fill(1), 0, 1000, 1)]).to.deep.equal([0xd0, 0x0f, 1]);
  });
});

describe("bitWidth", () => {
  it("is the smallest width that holds the largest value", () => {
    expect([0, 1, 2, 3, 4, 255, 256, 0xffffffff].map(bitWidth)).to.deep.equal([0, 1, 2, 2, 3, 8, 9, 32]);
  });
});
