import { expect } from "chai";
import fc from "fast-check";
import { below, random, sampleWithoutReplacement, seedFrom, shuffle } from "../../ml/random";

/** Chi-square statistic of counts that should all be alike. */
function unevenness(counts: readonly number[]): number {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - mean) ** 2 / mean, 0);
}

describe("the seeded generator", () => {
  it("gives numbers in [0, 1) that depend on the seed alone", () => {
    const draw = (seed: number) => {
      const next = random(seed);
      return Array.from({ length: 1000 }, next);
    };
    expect(draw(7)).to.deep.equal(draw(7));
    expect(draw(7)).not.to.deep.equal(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).to.equal(true);
  });

  it("keeps its stream from one version to the next: results of old runs can be had again", () => {
    const next = random(42);
    expect([next(), next(), next()].map((value) => Math.floor(value * 2 ** 32))).to.deep.equal([
      1959603763, 2423114712, 2466933512,
    ]);
  });

  it("fills 100 bins evenly, also with neighbouring seeds", () => {
    const bins = new Array<number>(100).fill(0);
    for (let seed = 0; seed < 200; seed++) {
      const next = random(seed);
      for (let i = 0; i < 500; i++) bins[below(100, next)]! += 1;
    }
    // 99 degrees of freedom: 173 is passed once in a million.
    expect(unevenness(bins)).to.be.below(173);
  });
});

describe("seedFrom", () => {
  it("tells parts apart by value, type, order and border", () => {
    const seeds = [
      seedFrom(1),
      seedFrom(2),
      seedFrom(1, "a"),
      seedFrom(1, "a", "b"),
      seedFrom(1, "b", "a"),
      seedFrom(1, "ab"),
      seedFrom(1, "ab", ""),
      seedFrom(1, 1),
      seedFrom(1, "1"),
      seedFrom(1, 0.5),
      seedFrom(1, -1),
    ];
    expect(new Set(seeds).size).to.equal(seeds.length);
    expect(seeds.every((seed) => Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32)).to.equal(true);
  });

  it("gives hardly any seed twice over many parts", () => {
    const seeds = new Set(Array.from({ length: 20_000 }, (_, i) => seedFrom(9, "stability", "web", i % 20, Math.floor(i / 20))));
    // 20,000 of 2³² collide 0.05 times on average.
    expect(seeds.size).to.be.at.least(19_998);
  });
});

describe("sampleWithoutReplacement", () => {
  it("draws different numbers of the range", () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(300), fc.nat(), (a, b, seed) => {
        const [size, count] = a < b ? [a, b] : [b, a];
        const drawn = sampleWithoutReplacement(count, size, random(seed));
        expect(drawn.length).to.equal(size);
        expect(new Set(drawn).size).to.equal(size);
        expect(drawn.every((i) => i < count)).to.equal(true);
      }),
    );
  });

  for (const [count, size] of [
    [5, 2],
    [24, 2],
  ] as const) {
    it(`gives each ordered pair of ${count} as often as any other`, () => {
      const draw = random(3);
      const times = new Array<number>(count * count).fill(0);
      for (let i = 0; i < 100 * count * count; i++) {
        const [a, b] = sampleWithoutReplacement(count, size, draw) as unknown as [number, number];
        times[a * count + b]! += 1;
      }
      const pairs = times.filter((_, cell) => Math.floor(cell / count) !== cell % count);
      const degrees = pairs.length - 1;
      expect(unevenness(pairs)).to.be.below(degrees + 5 * Math.sqrt(2 * degrees));
    });
  }

  it("refuses to draw more than there are", () => {
    expect(() => sampleWithoutReplacement(3, 4, random(1))).to.throw(RangeError, "cannot draw 4 different numbers from 3");
  });
});

describe("shuffle", () => {
  it("keeps all items and makes each order equally likely", () => {
    const draw = random(5);
    const times = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = shuffle([0, 1, 2, 3], draw).join("");
      times.set(order, (times.get(order) ?? 0) + 1);
    }
    expect(times.size).to.equal(24);
    expect(unevenness([...times.values()])).to.be.below(70);
  });
});
