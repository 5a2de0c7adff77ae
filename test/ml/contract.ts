import { expect } from "chai";

/** What every function that learns from data is held to, whatever it learns. */
export interface EstimatorCase<Input> {
  readonly name: string;
  /** Learns, with all settings fixed. */
  readonly fit: (input: Input) => unknown;
  /** A fresh ordinary input. */
  readonly usual: () => Input;
  /** Inputs at the edges: what comes out, or what the error says. */
  readonly edges: Readonly<Record<"no rows" | "one row" | "one feature", Edge<Input>>>;
}

export type Edge<Input> = { readonly input: Input } & (
  { readonly throws: RegExp } | { readonly gives: (result: unknown) => void }
);

/** Mocha tests of the contract: the same result twice, the input untouched, the edges decided. */
export function describeEstimator<Input>({ name, fit, usual, edges }: EstimatorCase<Input>): void {
  describe(`${name}, as every estimator`, () => {
    it("gives the same result for the same input, also after another fit", () => {
      const first = fit(usual());
      fit(usual());
      expect(fit(usual())).to.deep.equal(first);
    });

    it("leaves its input as it was", () => {
      const input = usual();
      const before = structuredClone(input);
      fit(input);
      expect(input).to.deep.equal(before);
    });

    for (const [edge, decided] of Object.entries(edges)) {
      it(`has an answer for ${edge}`, () => {
        if ("throws" in decided) {
          expect(() => fit(decided.input)).to.throw(RangeError, decided.throws);
        } else {
          decided.gives(fit(decided.input));
        }
      });
    }
  });
}
