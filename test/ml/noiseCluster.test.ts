import { expect } from "chai";
import { noiseLikeCluster } from "../../ml/noiseCluster";
import { fromDense, normalizeRows } from "../../ml/sparse";
import { plantedSessions } from "./samples";

describe("the noise-like cluster", () => {
  it("is the planted kind of session that takes all events alike", () => {
    const { rows, kinds } = plantedSessions(400, 5);
    const { cluster, share, concentration } = noiseLikeCluster(normalizeRows(rows).rows, kinds, 5);
    expect(cluster).to.equal(4);
    expect(share).to.equal(0.2);
    concentration.slice(0, 4).forEach((value) => expect(value).to.be.above(concentration[4]!));
  });

  it("has the length of the mean row: 1 for equal rows, 1/√2 for two at right angles, 0 for none", () => {
    const rows = fromDense([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const { concentration, cluster } = noiseLikeCluster(rows, [0, 0, 1, 1], 3);
    expect(Array.from(concentration)).to.deep.equal([1, Math.SQRT1_2, 0]);
    expect(cluster).to.equal(1);
  });

  it("is the larger, then the lower one of equals", () => {
    const rows = fromDense([[1], [1], [1], [1]]);
    expect(noiseLikeCluster(rows, [0, 1, 1, 1], 2).cluster).to.equal(1);
    expect(noiseLikeCluster(rows, [0, 1, 0, 1], 2).cluster).to.equal(0);
    expect(() => noiseLikeCluster(fromDense([], 1), [], 2)).to.throw(RangeError, "no rows");
  });
});
