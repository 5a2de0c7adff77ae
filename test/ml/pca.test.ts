import { expect } from "chai";
import { Matrix } from "ml-matrix";
import { PCA } from "ml-pca";
import { addRows, createSums, extractCovariance, type Covariance } from "../../ml/covariance";
import { fitPca, project, type Pca } from "../../ml/pca";
import { fromDense, normalizeRows, toDense, type SparseRows } from "../../ml/sparse";
import { describeEstimator } from "./contract";
import { plantedSessions } from "./samples";

function covarianceOf(rows: SparseRows): Covariance {
  const sums = createSums(rows.columnCount);
  addRows(sums, rows);
  return extractCovariance(sums);
}

const rows = normalizeRows(plantedSessions(300, 3).rows).rows;
const all = fitPca(covarianceOf(rows), { minVariance: 1, components: rows.columnCount });
const component = (pca: Pca, c: number) => pca.components.subarray(c * pca.featureCount, (c + 1) * pca.featureCount);
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);

describe("principal components", () => {
  it("are of length 1 and at right angles", () => {
    for (let a = 0; a < all.componentCount; a++) {
      for (let b = 0; b <= a; b++) {
        expect(dot(component(all, a), component(all, b))).to.be.closeTo(a === b ? 1 : 0, 1e-12);
      }
    }
  });

  it("explain shares that descend and sum to 1", () => {
    expect(all.explained.reduce((sum, share) => sum + share, 0)).to.be.closeTo(1, 1e-12);
    expect(all.cumulative.at(-1)).to.be.closeTo(1, 1e-12);
    all.variances.slice(1).forEach((variance, i) => expect(variance).to.be.at.most(all.variances[i]!));
  });

  it("give rows back when all of them are kept", () => {
    const projected = project(all, rows);
    toDense(rows).forEach((row, i) => {
      row.forEach((value, f) => {
        let back = all.mean[f]!;
        for (let c = 0; c < all.componentCount; c++) back += projected[i * all.componentCount + c]! * component(all, c)[f]!;
        expect(back).to.be.closeTo(value, 1e-6);
      });
    });
  });

  it("spread projected rows by their variances, unrelated to each other", () => {
    const d = all.componentCount;
    const projected = project(all, rows);
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < rows.rowCount; i++) sum += projected[i * d + a]! * projected[i * d + b]!;
        expect(sum / (rows.rowCount - 1)).to.be.closeTo(a === b ? all.variances[a]! : 0, 1e-6);
      }
    }
  });

  it("agree with a singular value decomposition of the centred rows, but for signs", () => {
    const peer = new PCA(new Matrix(toDense(rows)), { method: "SVD" });
    peer.getEigenvalues().forEach((value, c) => expect(all.variances[c]).to.be.closeTo(value, 1e-12));
    for (let c = 0; c < 3; c++) {
      expect(Math.abs(dot(component(all, c), peer.getEigenvectors().getColumn(c)))).to.be.closeTo(1, 1e-9);
    }
  });

  it("have their largest loading positive", () => {
    for (let c = 0; c < all.componentCount; c++) {
      const loadings = Array.from(component(all, c));
      const largest = loadings.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      expect(largest).to.be.above(0);
    }
  });

  it("are the fewest that reach the variance asked for", () => {
    for (const minVariance of [0, 0.3, 0.8, 0.95, 1]) {
      const pca = fitPca(covarianceOf(rows), { minVariance });
      const fewest = all.cumulative.findIndex((share) => share >= minVariance - 1e-12) + 1;
      expect(pca.componentCount).to.equal(Math.max(1, fewest));
      expect(pca.components).to.deep.equal(all.components.slice(0, pca.componentCount * pca.featureCount));
    }
  });

  it("project each row on its own", () => {
    const pca = fitPca(covarianceOf(rows), { minVariance: 0.8 });
    const together = project(pca, rows);
    toDense(rows)
      .slice(0, 20)
      .forEach((row, i) => {
        const alone = project(pca, fromDense([row]));
        expect(alone).to.deep.equal(together.slice(i * pca.componentCount, (i + 1) * pca.componentCount));
      });
  });

  it("decide for rows that do not vary: one axis, no variance, everything at 0", () => {
    const same = normalizeRows(
      fromDense([
        [1, 2],
        [1, 2],
        [1, 2],
      ]),
    ).rows;
    const pca = fitPca(covarianceOf(same), { minVariance: 0.8 });
    expect(pca.componentCount).to.equal(1);
    expect(Array.from(pca.explained)).to.deep.equal([0, 0]);
    project(pca, same).forEach((value) => expect(value).to.be.closeTo(0, 1e-7));
  });

  it("refuse settings and numbers without meaning", () => {
    const cov = covarianceOf(rows);
    expect(() => fitPca(cov, { minVariance: 1.2 })).to.throw(RangeError, "minVariance is 1.2; expected 0..1");
    expect(() => fitPca(cov, { minVariance: 0.8, components: 0 })).to.throw(RangeError, "components is 0");
    expect(() => fitPca({ ...cov, covariance: cov.covariance.map(() => NaN) }, { minVariance: 0.8 })).to.throw(RangeError, "NaN");
    expect(() => project(all, fromDense([[1]]))).to.throw(RangeError, "rows of 1 features");
  });
});

describeEstimator({
  name: "fitPca",
  fit: (covariance: Covariance) => fitPca(covariance, { minVariance: 0.8 }),
  usual: () => covarianceOf(normalizeRows(plantedSessions(60, 3).rows).rows),
  edges: {
    "no rows": {
      input: covarianceOf(fromDense([], 3)),
      gives: (result) => expect(result).to.deep.include({ componentCount: 1, components: Float64Array.of(1, 0, 0) }),
    },
    "one row": {
      input: covarianceOf(fromDense([[0.6, 0.8]])),
      gives: (result) => expect(result).to.deep.include({ componentCount: 1, explained: new Float64Array(2) }),
    },
    "one feature": {
      input: covarianceOf(fromDense([[1], [0.5]])),
      gives: (result) => expect(result).to.deep.include({ components: Float64Array.of(1), explained: Float64Array.of(1) }),
    },
  },
});
