import { expect } from "chai";
import fc from "fast-check";
import { chooseK, type KCandidate } from "../../ml/chooseK";
import { reordered } from "./samples";

const candidate = (k: number, mean: number, noiseShare: number, standardError = 0.01, silhouette = 0.3): KCandidate => ({
  k,
  silhouette,
  stability: { mean, standardError },
  noiseShare,
});
const without = (k: number, silhouette: number, noiseShare: number): KCandidate => ({
  k,
  silhouette,
  stability: null,
  noiseShare,
});

describe("the proposal of k", () => {
  it("takes the least noise among those within one standard error of the best stability", () => {
    const proposal = chooseK([
      candidate(8, 0.82, 0.1),
      candidate(12, 0.94, 0.25),
      candidate(13, 0.96, 0.2, 0.02),
      candidate(14, 0.95, 0.12),
    ]);
    expect(proposal).to.deep.equal({
      k: 14,
      by: "stability",
      nearTies: [12, 13],
      reason:
        "k = 14 (stability 0.950) is within one standard error, 0.020 of the best, k = 13 (0.960), and has the least noise among " +
        "those (12.0 % of sessions in the noise-like cluster). Close: k = 12, 13.",
    });
  });

  it("takes the most stable where nothing comes near", () => {
    const proposal = chooseK([candidate(3, 0.99, 0.3), candidate(4, 0.8, 0.1)]);
    expect(proposal).to.deep.include({ k: 3, nearTies: [] });
    expect(proposal.reason).to.equal(
      "k = 3 has the best stability (0.990) and no other k comes within one standard error, 0.010; " +
        "30.0 % of sessions in the noise-like cluster.",
    );
  });

  it("counts the margin's end as within", () => {
    expect(chooseK([candidate(3, 0.75, 0.3, 0.25), candidate(4, 0.5, 0.1)]).k).to.equal(4);
  });

  it("goes by the silhouette, and says so, where stability is not known for all", () => {
    const proposal = chooseK([without(5, 0.4, 0.3), without(6, 0.39, 0.2), candidate(7, 0.99, 0.1, 0.01, 0.2)]);
    expect(proposal).to.deep.include({ k: 6, by: "silhouette", nearTies: [5] });
    expect(proposal.reason).to.match(
      /^Stability was not computed, so the silhouette decides\. k = 6 \(silhouette 0\.390\) is within 0\.02/,
    );
  });

  it("prefers the better score, then the smaller k, at equal noise", () => {
    expect(chooseK([candidate(5, 0.9, 0.1), candidate(6, 0.905, 0.1)]).k).to.equal(6);
    expect(chooseK([candidate(6, 0.9, 0.1), candidate(5, 0.9, 0.1)]).k).to.equal(5);
  });

  it("does not depend on the order of the candidates", () => {
    const share = fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10);
    fc.assert(
      fc.property(fc.array(fc.tuple(share, share, share), { minLength: 1, maxLength: 8 }), fc.nat(), (values, seed) => {
        const candidates = values.map(([mean, noise, error], i) => candidate(i + 2, mean, noise, error));
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
