import { expect } from "chai";
import fc from "fast-check";
import { toPoints } from "../../../ml/kmedoids/points";
import { BETWEEN_FROM, countBetween } from "../../../transforms/discovery/relateClusters";

describe("sessions between two clusters", () => {
  it("are those whose own center is not much nearer than the next", () => {
    const centers = toPoints(Float32Array.from([0, 0, 10, 0, 0, 20]), 2);
    const points = toPoints(Float32Array.from([0, 0, 4.6, 0, 1, 0, 6, 0, 10, 0]), 2);
    expect(countBetween(points, centers, [0, 0, 0, 1, 1])).to.deep.equal([
      [0, 1, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it("are counted as by hand, each at most once", () => {
    const coordinate = fc.integer({ min: -8, max: 8 });
    const point = fc.tuple(coordinate, coordinate);
    fc.assert(
      fc.property(fc.array(point, { maxLength: 20 }), fc.array(point, { minLength: 2, maxLength: 5 }), (rows, centers) => {
        const distance = (a: readonly number[], b: readonly number[]) => Math.sqrt((a[0]! - b[0]!) ** 2 + (a[1]! - b[1]!) ** 2);
        const order = rows.map((row) =>
          centers.map((center, c) => ({ c, d: distance(row, center) })).sort((a, b) => a.d - b.d || a.c - b.c),
        );
        const counts = countBetween(
          toPoints(Float32Array.from(rows.flat()), 2),
          toPoints(Float32Array.from(centers.flat()), 2),
          order.map(([nearest]) => nearest!.c),
        );
        const expected = centers.map((_, own) =>
          centers.map(
            (_, other) =>
              order.filter(([first, second]) => first!.c === own && second!.c === other && first!.d >= BETWEEN_FROM * second!.d)
                .length,
          ),
        );
        expect(counts).to.deep.equal(expected);
      }),
    );
  });
});
