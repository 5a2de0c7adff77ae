import type { TaskResult } from "../../beam/tasks";
import { meanNoise, noiseShares, scoringFeatures } from "../../ml/noise";
import { UserError } from "../../model/errors";
import { decodeLabelledBlock, NO_CLUSTER, type LabelledBlock } from "../../model/labelledSample";
import { bagsOf, Featurizer } from "../features/scoringFeatures";
import { decodeNoiseSum } from "../scoring/noiseSumBytes";
import { decodeVocabulary } from "./appVocabulary";
import { placeInSample } from "./placeInSample";
import { encodeRowChunk } from "./rowChunk";
import { candidateEvents, decodeChoice, featureModel } from "./scoringChoice";
import { classOf, labelsOf, userPosition, VARIANTS, type AppLabels, type TrainingSpec, type Variant } from "./trainingSpec";

export interface TrainingRowsInput {
  readonly app: string;
  /** A labelled block. */
  readonly block: Uint8Array;
  readonly vocabulary: Uint8Array;
  readonly choice: Uint8Array;
  readonly noise: Uint8Array;
  readonly spec: TrainingSpec;
}

export type TrainingRowsOutput = readonly (readonly [variant: Variant, chunk: Uint8Array])[];

/** Feature rows of one labelled block for each variant of the forest. */
export function trainingRows({
  app,
  block: bytes,
  vocabulary,
  choice,
  noise,
  spec,
}: TrainingRowsInput): TaskResult<TrainingRowsOutput> {
  const block = decodeLabelledBlock(bytes);
  const words = decodeVocabulary(vocabulary);
  const { events } = decodeChoice(choice);
  const mean = meanNoise(decodeNoiseSum(noise));
  const { rows, classes } = learnableRows(block, labelsOf(spec, app));
  const heldOut = Uint8Array.from(rows, (row) => (userPosition(block, row, app, spec.seed) < spec.testShare ? 1 : 0));
  const place = placeInSample(bytes);
  const chunkOf = (scoring: readonly string[], withNoise: boolean) => {
    const { features, featureCount } = featureRows(
      block,
      new Featurizer(featureModel(words, spec, scoring)),
      rows,
      mean,
      withNoise,
    );
    return encodeRowChunk({ place, featureCount, features, classes, heldOut });
  };
  const all = [...new Set([...events, ...candidateEvents(words, spec.minEventShare)])];
  const chunks = VARIANTS.map((variant) => [variant, chunkOf(variant === "all" ? all : events, variant === "noise")] as const);
  return { value: chunks, transfer: chunks.map(([, chunk]) => chunk.buffer as ArrayBuffer) };
}

/**
 * Sessions of a block that have a class.
 * @throws UserError when a session's cluster belongs to no category
 */
export function learnableRows(block: LabelledBlock, labels: AppLabels) {
  const rows: number[] = [];
  const classes: number[] = [];
  block.cluster.forEach((cluster, row) => {
    const c = classOf(labels, cluster);
    if (c >= 0) {
      rows.push(row);
      classes.push(c);
    } else if (cluster !== NO_CLUSTER) {
      throw new UserError(`cluster ${cluster} of ${labels.app} belongs to no category`, [
        "give every cluster of every app a category in categories.yaml, then train again",
      ]);
    }
  });
  return { rows, classes: Uint8Array.from(classes) };
}

/** Features of some sessions of a block, with or without the noise feature at the end. */
export function featureRows(
  block: LabelledBlock,
  featurizer: Featurizer,
  rows: ArrayLike<number>,
  mean: number,
  withNoise: boolean,
) {
  const space = featurizer.spaceOf(block, 0, block.sessionCount);
  const shares = noiseShares(bagsOf(block), space, 0, block.sessionCount);
  const width = featurizer.featureCount;
  const own = Float64Array.from(rows, (row) => shares[row] as number);
  const features = scoringFeatures(bagsOf(block), space, rows, own, mean);
  if (withNoise) return { features, featureCount: width };
  const narrow = new Float32Array(rows.length * (width - 1));
  for (let i = 0; i < rows.length; i++) {
    narrow.set(features.subarray(i * width, (i + 1) * width - 1), i * (width - 1));
  }
  return { features: narrow, featureCount: width - 1 };
}
