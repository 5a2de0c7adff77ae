import { BitSlicedVoter } from "./bitSliced";
import { BIT_SLICED_CLASSES } from "./compile";
import type { Forest, Votes } from "./forest";
import { voteByWalking } from "./walk";
import { WasmVoter } from "./wasmVoter";

/** Votes of one forest for blocks of rows; keeps scratch memory, so use one per thread. */
export interface Voter {
  /** @param rows row-major 32-bit features, `featureCount` a row */
  vote(rows: Float32Array, rowCount: number): Votes;
}

/** The fastest voter that takes the forest; all give the same votes. @param forest checked (`checkForest`) */
export function voterOf(forest: Forest): Voter {
  if (forest.classCount > BIT_SLICED_CLASSES) {
    return { vote: (rows, rowCount) => voteByWalking(forest, rows, rowCount) };
  }
  return WasmVoter.open(forest) ?? new BitSlicedVoter(forest);
}
