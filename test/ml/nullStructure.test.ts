import { expect } from "chai";
import fc from "fast-check";
import { addRows, createSums, extractCovariance } from "../../ml/covariance";
import { kMedoids } from "../../ml/kmedoids/clara";
import { toPoints } from "../../ml/kmedoids/points";
import { judgeStructure, shuffledTwin } from "../../ml/nullStructure";
import { fitPca, project } from "../../ml/pca";
import { silhouette } from "../../ml/silhouette";
import { fromDense, normalizeRows, toDense, type SparseRows } from "../../ml/sparse";
import { denseRows, plantedSessions } from "./samples";

const column = (rows: readonly (readonly number[])[], j: number) => rows.map((row) => row[j]!).sort((a, b) => a - b);

describe("a column-shuffled twin", () => {
  it("keeps how many sessions have each event, and forgets which", () => {
    fc.assert(
      fc.property(denseRows(14, 6), fc.nat(), (rows, seed) => {
        const binary = rows.map((row) => row.map((value) => (value > 0 ? 1 : 0)));
        const { rows: twin, dropped } = shuffledTwin(fromDense(binary), seed, 0);
        const dense = toDense(twin);
        expect(dense.length).to.equal(rows.length - dropped);
        binary[0]!.forEach((_, j) => {
          expect(dense.filter((row) => row[j]! > 0).length).to.equal(binary.filter((row) => row[j]! > 0).length);
        });
        dense.forEach((row) => expect(Math.hypot(...row)).to.be.closeTo(1, 1e-12));
      }),
    );
  });

  it("keeps each column's weights before they are scaled", () => {
    // With one column a row's weight is lost to scaling, so a heavy second column tells the first one's values by their ratio.
    const rows = Array.from({ length: 30 }, (_, i) => [1 + i, 1000]);
    const ratios = toDense(shuffledTwin(fromDense(rows), 3, 0).rows).map((row) => [Math.round((1000 * row[0]!) / row[1]!)]);
    expect(column(ratios, 0)).to.deep.equal(column(rows, 0));
    expect(ratios.map(([value]) => value)).not.to.deep.equal(rows.map(([value]) => value));
  });

  it("depends on the seed and its number", () => {
    const { rows } = plantedSessions(60, 3);
    expect(shuffledTwin(rows, 1, 0)).to.deep.equal(shuffledTwin(rows, 1, 0));
    expect(shuffledTwin(rows, 1, 0)).not.to.deep.equal(shuffledTwin(rows, 1, 1));
    expect(shuffledTwin(rows, 1, 0)).not.to.deep.equal(shuffledTwin(rows, 2, 0));
  });

  it("clusters worse than planted sessions do", () => {
    const planted = plantedSessions(400, 4).rows;
    const measure = (rows: SparseRows) => {
      const sums = createSums(rows.columnCount);
      addRows(sums, rows);
      const pca = fitPca(extractCovariance(sums), { minVariance: 0.8 });
      const points = toPoints(project(pca, rows), pca.componentCount);
      const { labels } = kMedoids(points, 4, { sampleSize: 1000, runs: 1, seed: 1 });
      return { silhouette: silhouette(points, labels, 4).mean, stability: null };
    };
    const twins = [0, 1, 2].map((run) => measure(shuffledTwin(planted, 9, run).rows));
    const verdict = judgeStructure(measure(normalizeRows(planted).rows), twins);
    expect(verdict.structure).to.equal("clear");
    expect(judgeStructure(twins[0]!, twins.slice(1)).silhouetteRange[0]).to.be.below(0.2);
  });
});

describe("the verdict on structure", () => {
  const twins = [
    { silhouette: 0.1, stability: 0.5 },
    { silhouette: 0.2, stability: 0.6 },
  ];

  it("is clear, weak or none, by what exceeds every twin; without a silhouette clearly above there is none", () => {
    const structure = (s: number, j: number) => judgeStructure({ silhouette: s, stability: j }, twins).structure;
    expect(structure(0.3, 0.7)).to.equal("clear");
    expect(structure(0.3, 0.6)).to.equal("weak");
    expect(structure(0.2, 0.7)).to.equal("none");
    expect(structure(0.22, 0.7)).to.equal("none");
    expect(structure(0.23, 0.7)).to.equal("clear");
    expect(structure(0.2, 0.6)).to.equal("none");
    expect(structure(0.05, 0.4)).to.equal("none");
  });

  it("says why, in one sentence", () => {
    expect(judgeStructure({ silhouette: 0.15, stability: 0.55 }, twins).reason).to.equal(
      "No structure found: silhouette 0.150 not clearly above 0.100–0.200, stability 0.550 not clearly above 0.500–0.600 of 2 twins without structure.",
    );
    expect(judgeStructure({ silhouette: 0.3, stability: null }, [{ silhouette: 0.1, stability: null }]).reason).to.equal(
      "Clear structure: silhouette 0.300 above 0.100–0.100 of 1 twin without structure.",
    );
  });

  it("refuses to judge without twins, or twins measured differently", () => {
    expect(() => judgeStructure({ silhouette: 0.3, stability: null }, [])).to.throw(RangeError, "shuffled twins");
    const measured = { silhouette: 0.3, stability: 0.9 };
    expect(() => judgeStructure(measured, [{ silhouette: 0.1, stability: null }])).to.throw(RangeError, "measured like the data");
  });
});
