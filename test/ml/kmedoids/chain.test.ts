import { expect } from "chai";
import fc from "fast-check";
import { chainStart, fasterPamChain } from "../../../ml/kmedoids/chain";
import { storedDistances } from "../../../ml/kmedoids/distances";
import { neighbourOrder } from "../../../ml/kmedoids/neighbourOrder";
import { distance, type Points } from "../../../ml/kmedoids/points";
import { random } from "../../../ml/random";
import { blobs, gridPoints, reordered } from "../samples";
import { bestLoss, bestSwapLoss } from "./oracle";

const between = (points: Points) => (i: number, j: number) => distance(points, i, points, j);

describe("a chain of clusterings", () => {
  it("starts anew at 1, 2 and every eighth k", () => {
    const starts = [1, 2, 3, 7, 8, 9, 15, 16, 24, 31].map(chainStart);
    expect(starts).to.deep.equal([1, 2, 2, 2, 8, 8, 8, 16, 24, 24]);
  });

  it("gives each k what it gives it alone, in the order asked for", () => {
    const distances = storedDistances(blobs(120, 3, 6, 1.5, 2));
    const alone = new Map([1, 2, 3, 7, 8, 11, 12].map((k) => [k, fasterPamChain(distances, [k], 5)[0]]));
    for (let seed = 0; seed < 4; seed++) {
      const ks = reordered([...alone.keys()], seed);
      expect(fasterPamChain(distances, ks, 5)).to.deep.equal(ks.map((k) => alone.get(k)));
    }
  });

  it("ends every k where no single swap lowers the loss, and never above the k before", () => {
    fc.assert(
      fc.property(gridPoints(2, 12), fc.nat(), (points, seed) => {
        const ks = Array.from({ length: points.count }, (_, i) => i + 1);
        const found = fasterPamChain(storedDistances(points), ks, seed);
        found.forEach(({ medoids, loss }, i) => {
          expect(medoids.length).to.equal(ks[i]);
          expect(bestSwapLoss(between(points), points.count, Array.from(medoids))).to.be.at.least(loss * (1 - 1e-6));
          if (i > 1 && chainStart(i + 1) === chainStart(i)) expect(loss).to.be.at.most(found[i - 1]!.loss);
        });
        expect(found.at(-1)?.loss).to.equal(0);
      }),
    );
  });

  it("finds the best medoids of all where clusters are far apart", () => {
    for (let seed = 0; seed < 10; seed++) {
      const points = blobs(14, 2, 4, 0.2, seed);
      const [found] = fasterPamChain(storedDistances(points), [4], seed);
      const best = bestLoss(between(points), 14, 4);
      expect(found!.loss).to.be.closeTo(best, best * 1e-5);
    }
  });
});

describe("the order of neighbours", () => {
  it("holds every row once, all of them or those given", () => {
    fc.assert(
      fc.property(gridPoints(1, 60), fc.nat(), (points, seed) => {
        const order = neighbourOrder(points, null, random(seed));
        expect([...order].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: points.count }, (_, i) => i));
        const odd = Uint32Array.from({ length: points.count >> 1 }, (_, i) => 2 * i + 1);
        expect([...neighbourOrder(points, odd, random(seed))].sort((a, b) => a - b)).to.deep.equal([...odd]);
      }),
    );
  });

  it("puts clusters side by side", () => {
    const points = blobs(600, 3, 4, 0.2, 3);
    const order = neighbourOrder(points, null, random(1));
    const steps = order.slice(1).filter((row, i) => distance(points, row, points, order[i]!) > 2);
    const before = Array.from({ length: 599 }, (_, i) => i).filter((i) => distance(points, i, points, i + 1) > 2);
    expect(steps.length).to.be.below(before.length / 4);
  });
});
