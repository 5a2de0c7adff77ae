import { expect } from "chai";
import fc from "fast-check";
import { KeyTable } from "../../../io/formats/keyTable";
import { polyHash } from "../../../io/formats/rows";

describe("KeyTable", () => {
  it("numbers keys by first sight as a Map would, also when all hashes are alike, and again after clear", () => {
    const key = fc.tuple(fc.nat(2), fc.string({ unit: fc.constantFrom("a", "b", "\0", "é"), maxLength: 4 }));
    fc.assert(
      fc.property(fc.array(key, { maxLength: 300 }), fc.boolean(), (keys, sameHash) => {
        const table = new KeyTable();
        for (let round = 0; round < 2; round++) {
          const ids = new Map<string, number>();
          for (const [tag, text] of keys) {
            const bytes = Buffer.from(`<${text}>`);
            const hash = sameHash ? 7 : polyHash(bytes, 1, bytes.length - 1);
            const expected = ids.get(`${tag} ${text}`) ?? ids.size;
            expect(table.find(tag, bytes, 1, bytes.length - 1, hash)).to.equal(ids.get(`${tag} ${text}`) ?? -1);
            ids.set(`${tag} ${text}`, expected);
            expect(table.intern(tag, bytes, 1, bytes.length - 1, hash)).to.equal(expected);
            expect(table.textOf(expected)).to.equal(text);
          }
          expect(table.count).to.equal(ids.size);
          table.clear();
        }
      }),
    );
  });

  it("grows to many keys", () => {
    const table = new KeyTable();
    const id = (i: number) => {
      const bytes = Buffer.from(`key ${i}`);
      return table.intern(0, bytes, 0, bytes.length, polyHash(bytes, 0, bytes.length));
    };
    for (let i = 0; i < 20_000; i++) expect(id(i)).to.equal(i);
    for (let i = 0; i < 20_000; i += 7) expect(id(i)).to.equal(i);
  });
});
