import { NO_NOISE, addNoise, type NoiseSum } from "../../ml/noise";
import { registered } from "../../beam/registered";
import { FoldCombineFn } from "../counts/foldCombineFn";
import { decodeNoiseSum, encodeNoiseSum } from "./noiseSumBytes";

/** Adds the noise sums of an app's blocks: exact integers, so that every grouping gives the same mean. */
export class MeanNoiseCombineFn extends FoldCombineFn {
  override combineBatch(inputs: Iterable<Uint8Array>): Uint8Array {
    let total: NoiseSum = NO_NOISE;
    for (const input of inputs) total = addNoise(total, decodeNoiseSum(input));
    return encodeNoiseSum(total);
  }
}

registered("transforms/scoring/noiseSums", { MeanNoiseCombineFn });
