/**
 * A random forest of binary trees that vote (Breiman 2001, doi:10.1023/A:1010933404324). All trees lie in shared flat arrays.
 * Node i of the arrays splits on `feature[i]` ≥ 0: a row with x ≤ `threshold[i]` goes to `left[i]`, else to `right[i]`; a leaf has
 * `feature[i]` = -1 and votes for class `leafClass[i]`. Feature values and thresholds are 32-bit floats end to end.
 */
export interface Forest {
  readonly featureCount: number;
  readonly classCount: number;
  /** Index of the root node of each tree. */
  readonly roots: Uint32Array;
  readonly feature: Int16Array;
  readonly threshold: Float32Array;
  readonly left: Uint32Array;
  readonly right: Uint32Array;
  readonly leafClass: Uint16Array;
  /** Training rows of each class at each node, node-major (`classCount` per node): for PMML, averages and explanations. */
  readonly counts: Uint32Array;
}

/** Votes for rows: the class with most trees, ties to the lowest class; and how many trees voted for it. */
export interface Votes {
  readonly label: Uint16Array;
  readonly votes: Uint16Array;
}
