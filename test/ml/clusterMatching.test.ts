import { expect } from "chai";
import fc from "fast-check";
import { classifyChanges, type ClusterChange } from "../../ml/clusterChanges";
import { adjustedRandIndex, bestMatching, contingency, contingencyOf, jaccard } from "../../ml/clusterMatching";

function* permutations(items: number[]): Generator<number[]> {
  if (items.length === 0) yield [];
  for (const item of items) {
    for (const rest of permutations(items.filter((other) => other !== item))) yield [item, ...rest];
  }
}

const labelPairs = fc.array(fc.tuple(fc.nat(3), fc.nat(2)), { maxLength: 25 });
const tableOf = (rows: readonly (readonly [number, number])[]) =>
  contingency(
    rows.map(([a]) => a),
    rows.map(([, b]) => b),
    4,
    3,
  );

describe("contingency tables", () => {
  it("count rows by both labels", () => {
    fc.assert(
      fc.property(labelPairs, (rows) => {
        const table = tableOf(rows);
        for (let a = 0; a < 4; a++) {
          for (let b = 0; b < 3; b++) {
            expect(table.counts[a * 3 + b]).to.equal(rows.filter(([x, y]) => x === a && y === b).length);
          }
          expect(table.oldSizes[a]).to.equal(rows.filter(([x]) => x === a).length);
        }
        expect(table.rowCount).to.equal(rows.length);
        expect(contingencyOf(table.counts, 4, 3)).to.deep.equal(table);
      }),
    );
  });

  it("refuse labels of different rows and tables of another size", () => {
    expect(() => contingency([0], [0, 1], 1, 2)).to.throw(RangeError, "not of the same rows");
    expect(() => contingencyOf(new Float64Array(3), 2, 2)).to.throw(RangeError, "3 counts are not 2 × 2");
  });
});

describe("the adjusted Rand index", () => {
  it("is (index - expected) / (maximum - expected) over all pairs of rows", () => {
    fc.assert(
      fc.property(labelPairs, (rows) => {
        let [both, old, now, all] = [0, 0, 0, 0];
        rows.forEach(([a, b], i) =>
          rows.slice(0, i).forEach(([x, y]) => {
            all += 1;
            old += a === x ? 1 : 0;
            now += b === y ? 1 : 0;
            both += a === x && b === y ? 1 : 0;
          }),
        );
        const expected = all > 0 ? (old * now) / all : 0;
        const denominator = (old + now) / 2 - expected;
        const index = denominator === 0 ? 1 : (both - expected) / denominator;
        expect(adjustedRandIndex(tableOf(rows))).to.be.closeTo(index, 1e-12);
      }),
    );
  });

  it("is 1 for renamed clusters and near 0 for unrelated ones", () => {
    const labels = Array.from({ length: 300 }, (_, i) => i % 3);
    expect(
      adjustedRandIndex(
        contingency(
          labels,
          labels.map((label) => (label + 1) % 3),
          3,
          3,
        ),
      ),
    ).to.equal(1);
    expect(
      adjustedRandIndex(
        contingency(
          labels,
          labels.map((_, i) => Math.floor(i / 100)),
          3,
          3,
        ),
      ),
    ).to.be.closeTo(0, 0.02);
  });
});

describe("the best matching", () => {
  it("has the largest sum of all one-to-one matchings", () => {
    const shape = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
    fc.assert(
      fc.property(shape, fc.array(fc.nat(9), { minLength: 25, maxLength: 25 }), ([olds, news], values) => {
        const score = (a: number, b: number) => values[a * 5 + b]!;
        const size = Math.max(olds, news);
        const sum = (match: readonly number[]) =>
          match.reduce((total, b, a) => total + (a < olds && b >= 0 && b < news ? score(a, b) : 0), 0);
        const best = Math.max(...[...permutations(Array.from({ length: size }, (_, i) => i))].map(sum));
        const match = Array.from(bestMatching(olds, news, score));
        const used = match.filter((b) => b >= 0);
        expect(sum(match)).to.equal(best);
        expect(new Set(used).size).to.equal(used.length);
        expect(used.length).to.equal(Math.min(olds, news));
      }),
    );
  });

  it("takes shares, also with nothing on one side", () => {
    expect(Array.from(bestMatching(2, 0, () => 1))).to.deep.equal([-1, -1]);
    expect(Array.from(bestMatching(0, 2, () => 1))).to.deep.equal([]);
    expect(Array.from(bestMatching(2, 2, (a, b) => (a === b ? 0.1 : 0.3)))).to.deep.equal([1, 0]);
  });
});

describe("what became of clusters", () => {
  const changes = (rows: number[][]) =>
    classifyChanges(contingencyOf(Float64Array.from(rows.flat()), rows.length, rows[0]!.length));
  const kinds = (list: ClusterChange[]) => list.map(({ kind, old, now }) => `${kind} ${old.join("+")}>${now.join("+")}`);

  it("tells clusters that only changed number", () => {
    const result = changes([
      [1, 99],
      [98, 2],
    ]);
    expect(kinds(result)).to.deep.equal(["same 0>1", "same 1>0"]);
    expect(result[0]).to.include({ rows: 99, jaccard: 99 / 102 });
  });

  it("tells a split and a merger, with the similarity of the whole", () => {
    const split = changes([
      [50, 48, 2],
      [0, 1, 99],
    ]);
    expect(kinds(split)).to.deep.equal(["split 0>0+1", "same 1>2"]);
    expect(split[0]).to.include({ rows: 98, jaccard: 98 / 101 });
    expect(
      kinds(
        changes([
          [50, 0],
          [48, 1],
          [2, 99],
        ]),
      ),
    ).to.deep.equal(["merged 0+1>0", "same 2>1"]);
  });

  it("tells clusters that came and went", () => {
    const scattered = changes([
      [10, 10, 10, 0],
      [90, 0, 0, 0],
      [0, 90, 0, 0],
      [0, 0, 90, 0],
    ]);
    expect(kinds(scattered)).to.deep.equal(["gone 0>", "same 1>0", "same 2>1", "same 3>2"]);
    expect(scattered[0]).to.include({ jaccard: 0, rows: 30 });
    expect(
      kinds(
        changes([
          [90, 0, 10],
          [0, 90, 10],
        ]),
      ),
    ).to.deep.equal(["same 0>0", "same 1>1", "born >2"]);
  });

  it("keeps a cluster that overlaps by half as the same, with its low number shown", () => {
    const result = changes([
      [60, 40],
      [0, 100],
    ]);
    expect(kinds(result)).to.deep.equal(["same 0>0", "same 1>1"]);
    expect(result[0]!.jaccard).to.equal(0.6);
  });

  it("names each cluster with rows exactly once", () => {
    fc.assert(
      fc.property(labelPairs, (rows) => {
        const table = tableOf(rows);
        const result = classifyChanges(table);
        const filled = (sizes: Float64Array) => Array.from(sizes).flatMap((size, i) => (size > 0 ? [i] : []));
        const named = (side: "old" | "now") => result.flatMap((change) => change[side]).sort((a, b) => a - b);
        expect(named("old")).to.deep.equal(filled(table.oldSizes));
        expect(named("now")).to.deep.equal(filled(table.newSizes));
      }),
    );
  });

  it("uses the same similarity as the table", () => {
    const table = contingencyOf(Float64Array.of(3, 1, 0, 4), 2, 2);
    expect(jaccard(table, 0, 0)).to.equal(0.75);
    expect(jaccard(contingencyOf(new Float64Array(1), 1, 1), 0, 0)).to.equal(0);
  });
});
