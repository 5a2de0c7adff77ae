import { expect } from "chai";
import fc from "fast-check";
import { averageLinkGroups } from "../../ml/averageLink";

/** Every pair of groups measured anew from the items, at every step. */
function bruteForce(likeness: readonly (readonly number[])[], owners: readonly string[], from: number): number[][] {
  let groups = owners.map((_, i) => [i]);
  for (;;) {
    let best: { a: number[]; b: number[]; mean: number } | null = null;
    for (const a of groups) {
      for (const b of groups) {
        if (a[0]! >= b[0]! || a.some((i) => b.some((j) => owners[i] === owners[j]))) continue;
        const mean = a.flatMap((i) => b.map((j) => likeness[i]![j]!)).reduce((sum, one) => sum + one, 0) / (a.length * b.length);
        if (mean >= from && (best === null || mean > best.mean)) best = { a, b, mean };
      }
    }
    if (best === null) return groups;
    const { a, b } = best;
    groups = [...groups.filter((group) => group !== a && group !== b), [...a, ...b].sort((x, y) => x - y)].sort(
      (x, y) => x[0]! - y[0]!,
    );
  }
}

describe("average link", () => {
  it("joins what a search of all groups from their items joins, at every step", () => {
    const cases = fc.integer({ min: 0, max: 9 }).chain((count) =>
      fc.record({
        owners: fc.array(fc.constantFrom("web", "ios", "android", "tv"), { minLength: count, maxLength: count }),
        // All different, so that rounding decides no tie.
        ranks: fc.uniqueArray(fc.nat({ max: 9999 }), {
          minLength: (count * (count - 1)) / 2,
          maxLength: (count * (count - 1)) / 2,
        }),
      }),
    );
    fc.assert(
      fc.property(cases, fc.constantFrom(0, 0.3, 0.7), ({ owners, ranks }, from) => {
        const likeness = owners.map(() => owners.map(() => 0));
        let next = 0;
        for (let i = 0; i < owners.length; i++) {
          for (let j = i + 1; j < owners.length; j++) likeness[i]![j] = likeness[j]![i] = ranks[next++]! / 10_000;
        }
        const graph = {
          count: owners.length,
          likeness: (i: number, j: number) => likeness[i]![j]!,
          ownerOf: (i: number) => owners[i]!,
        };
        expect(averageLinkGroups(graph, from)).to.deep.equal(bruteForce(likeness, owners, from));
      }),
    );
  });

  it("goes to the first items where likenesses are equal, and never puts two of one owner together", () => {
    const owners = ["web", "ios", "web", "ios"];
    const graph = { count: 4, likeness: () => 1, ownerOf: (i: number) => owners[i]! };
    expect(averageLinkGroups(graph, 0.7)).to.deep.equal([
      [0, 1],
      [2, 3],
    ]);
  });

  it("has no groups of no items", () => {
    expect(averageLinkGroups({ count: 0, likeness: () => 1, ownerOf: () => "" }, 0)).to.deep.equal([]);
  });
});
