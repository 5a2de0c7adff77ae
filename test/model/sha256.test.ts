import { expect } from "chai";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { ShortSha256 } from "../../model/sha256";

describe("ShortSha256", () => {
  it("gives the digests of the crypto library, for messages of one block and longer", () => {
    const hash = new ShortSha256();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 130 }), fc.constantFrom(4, 16, 32), (message, bytes) => {
        const output = new Uint8Array(2 + 2 * bytes);
        hash.writeHex(message, message.length, bytes, output, 2);
        const expected = createHash("sha256")
          .update(message)
          .digest("hex")
          .slice(0, 2 * bytes);
        expect(Buffer.from(output.subarray(2)).toString("latin1")).to.equal(expected);
        const words = Array.from(hash.words(message, message.length), (word) => (word >>> 0).toString(16).padStart(8, "0"));
        expect(words.join("").slice(0, 2 * bytes)).to.equal(expected);
      }),
      { numRuns: 500 },
    );
  });
});
