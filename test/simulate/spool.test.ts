import { expect } from "chai";
import fc from "fast-check";
import { byTime, Spool } from "../../simulate/spool";

describe("the simulator's spool", () => {
  it("gives back each bucket's records as pushed, spilled to disk or not, and orders them stably by time", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 3 }),
            fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 2 ** 32 - 1 })),
          ),
        ),
        fc.integer({ min: 24, max: 2000 }),
        (pushed, limit) => {
          const spool = new Spool(limit);
          const base = 1_790_000_000_000;
          pushed.forEach(([bucket, offset], i) => spool.push(bucket, base + offset, i, i % 65_536, bucket, 3, 4_000_000_000, i));
          for (let bucket = 0; bucket < 4; bucket++) {
            const expected = pushed.flatMap(([b, offset], i) => (b === bucket ? [{ time: base + offset, i }] : []));
            const records = spool.take(bucket);
            expect(
              Array.from({ length: records.count }, (_, k) => ({ time: records.time(k), i: records.user(k) })),
            ).to.deep.equal(expected);
            for (let k = 0; k < records.count; k++) {
              expect([records.client(k), records.flags(k), records.revenue(k), records.delay(k)]).to.deep.equal([
                bucket,
                3,
                4_000_000_000,
                records.user(k),
              ]);
            }
            const order = [...byTime(records)].map((k) => records.user(k));
            expect(order).to.deep.equal([...expected].sort((a, b) => a.time - b.time || a.i - b.i).map(({ i }) => i));
          }
          expect(spool.waiting()).to.deep.equal([]);
          spool.close();
        },
      ),
    );
  });
});
