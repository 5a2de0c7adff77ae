/** The part of jstat we use; the package has no types of its own. */
declare module "jstat" {
  export const jStat: {
    /** ln Γ(x), x > 0. */
    gammaln(x: number): number;
    readonly normal: { inv(probability: number, mean: number, standardDeviation: number): number };
  };
}
