import { NO_NOISE, addNoise, type NoiseSum } from "../../ml/noise";
import type { BytesCombineFn } from "../../beam/combine";
import { registered } from "../../beam/registered";
import { decodeNoiseSum, encodeNoiseSum } from "./noiseSumBytes";

/** Adds the noise sums of an app's blocks: exact integers, so that every grouping gives the same mean. */
export class MeanNoiseCombineFn implements BytesCombineFn {
  createAccumulator() {
    return encodeNoiseSum(NO_NOISE);
  }
  addInput(accumulator: Uint8Array, input: Uint8Array) {
    return this.mergeAccumulators([accumulator, input]);
  }
  mergeAccumulators(accumulators: Iterable<Uint8Array>) {
    let total: NoiseSum = NO_NOISE;
    for (const accumulator of accumulators) total = addNoise(total, decodeNoiseSum(accumulator));
    return encodeNoiseSum(total);
  }
  extractOutput(accumulator: Uint8Array) {
    return accumulator;
  }
  combineBatch(inputs: Iterable<Uint8Array>) {
    return this.mergeAccumulators(inputs);
  }
}

registered("transforms/scoring/noiseSums", { MeanNoiseCombineFn });
