import { expect } from "chai";
import fc from "fast-check";

/** What every CombineFn over bytes offers (the same shape as `BytesCombineFn` of `beam/`). */
export interface CombineLike {
  createAccumulator(): Uint8Array;
  addInput(accumulator: Uint8Array, input: Uint8Array): Uint8Array;
  mergeAccumulators(accumulators: Iterable<Uint8Array>): Uint8Array;
  extractOutput(accumulator: Uint8Array): Uint8Array;
}

export interface CombineLawSettings {
  /** Elements as the stage before makes them. */
  readonly inputs: fc.Arbitrary<Uint8Array>;
  /** Random cases per law. */
  readonly runs?: number;
  /** Throws when two outputs differ; the default asks for the same bytes. */
  readonly expectSame?: (actual: Uint8Array, expected: Uint8Array) => void;
}

/**
 * Declares the laws a CombineFn must keep, as tests of the surrounding `describe`: an engine may split, order, group and pre-combine
 * inputs as it likes, ship accumulators through a coder, and reuse the memory of elements.
 *
 *     describe("MeanNoiseCombineFn", () => obeysCombineLaws(() => new MeanNoiseCombineFn(), { inputs: fc.nat().map(encode) }));
 */
export function obeysCombineLaws(make: () => CombineLike, settings: CombineLawSettings): void {
  const { inputs, runs = 100, expectSame = sameBytes } = settings;
  const elements = fc.array(inputs, { maxLength: 12 });

  it("gives the same output for every split, order and grouping", () => {
    fc.assert(
      fc.property(elements, fc.infiniteStream(fc.nat()), (parts, choices) => {
        const choose = (below: number) => (choices.next().value ?? 0) % below;
        expectSame(combineAnyhow(make(), parts, choose), combineInOneGo(make(), parts));
      }),
      { numRuns: runs },
    );
  });

  it("has an output for no input, the same for no accumulators at all", () => {
    const fn = make();
    const nothing = fn.extractOutput(fn.createAccumulator());
    expect(nothing).to.be.instanceOf(Uint8Array);
    expectSame(fn.extractOutput(fn.mergeAccumulators([])), nothing);
    expectSame(fn.extractOutput(fn.mergeAccumulators([fn.createAccumulator(), fn.createAccumulator()])), nothing);
  });

  it("is not moved by empty accumulators", () => {
    fc.assert(
      fc.property(elements, (parts) => {
        const fn = make();
        const full = () => accumulate(fn, parts);
        const padded = fn.mergeAccumulators([fn.createAccumulator(), full(), fn.createAccumulator()]);
        expectSame(fn.extractOutput(padded), fn.extractOutput(full()));
      }),
      { numRuns: runs },
    );
  });

  it("leaves its inputs as they are and keeps no view on them", () => {
    fc.assert(
      fc.property(elements, (parts) => {
        const fn = make();
        const expected = combineInOneGo(make(), parts);
        let accumulator = fn.createAccumulator();
        for (const part of parts) {
          const lent = copy(part);
          accumulator = fn.addInput(accumulator, lent);
          sameBytes(lent, part);
          lent.fill(0xff);
        }
        expectSame(fn.extractOutput(accumulator), expected);
      }),
      { numRuns: runs },
    );
  });

  it("is rebuilt from its class and plain fields", () => {
    const fields = { ...make() } as unknown;
    expect(JSON.parse(JSON.stringify(fields))).to.deep.equal(fields);
  });
}

const copy = (bytes: Uint8Array) => Uint8Array.prototype.slice.call(bytes);

/** As a coder hands bytes over: a view at an odd offset of some larger buffer. */
function throughACoder(bytes: Uint8Array): Uint8Array {
  const larger = new Uint8Array(bytes.length + 7);
  larger.set(bytes, 3);
  return larger.subarray(3, 3 + bytes.length);
}

const accumulate = (fn: CombineLike, parts: readonly Uint8Array[]) =>
  parts.reduce((accumulator, part) => fn.addInput(accumulator, part), fn.createAccumulator());

const combineInOneGo = (fn: CombineLike, parts: readonly Uint8Array[]) => fn.extractOutput(accumulate(fn, parts));

/** Shuffles the inputs, deals them to accumulators, and merges those a few at a time until one is left. */
function combineAnyhow(fn: CombineLike, parts: readonly Uint8Array[], choose: (below: number) => number): Uint8Array {
  const shuffled = [...parts];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = choose(i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j] as Uint8Array, shuffled[i] as Uint8Array];
  }
  const piles: Uint8Array[][] = Array.from({ length: 1 + choose(5) }, () => []);
  shuffled.forEach((part) => piles[choose(piles.length)]?.push(throughACoder(part)));
  let accumulators = piles.map((pile) => throughACoder(accumulate(fn, pile)));
  while (accumulators.length > 1) {
    const taken = accumulators.splice(0, 2 + choose(2));
    accumulators = [...accumulators, throughACoder(fn.mergeAccumulators(taken))];
  }
  return fn.extractOutput(fn.mergeAccumulators(accumulators));
}

function sameBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.from(actual).toString("hex")).to.equal(Buffer.from(expected).toString("hex"));
}
