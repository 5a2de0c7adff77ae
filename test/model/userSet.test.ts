import { expect } from "chai";
import fc from "fast-check";
import { createHash } from "node:crypto";
import { encodeUserSet, uniteUserSets, userCount, UserHasher, userHashes } from "../../model/userSet";

const BITS = 2 ** 40;
const someHashes = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 300 }),
    fc.maxSafeInteger().map((n) => Math.abs(n) % BITS),
  ),
);
const encoded = (hashes: readonly number[]) => encodeUserSet(Float64Array.from(hashes));
const ascending = (hashes: readonly number[]) => [...new Set(hashes)].sort((a, b) => a - b);

describe("sets of users", () => {
  it("give their hashes back, ascending and each once", () => {
    fc.assert(
      fc.property(someHashes, (hashes) => {
        const set = encoded(hashes);
        expect([...userHashes(set)]).to.deep.equal(ascending(hashes));
        expect(userCount(set)).to.equal(new Set(hashes).size);
      }),
    );
  });

  it("unite to the set of all, none included", () => {
    fc.assert(
      fc.property(fc.array(someHashes, { maxLength: 5 }), (lists) => {
        const union = uniteUserSets(lists.map(encoded));
        expect(Buffer.from(union).equals(encoded(lists.flat()))).to.equal(true);
      }),
    );
  });

  it("hash users with the first 40 bits of SHA-256 over salt, NUL and user", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 8 }), fc.uint8Array({ maxLength: 200 }), fc.nat(3), (salt, user, before) => {
        const bytes = Uint8Array.from([...new Uint8Array(before).fill(7), ...user, 9]);
        const digest = createHash("sha256").update(`${salt}\0`).update(user).digest("hex");
        const hasher = new UserHasher(salt);
        const hash = () => hasher.of(bytes, before, before + user.length);
        expect([hash(), hash()]).to.deep.equal([0, 0].map(() => parseInt(digest.slice(0, 10), 16)));
      }),
    );
  });

  it("take about three bytes a user when they are many", () => {
    const hasher = new UserHasher("");
    const hashes = Float64Array.from({ length: 100_000 }, (_, i) => hasher.of(Buffer.from(`user ${i}`), 0, 11));
    const users = new Set(hashes).size;
    expect(encodeUserSet(hashes).length / users).to.be.lessThan(4);
  });
});
