import { expect } from "chai";
import fc from "fast-check";
import { chooseK, type KCandidate } from "../../ml/chooseK";
import { reordered } from "./samples";

/** 25 half-subsets, so that the deviation is five times the standard error. */
const candidate = (k: number, mean: number, noiseShare: number, shareAtLeast70 = 1, deviation = 0.02): KCandidate => ({
  k,
  silhouette: 0.3,
  stability: { mean, standardError: deviation / 5, subsets: 25, shareAtLeast70 },
  noiseShare,
});
const without = (k: number, silhouette: number, noiseShare: number): KCandidate => ({
  k,
  silhouette,
  stability: null,
  noiseShare,
});

describe("the proposal of k", () => {
  it("decides the paper's Table 2 as the paper did: all sessions in stable clusters, then the least noise", () => {
    const table2 = [candidate(18, 0.91, 0.09, 0.96), candidate(13, 0.89, 0.15), candidate(8, 0.96, 0.21)];
    expect(chooseK(table2)).to.deep.equal({
      k: 13,
      by: "stability",
      nearTies: [8, 18],
      reason:
        "Of 2 numbers of clusters with all sessions in stable clusters (0.7 and more), k = 13 is the most stable (0.890) among those " +
        "with the least noise (15 % of sessions in the noise-like cluster).",
    });
  });

  it("leaves out a k whose noise-like cluster is more than a third of the sessions, however stable, while there are others", () => {
    const split = candidate(2, 0.99, 0.84, 1, 0.001);
    expect(chooseK([split, candidate(13, 0.8, 0.12, 0.97)])).to.deep.include({ k: 13, nearTies: [] });
    expect(chooseK([split, candidate(3, 0.98, 0.7)]).k).to.equal(3);
  });

  it("takes the more stable one where the noise differs by less than a sample can tell", () => {
    expect(chooseK([candidate(13, 0.93, 0.134), candidate(14, 0.92, 0.13)]).k).to.equal(13);
    expect(chooseK([candidate(13, 0.93, 0.144), candidate(14, 0.92, 0.13)]).k).to.equal(14);
  });

  it("takes the most stable of those with little noise, and calls none near that has much more", () => {
    const little = [candidate(4, 0.99, 0.3), candidate(8, 1, 0.045), candidate(14, 0.98, 0.03), candidate(15, 0.985, 0.06)];
    expect(chooseK(little)).to.deep.include({ k: 8, nearTies: [14, 15] });
  });

  it("calls near what half-subsets cannot tell apart and has nearly all sessions in stable clusters", () => {
    const near = (mean: number, share: number, deviation: number) =>
      chooseK([candidate(13, 0.95, 0.12), candidate(14, mean, 0.11, share, deviation)]).nearTies;
    expect(near(0.93, 0.95, 0.02)).to.deep.equal([14]);
    expect(near(0.93, 0.85, 0.02)).to.deep.equal([]);
    expect(near(0.9, 0.95, 0.02)).to.deep.equal([]);
    expect(near(0.9, 0.95, 0.06)).to.deep.equal([14]);
  });

  it("takes those with nearly all sessions in stable clusters where no k has all", () => {
    const tablet = [candidate(5, 0.78, 0.41), candidate(11, 0.83, 0.052, 0.95, 0.1), candidate(15, 0.75, 0.038, 0.58, 0.1)];
    expect(chooseK(tablet).k).to.equal(11);
  });

  it("goes by the most stable where no k has nearly all sessions in stable clusters, within the spread the least noise", () => {
    const few = [candidate(5, 0.6, 0.3, 0.4), candidate(6, 0.59, 0.2, 0.5), candidate(7, 0.5, 0.1, 0.5)];
    expect(chooseK(few)).to.deep.include({ k: 6, nearTies: [5] });
    expect(chooseK(few).reason).to.match(
      /^No k has nearly all sessions in stable clusters\. k = 6 \(stability 0\.590\) is as stable as k = 5/,
    );
    expect(chooseK([few[0]!, few[2]!])).to.deep.include({ k: 5, nearTies: [] });
    expect(chooseK([few[0]!, few[2]!]).reason).to.contain("k = 5 (stability 0.600) is the most stable (30 %");
  });

  it("takes k that put a few odd sessions apart last, and only where there are no others", () => {
    const row = (k: number, noiseShare: number, smallestShare: number) => ({
      k,
      silhouette: 0.9,
      stability: { mean: 1, standardError: 0, subsets: 50, shareAtLeast70: 1 },
      noiseShare,
      smallestShare,
    });
    expect(chooseK([row(6, 0.08, 0.04), row(8, 0.004, 0.004)])).to.deep.include({ k: 6, nearTies: [] });
    expect(chooseK([row(7, 0.06, 0.009), row(8, 0.004, 0.004)]).k).to.equal(8);
  });

  it("goes by the silhouette, and says so, where stability is not known for all", () => {
    const proposal = chooseK([without(5, 0.4, 0.3), without(6, 0.39, 0.2), { ...candidate(7, 0.99, 0.1), silhouette: 0.2 }]);
    expect(proposal).to.deep.include({ k: 6, by: "silhouette", nearTies: [5] });
    expect(proposal.reason).to.match(/^Stability was not computed, so the silhouette decides\. k = 6 \(silhouette 0\.390\)/);
  });

  it("prefers the more stable, then the smaller k, at equal noise", () => {
    expect(chooseK([candidate(5, 0.9, 0.1), candidate(6, 0.905, 0.1)]).k).to.equal(6);
    expect(chooseK([candidate(6, 0.9, 0.1), candidate(5, 0.9, 0.1)]).k).to.equal(5);
  });

  it("does not depend on the order of the candidates", () => {
    const share = fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10);
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share, share, share), { minLength: 1, maxLength: 8 }), fc.nat(), (values, seed) => {
        const candidates = values.map(([mean, noise, stable, error], i) => candidate(i + 2, mean, noise, stable, error));
        const proposal = chooseK(candidates);
        expect(chooseK(reordered(candidates, seed))).to.deep.equal(proposal);
        expect(proposal.nearTies).not.to.include(proposal.k);
      }),
    );
  });

  it("refuses nothing to choose from, and a k twice", () => {
    expect(() => chooseK([])).to.throw(RangeError, "each k once");
    expect(() => chooseK([without(3, 1, 0), without(3, 1, 0)])).to.throw(RangeError, "each k once");
  });
});
