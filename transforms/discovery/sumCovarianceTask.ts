import type { TaskResult } from "../../beam/tasks";
import { addRows, createSums, encodeSums } from "../../ml/covariance";
import { normalizeRows } from "../../ml/sparse";
import { decodeSessionBlock } from "../../model/sessionBlock";
import { decodeSpace } from "./discoverySpace";
import { weightedRows } from "./weightedRows";

export interface CovarianceTaskInput {
  readonly block: Uint8Array;
  /** Encoded `DiscoverySpace`; its components are not used. */
  readonly space: Uint8Array;
}

/** Task: covariance sums of a block's unit rows. */
export function sumCovarianceTask({ block, space }: CovarianceTaskInput): TaskResult<Uint8Array> {
  const learned = decodeSpace(space);
  const sums = createSums(learned.events.length);
  addRows(sums, normalizeRows(weightedRows(decodeSessionBlock(block), learned).weights).rows);
  const value = new Uint8Array(encodeSums(sums));
  return { value, transfer: [value.buffer] };
}
