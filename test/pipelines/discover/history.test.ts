import { expect } from "chai";
import { bornOutOfNoise, clusterHistory } from "../../../pipelines/discover/history";

/** Old sample: three clusters of 100, 60 and 40 sessions. */
const OLD_SIZES = [100, 60, 40];
const kinds = (counts: Parameters<typeof clusterHistory>[1], newCount: number) =>
  clusterHistory("web", counts, OLD_SIZES, newCount).map(({ kind, old, now, sessions }) => [kind, old, now, sessions]);

describe("the history of clusters", () => {
  it("tells clusters that stayed, whatever their numbers are now", () => {
    expect(kinds({ 0: { 2: 98, 1: 2 }, 1: { 0: 60 }, 2: { 1: 40 } }, 3)).to.deep.equal([
      ["same", [0], [2], 98],
      ["same", [1], [0], 60],
      ["same", [2], [1], 40],
    ]);
  });

  it("tells splits and mergers", () => {
    expect(kinds({ 0: { 0: 50, 1: 50 }, 1: { 2: 60 }, 2: { 2: 40 } }, 3)).to.deep.equal([
      ["split", [0], [0, 1], 100],
      ["merged", [1, 2], [2], 100],
    ]);
  });

  it("calls new what the earlier discovery did not know, and gone what lost nine tenths of its share", () => {
    expect(kinds({ 0: { 0: 100 }, 1: { 1: 60 }, 2: { 0: 1, 1: 2 }, none: { 2: 50 } }, 3)).to.deep.equal([
      ["same", [0], [0], 100],
      ["same", [1], [1], 60],
      ["born", [], [2], 50],
      ["gone", [2], [], 3],
    ]);
    // A tenth and a little more is still there.
    expect(kinds({ 0: { 0: 100 }, 1: { 1: 60 }, 2: { 2: 5 } }, 3).at(-1)).to.deep.equal(["same", [2], [2], 5]);
  });

  it("counts sessions without a cluster now as lost, not as moved", () => {
    const [first] = clusterHistory("web", { 0: { 0: 60, none: 40 }, 1: { 1: 60 }, 2: { 2: 40 } }, OLD_SIZES, 3);
    expect(first).to.deep.include({ kind: "same", sessions: 60, jaccard: 0.6 });
  });

  it("calls new what left the noise, and keeps as noise what is noise now", () => {
    const counts = { 0: { 0: 100 }, 1: { 1: 60, 2: 1 }, 2: { 2: 30, 3: 10 } };
    const history = clusterHistory("web", counts, OLD_SIZES, 4);
    expect(history.map(({ kind }) => kind)).to.deep.equal(["same", "same", "split"]);
    const told = (newNoise: readonly number[], oldNoise = [2]) =>
      bornOutOfNoise(history, counts, new Set(oldNoise), new Set(newNoise))
        .slice(2)
        .map(({ kind, old, now, sessions, jaccard }) => [kind, old, now, sessions, Number(jaccard.toFixed(3))]);
    expect(told([3])).to.deep.equal([
      ["same", [2], [3], 10, 0.25],
      ["born", [], [2], 31, 0],
    ]);
    // Where nothing is noise now, the piece that most went to is the heir.
    expect(told([])).to.deep.equal([
      ["same", [2], [2], 30, 0.732],
      ["born", [], [3], 10, 0],
    ]);
    expect(told([3], [])[0]![0]).to.equal("split");
  });
});
