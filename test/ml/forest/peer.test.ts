import { expect } from "chai";
import { RandomForestClassifier } from "ml-random-forest";
import { binRows } from "../../../ml/forest/bins";
import { trainForest } from "../../../ml/forest/train";
import { voterOf } from "../../../ml/forest/vote";
import { seeded } from "./madeUp";

describe("a trained forest beside ml-random-forest", () => {
  it("is at least about as accurate on held-out rows", () => {
    const draw = seeded(31);
    const rowOf = (c: number) => Array.from({ length: 4 }, (_, f) => (f === c ? 0.5 : 0) + 0.8 * draw());
    const table = (count: number) => {
      const classes = Array.from({ length: count }, (_, i) => i % 3);
      return { classes, rows: classes.map(rowOf) };
    };
    const train = table(240);
    const test = table(600);
    const accuracy = (labels: ArrayLike<number>) => test.classes.filter((c, i) => c === labels[i]).length / 600;

    const flat = (rows: number[][]) => Float32Array.from(rows.flat());
    const forest = trainForest(binRows(flat(train.rows), train.classes, 4, 3), 40, 1, { leafRule: "nodesize", minLeaf: 3 });
    const ours = accuracy(voterOf(forest).vote(flat(test.rows), 600).label);

    const peer = new RandomForestClassifier({ seed: 1, nEstimators: 40, maxFeatures: 0.5, noOOB: true, useSampleBagging: true });
    peer.train(train.rows, train.classes);
    const theirs = accuracy(peer.predict(test.rows));
    expect(theirs).to.be.greaterThan(0.6);
    expect(ours).to.be.greaterThan(theirs - 0.03);
  });
});
