import { join } from "node:path";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { combinePerKey } from "../../beam/combine";
import { registered } from "../../beam/registered";
import { composite, stage } from "../../beam/stages";
import { addProgress } from "../../beam/progress";
import { defineTask, runTask, shared } from "../../beam/tasks";
import type { KeyedBytes, PCollection } from "../../beam/types";
import { encodeNoiseSum, decodeNoiseSum } from "./noiseSumBytes";
import { MeanNoiseCombineFn } from "./noiseSums";
import type { NoiseShareInput, NoiseShareOutput, ScoreInput, ScoreOptions } from "./scoreBlock";

const NOISE_SHARE = defineTask<NoiseShareInput, NoiseShareOutput>(join(__dirname, "scoreBlock"), "noiseShare");
const SCORE = defineTask<ScoreInput, Uint8Array>(join(__dirname, "scoreBlock"), "score");

/** What scoring gives. A type, not an interface: Beam takes records of collections as outputs. */
export type ScoredSessions = {
  /** KV<as the input's key, scored block> */
  readonly scored: PCollection<KeyedBytes>;
  /** KV<app, noise sum>: the batch's mean η by app, for the manifest and drift alarms. */
  readonly noise: PCollection<KeyedBytes>;
};

/**
 * Labels sessions with a frozen model (paper §4.4).
 *
 *     KV<shard, session block>  →  KV<shard, scored block>
 *
 * η is divided by its mean over the whole batch, so scoring has two passes: `NoiseShare` sums η per app, `Score` waits for the sums.
 * The features are computed anew in the second pass: that costs less than carrying them through it.
 * @param model the encoded bundle, one element
 */
export function scoreSessions(model: PCollection<KeyedBytes>, options: ScoreOptions) {
  return composite("ScoreSessions", (sessions: PCollection<KeyedBytes>): ScoredSessions => {
    const noise = sessions
      .apply(stage("NoiseShare", new NoiseShareFn(options.minEvents), { model }))
      .apply(combinePerKey("MeanNoise", new MeanNoiseCombineFn()));
    return { scored: sessions.apply(stage("Score", new ScoreFn(options), { model, noise })), noise };
  });
}

/** KV<shard, session block> → KV<app, noise sum>; side input `model`. */
export class NoiseShareFn extends BlockFn {
  constructor(private readonly minEvents: number) {
    super();
  }

  async process({ value }: KeyedBytes, side: SideInputs) {
    const sums = await runTask(NOISE_SHARE, { block: value, model: shared(side.single("model")), minEvents: this.minEvents });
    return sums.map(([app, sum]) => ({ key: app, value: encodeNoiseSum(sum) }));
  }
}

/** KV<shard, session block> → KV<shard, scored block>; side inputs `model` and `noise` (noise sums by app). */
export class ScoreFn extends BlockFn {
  constructor(private readonly options: ScoreOptions) {
    super();
  }

  async process({ key, value }: KeyedBytes, side: SideInputs) {
    const noise = new Map(Array.from(side.all("noise"), ([app, sum]) => [app, decodeNoiseSum(sum)]));
    const model = shared(side.single("model"));
    const scored = await runTask(SCORE, { block: value, model, noise, options: this.options });
    addProgress("blocks_scored", 1);
    return [{ key, value: scored }];
  }
}

registered("transforms/scoring/scoreSessions", { NoiseShareFn, ScoreFn });
