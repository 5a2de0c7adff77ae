import type { TaskResult } from "../../beam/tasks";
import { meanNoise, noiseShares, scoringFeatures, sumNoise, UNKNOWN_EVENT, type NoiseSum } from "../../ml/noise";
import { encodeScoredBlock, SCORE_FLAGS, type SessionScores } from "../../model/scoredBlock";
import { decodeSessionBlock, TRAFFIC, type SessionBlock } from "../../model/sessionBlock";
import { appRuns, bagsOf, type AppRun } from "../features/scoringFeatures";
import { NO_MODEL_CODE, preparedModel, SHORT_CODE, type PreparedApp, type PreparedModel } from "./preparedModel";

const HUMAN = TRAFFIC.indexOf("human");

export interface NoiseShareInput {
  /** An encoded session block. */
  readonly block: Uint8Array;
  /** An encoded bundle. */
  readonly model: Uint8Array;
  /** Sessions with fewer events are too short to be counted. */
  readonly minEvents: number;
}

/** Sum of η by app, for the apps of the block that the model knows. */
export type NoiseShareOutput = readonly (readonly [app: string, sum: NoiseSum])[];

/**
 * Noise shares of a block's human sessions that are not too short, summed per app (paper §4.3: η is divided by its mean over all
 * sessions). Apps the model does not know have no sum.
 */
export function noiseShare({ block: bytes, model, minEvents }: NoiseShareInput): TaskResult<NoiseShareOutput> {
  const block = decodeSessionBlock(bytes);
  const { apps } = preparedModel(model);
  const sums: (readonly [string, NoiseSum])[] = [];
  for (const { app, from, to } of appRuns(block)) {
    const prepared = apps.get(app);
    if (prepared !== undefined) {
      const shares = noiseShares(bagsOf(block), prepared.featurizer.spaceOf(block, from, to), from, to);
      const counted = (i: number) => block.traffic[from + i] === HUMAN && (block.eventCount[from + i] as number) >= minEvents;
      sums.push([app, sumNoise(shares, counted)]);
    }
  }
  return { value: sums };
}

export interface ScoreOptions {
  readonly minEvents: number;
  readonly minConfidence: number;
  /** Batches of fewer sessions take the model's training mean of η. */
  readonly minBatchSessions: number;
}

export interface ScoreInput {
  readonly block: Uint8Array;
  readonly model: Uint8Array;
  /** Sums of η of the whole batch by app. */
  readonly noise: ReadonlyMap<string, NoiseSum>;
  readonly options: ScoreOptions;
}

/** Labels every session of a block; gives an encoded scored block. */
export function score({ block: bytes, model, noise, options }: ScoreInput): TaskResult<Uint8Array> {
  const block = decodeSessionBlock(bytes);
  const scored = encodeScoredBlock(bytes, scoresOf(block, preparedModel(model), noise, options));
  return { value: scored, transfer: [scored.buffer as ArrayBuffer] };
}

/** Whether an app's batch is large enough for a mean η of its own. */
export const hasOwnMean = (batch: NoiseSum, minBatchSessions: number) => batch.sessions >= Math.max(1, minBatchSessions);

/** The mean η that an app's batch is divided by, and whether it is the model's because the batch is too small. */
function meanNoiseOf(
  model: { readonly meanNoise: number },
  batch: NoiseSum | undefined,
  minBatchSessions: number,
): { readonly mean: number; readonly fromModel: boolean } {
  return batch !== undefined && hasOwnMean(batch, minBatchSessions)
    ? { mean: meanNoise(batch), fromModel: false }
    : { mean: model.meanNoise, fromModel: true };
}

/** Scores of all sessions of a block, in their order. A session's score depends on the session, the model and the batch's mean η alone. */
export function scoresOf(
  block: SessionBlock,
  model: PreparedModel,
  noise: ReadonlyMap<string, NoiseSum>,
  options: ScoreOptions,
): SessionScores {
  const count = block.sessionCount;
  const scores: SessionScores = {
    categoryIds: model.categoryIds,
    categoryNames: model.categoryNames,
    category: new Uint16Array(count),
    confidence: new Float32Array(count).fill(NaN),
    unsure: new Uint8Array(count),
    noiseFeature: new Float32Array(count).fill(NaN),
    unknownEvents: new Uint32Array(count),
    flags: new Uint8Array(count),
  };
  for (const run of appRuns(block)) {
    const prepared = model.apps.get(run.app);
    if (prepared === undefined) {
      for (let row = run.from; row < run.to; row++) {
        scores.category[row] = (block.eventCount[row] as number) < options.minEvents ? SHORT_CODE : NO_MODEL_CODE;
      }
    } else {
      scoreRun(block, run, prepared, meanNoiseOf(prepared.model, noise.get(run.app), options.minBatchSessions), options, scores);
    }
  }
  return scores;
}

function scoreRun(
  block: SessionBlock,
  { from, to }: AppRun,
  { featurizer, voter, codes, model }: PreparedApp,
  { mean, fromModel }: { readonly mean: number; readonly fromModel: boolean },
  { minEvents, minConfidence }: ScoreOptions,
  scores: SessionScores,
): void {
  const space = featurizer.spaceOf(block, from, to);
  countUnknown(block, from, to, space.role, scores.unknownEvents);
  const bags = bagsOf(block);
  const allShares = noiseShares(bags, space, from, to);
  const rows = new Uint32Array(to - from);
  const shares = new Float64Array(to - from);
  let long = 0;
  for (let row = from; row < to; row++) {
    if ((block.eventCount[row] as number) < minEvents) {
      scores.category[row] = SHORT_CODE;
    } else {
      rows[long] = row;
      shares[long] = allShares[row - from] as number;
      long += 1;
    }
  }
  const features = scoringFeatures(bags, space, rows.subarray(0, long), shares, mean);
  const { label, votes } = voter.vote(features, long);
  const trees = model.forest.roots.length;
  const width = featurizer.featureCount;
  for (let i = 0; i < long; i++) {
    const row = rows[i] as number;
    const confidence = (votes[i] as number) / trees;
    scores.category[row] = codes[label[i] as number] as number;
    scores.confidence[row] = confidence;
    scores.unsure[row] = confidence < minConfidence ? 1 : 0;
    scores.noiseFeature[row] = features[i * width + width - 1] as number;
    scores.flags[row] = (Number.isNaN(shares[i]) ? SCORE_FLAGS.noKnownEvent : 0) | (fromModel ? SCORE_FLAGS.modelMean : 0);
  }
}

/** Occurrences of events the vocabulary lacks, per session. */
function countUnknown(block: SessionBlock, from: number, to: number, role: Int32Array, unknown: Uint32Array): void {
  const { bagOffsets, bagEvents, bagCounts } = block;
  for (let row = from; row < to; row++) {
    let count = 0;
    const end = bagOffsets[row + 1] as number;
    for (let i = bagOffsets[row] as number; i < end; i++) {
      if (role[bagEvents[i] as number] === UNKNOWN_EVENT) count += bagCounts[i] as number;
    }
    unknown[row] = count;
  }
}
