import fc from "fast-check";
import { expect } from "chai";
import { countOutcomes } from "../../../ml/evaluation";
import { binRows } from "../../../ml/forest/bins";
import { growTree } from "../../../ml/forest/grow";
import { decodeBinnedRows, decodeTrees, encodeBinnedRows, encodeTrees } from "../../../transforms/training/forestBytes";
import { decodeOutcomes, encodeOutcomes, OutcomesCombineFn } from "../../../transforms/training/outcomes";
import { madeUpRows } from "../../ml/forest/madeUp";
import { obeysCombineLaws } from "../../support/combineLaws";

const rows = fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.integer({ min: 1, max: 20 })), { maxLength: 30 });
const outcomes = rows.map((all) =>
  countOutcomes(
    all.map(([truth]) => truth),
    all.map(([, label]) => label),
    all.map(([, , votes]) => votes),
    20,
    3,
  ),
);

describe("OutcomesCombineFn", () => {
  obeysCombineLaws(() => new OutcomesCombineFn(), { inputs: outcomes.map(encodeOutcomes) });
});

describe("bytes of training", () => {
  it("give back outcomes, binned rows and trees as they were", () => {
    fc.assert(fc.property(outcomes, (one) => void expect(decodeOutcomes(encodeOutcomes(one))).to.deep.equal(one)));
    const classes = Array.from({ length: 90 }, (_, i) => i % 4);
    const binned = binRows(madeUpRows(5, 90, 6), classes, 6, 4);
    expect(decodeBinnedRows(encodeBinnedRows(binned))).to.deep.equal(binned);
    const trees = [0, 1, 2].map((t) => growTree(binned, 1, t, { leafRule: "nodesize", minLeaf: 5 }));
    expect(decodeTrees(encodeTrees({ first: 7, trees }))).to.deep.equal({ first: 7, trees });
    expect(decodeTrees(encodeTrees({ first: 0, trees: [] }))).to.deep.equal({ first: 0, trees: [] });
  });
});
