import { expect } from "chai";
import fc from "fast-check";
import { IndexedBag, MovedBag } from "../../../ml/forest/bag";
import { binEdges, binRows, MAX_BINS, midpoint } from "../../../ml/forest/bins";
import { checkForest } from "../../../ml/forest/check";
import { bootstrap, growFrom, growTree, type LeafRule, type Tree } from "../../../ml/forest/grow";
import { assembleForest, giniImportance, scaledMinLeaf, trainForest } from "../../../ml/forest/train";
import { voteByWalking } from "../../../ml/forest/walk";
import { random, type Random } from "../../../ml/random";
import { seeded } from "./madeUp";

interface Table {
  readonly rows: Float32Array;
  readonly classes: number[];
  readonly features: number;
}

interface PlainTree {
  readonly counts: number[];
  readonly split?: { readonly feature: number; readonly threshold: number; readonly left: PlainTree; readonly right: PlainTree };
}

/** Textbook CART on values, not bins: every threshold of every drawn feature is tried on every row. */
function plainTree(
  table: Table,
  bag: number[],
  draw: Random,
  options: { rule: LeafRule; minLeaf: number; mtry: number },
): PlainTree {
  const classCount = Math.max(...table.classes) + 1;
  const order = Array.from({ length: table.features }, (_, f) => f);
  const value = (row: number, f: number) => table.rows[row * table.features + f]!;
  const thresholds = order.map((f) => {
    const values = [...new Set(table.classes.map((_, row) => value(row, f)))].sort((a, b) => a - b);
    return values.slice(1).map((high, i) => midpoint(values[i]!, high));
  });
  const tally = (rows: number[]) => {
    const counts = new Array<number>(classCount).fill(0);
    for (const row of rows) counts[table.classes[row]!]! += 1;
    return counts;
  };
  const purity = (rows: number[]) => tally(rows).reduce((sum, n) => sum + n * n, 0) / rows.length;
  const grow = (rows: number[]): PlainTree => {
    const counts = tally(rows);
    const small = options.rule === "nodesize" ? new Set(rows).size <= options.minLeaf : rows.length < 2 * options.minLeaf;
    if (small || counts.filter((n) => n > 0).length < 2) return { counts };
    for (let i = 0; i < options.mtry; i++) {
      const j = i + Math.floor(draw() * (table.features - i));
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    let best: { feature: number; threshold: number; left: number[]; right: number[] } | undefined;
    let bestScore = purity(rows) * (1 + 1e-12);
    for (const feature of order.slice(0, options.mtry)) {
      for (const threshold of thresholds[feature]!) {
        const left = rows.filter((row) => value(row, feature) <= threshold);
        const right = rows.filter((row) => value(row, feature) > threshold);
        const least = options.rule === "nodesize" ? 1 : options.minLeaf;
        if (left.length < least || right.length < least) continue;
        const score = purity(left) + purity(right);
        if (score > bestScore) {
          best = { feature, threshold, left, right };
          bestScore = score;
        }
      }
    }
    if (!best) return { counts };
    const { feature, threshold } = best;
    return { counts, split: { feature, threshold, left: grow(best.left), right: grow(best.right) } };
  };
  return grow(bag);
}

function asPlain(tree: Tree, classCount: number, node = 0): PlainTree {
  const counts = [...tree.counts.subarray(node * classCount, (node + 1) * classCount)];
  const feature = tree.feature[node]!;
  if (feature < 0) return { counts };
  const left = asPlain(tree, classCount, tree.left[node]);
  return {
    counts,
    split: { feature, threshold: tree.threshold[node]!, left, right: asPlain(tree, classCount, tree.right[node]) },
  };
}

const drawnRows = (draws: Uint8Array) => [...draws].flatMap((times, row) => new Array<number>(times).fill(row));

const tables = fc
  .record({
    seed: fc.nat(),
    rowCount: fc.integer({ min: 2, max: 60 }),
    features: fc.integer({ min: 1, max: 5 }),
    levels: fc.integer({ min: 1, max: 12 }),
  })
  .map(({ seed, rowCount, features, levels }): Table & { seed: number } => {
    const draw = seeded(seed);
    const rows = Float32Array.from({ length: rowCount * features }, () => Math.floor(draw() * levels) / 7 - 0.5);
    const classes = Array.from({ length: rowCount }, () => Math.floor(draw() * 3));
    classes[0] = 2;
    return { rows, classes, features, seed };
  });

describe("a grown tree", () => {
  for (const rule of ["nodesize", "childMinimum"] as const) {
    it(`is the tree of exact CART under the rule ${rule}, where every value has its own bin`, () => {
      fc.assert(
        fc.property(tables, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), (table, minLeaf, most) => {
          const mtry = Math.min(most, table.features);
          const binned = binRows(table.rows, table.classes, table.features, 3);
          const draws = bootstrap(table.classes.length, random(table.seed));
          for (const bag of [new MovedBag(binned, draws), new IndexedBag(binned, draws)]) {
            const tree = growFrom(binned, bag, random(9), { leafRule: rule, minLeaf, mtry });
            const expected = plainTree(table, drawnRows(draws), random(9), { rule, minLeaf, mtry });
            expect(asPlain(tree, 3)).to.deep.equal(expected);
          }
        }),
        { numRuns: 150 },
      );
    });
  }

  it("is the tree of exact CART in nodes of few rows and of many", () => {
    const draw = seeded(17);
    const rowCount = 500;
    const rows = Float32Array.from({ length: rowCount * 3 }, () => Math.floor(draw() * 40) / 7);
    const classes = Array.from({ length: rowCount }, (_, i) => (rows[3 * i]! + draw() > 3 ? 1 : draw() < 0.2 ? 2 : 0));
    const binned = binRows(rows, classes, 3, 3);
    const draws = bootstrap(rowCount, random(1));
    expect(draws.filter((times) => times > 0).length).to.be.greaterThan(MAX_BINS);
    for (const rule of ["nodesize", "childMinimum"] as const) {
      for (const bag of [new MovedBag(binned, draws), new IndexedBag(binned, draws)]) {
        const tree = growFrom(binned, bag, random(2), { leafRule: rule, minLeaf: 4, mtry: 2 });
        const expected = plainTree({ rows, classes, features: 3 }, drawnRows(draws), random(2), { rule, minLeaf: 4, mtry: 2 });
        expect(asPlain(tree, 3)).to.deep.equal(expected);
      }
    }
  });

  it("keeps the promise of its leaf rule", () => {
    const draw = seeded(4);
    const rowCount = 3000;
    const rows = Float32Array.from({ length: rowCount * 4 }, () => draw());
    const classes = Array.from({ length: rowCount }, (_, i) => (rows[i * 4]! + 0.3 * draw() > 0.6 ? 1 : 0));
    const binned = binRows(rows, classes, 4, 2);
    const leavesOf = (tree: Tree) =>
      [...tree.feature].flatMap((f, i) => (f < 0 ? [tree.counts[2 * i]! + tree.counts[2 * i + 1]!] : []));
    const minimum = growTree(binned, 1, 0, { leafRule: "childMinimum", minLeaf: 100 });
    expect(Math.min(...leavesOf(minimum))).to.be.at.least(100);
    const nodesize = growTree(binned, 1, 0, { leafRule: "nodesize", minLeaf: 100 });
    expect(Math.min(...leavesOf(nodesize))).to.be.below(100);
    for (const tree of [minimum, nodesize]) {
      expect(leavesOf(tree).reduce((sum, n) => sum + n, 0)).to.equal(rowCount);
      expect(tree.feature.length).to.be.greaterThan(5);
    }
  });

  it("depends on the seed and its number, not on which trees were grown before", () => {
    const binned = binRows(
      Float32Array.from({ length: 400 }, (_, i) => (i * 7919) % 97),
      Array.from({ length: 100 }, (_, i) => i % 3),
      4,
      3,
    );
    const options = { leafRule: "nodesize", minLeaf: 3 } as const;
    const seventh = growTree(binned, 5, 7, options);
    growTree(binned, 5, 3, options);
    expect(growTree(binned, 5, 7, options)).to.deep.equal(seventh);
    expect(growTree(binned, 5, 8, options)).to.not.deep.equal(seventh);
    expect(growTree(binned, 6, 7, options)).to.not.deep.equal(seventh);
  });
});

describe("bins", () => {
  it("give every value its own where there are at most 255", () => {
    const column = Float32Array.from({ length: 2000 }, (_, i) => (i % MAX_BINS) / 3);
    expect(binEdges(column)).to.have.length(MAX_BINS - 1);
    expect(binEdges(Float32Array.of(3, 3, 3))).to.have.length(0);
    expect(binEdges(new Float32Array(0))).to.have.length(0);
  });

  it("keep a heavy value apart and use nearly all bins for the others", () => {
    const draw = seeded(2);
    const column = Float32Array.from({ length: 50_000 }, () => (draw() < 0.7 ? 0 : draw() < 0.3 ? 0.5 : draw()));
    const edges = binEdges(column);
    expect(edges.length).to.be.within(240, MAX_BINS - 1);
    expect(edges.filter((edge) => edge > 0 && edge < 1e-3).length).to.be.at.least(1);
    const sizes = new Map<number, number>();
    for (const x of column) {
      const bin = edges.filter((edge) => edge < x).length;
      sizes.set(bin, (sizes.get(bin) ?? 0) + (x === 0 || x === 0.5 ? 0 : 1));
    }
    expect(Math.max(...sizes.values())).to.be.below(200);
  });

  it("part neighbours so that code ≤ t exactly where x ≤ edge t, for any values", () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 700 }), (values) => {
        const { edges, codes } = binRows(Float32Array.from(values), new Array<number>(values.length).fill(0), 1, 1);
        expect([...edges[0]!]).to.deep.equal([...edges[0]!].sort((a, b) => a - b));
        values.forEach((x, row) => expect(codes[row]).to.equal(edges[0]!.filter((edge) => edge < Math.fround(x)).length));
        const different = new Set(values.map((x) => Math.fround(x) + 0)).size;
        if (different <= MAX_BINS) expect(edges[0]).to.have.length(different - 1);
      }),
      { numRuns: 60 },
    );
  });

  it("refuse NaN, classes out of range, and more than 255 classes", () => {
    expect(() => binRows(Float32Array.of(1, NaN), [0, 0], 1, 1)).to.throw(RangeError, "NaN");
    expect(() => binRows(Float32Array.of(1, 2), [0, 2], 1, 2)).to.throw(RangeError, "below 2");
    expect(() => binRows(Float32Array.of(1, 2), [0, 2], 1, 256)).to.throw(RangeError, "256");
  });
});

describe("a trained forest", () => {
  const draw = seeded(8);
  const rowCount = 1200;
  const rows = Float32Array.from({ length: rowCount * 3 }, () => draw());
  const truth = (x: number, y: number) => (x > 0.5 ? (y > 0.3 ? 2 : 1) : 0);
  const classes = Array.from({ length: rowCount }, (_, i) => truth(rows[3 * i]!, rows[3 * i + 1]!));
  const binned = binRows(rows, classes, 3, 3);
  const options = { leafRule: "nodesize", minLeaf: 5, mtry: 2 } as const;

  it("can be walked and finds what was planted", () => {
    const forest = trainForest(binned, 40, 1, options);
    checkForest(forest);
    const fresh = Float32Array.from({ length: 3000 }, () => draw());
    const { label } = voteByWalking(forest, fresh, 1000);
    const right = [...label].filter((c, i) => c === truth(fresh[3 * i]!, fresh[3 * i + 1]!)).length;
    expect(right).to.be.greaterThan(970);
  });

  it("is the same whoever grew its trees in whatever order", () => {
    const trees = [3, 1, 0, 2].map((t) => ({ t, tree: growTree(binned, 1, t, options) })).sort((a, b) => a.t - b.t);
    expect(
      assembleForest(
        trees.map(({ tree }) => tree),
        3,
        3,
      ),
    ).to.deep.equal(trainForest(binned, 4, 1, options));
  });

  it("names the features that decide", () => {
    const trees = Array.from({ length: 30 }, (_, t) => growTree(binned, 1, t, { ...options, minLeaf: 50 }));
    const importance = giniImportance(trees, 3);
    expect(importance[0]! + importance[1]! + importance[2]!).to.be.closeTo(1, 1e-12);
    expect(importance[2]).to.be.below(0.05);
    expect([...giniImportance([], 2)]).to.deep.equal([0, 0]);
  });

  it("scales the paper's smallest leaf to the sample", () => {
    expect([333_333, 10_000, 100].map(scaledMinLeaf)).to.deep.equal([1000, 30, 5]);
  });
});
