import type { PCollection } from "apache-beam";
import { BlockFn, type SideInputs } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { combinePerKey, composite, stage, union } from "../../beam/stages";
import type { KeyedBytes } from "../../beam/types";
import { noiseShares, sumNoise } from "../../ml/noise";
import { decodeSessionBlock } from "../../model/sessionBlock";
import { documentFrequencyPerApp } from "../features/documentFrequencyPerApp";
import { bagsOf, Featurizer } from "../features/scoringFeatures";
import { encodeNoiseSum } from "../scoring/noiseSumBytes";
import { MeanNoiseCombineFn } from "../scoring/noiseSums";
import { decodeVocabulary } from "./appVocabulary";
import { writeValues } from "../output/writeValues";
import { chooseScoringEvents } from "./chooseScoring";
import { FreezeIdfFn } from "./freezeIdf";
import { decodeChoice, featureModel } from "./scoringChoice";
import { trainForests } from "./trainForests";
import type { TrainingSpec } from "./trainingSpec";

/** What training learns, as files of the run's folder: prefix, then app, or variant:app for forests and outcomes. */
export const RESULTS = {
  vocabulary: "vocabulary-",
  choice: "choice-",
  noise: "noise-",
  forest: "forest-",
  outcomes: "outcomes-",
} as const;

/**
 * Everything a model is made of (paper §4.3), written to files of `folder` for the driver, which makes the bundle of them.
 *
 *     KV<app, labelled block>  →  KV<path, nothing> of the files written
 */
export function trainModel(spec: TrainingSpec, folder: string) {
  return composite("TrainModel", (sample: PCollection<KeyedBytes>) => {
    const vocabularies: PCollection<KeyedBytes> = sample
      .apply(documentFrequencyPerApp())
      .apply(stage("FreezeIdf", new FreezeIdfFn()));
    const choices: PCollection<KeyedBytes> = sample.apply(chooseScoringEvents(spec, vocabularies));
    const noise: PCollection<KeyedBytes> = sample
      .apply(stage("SampleNoise", new SampleNoiseFn(spec), { vocabularies, choices }))
      .apply(combinePerKey("MeanNoise", new MeanNoiseCombineFn()));
    const { forests, outcomes } = sample.apply(trainForests(spec, { vocabularies, choices, noise })) as ReturnType<
      ReturnType<typeof trainForests>
    >;
    const write = (name: string, results: PCollection<KeyedBytes>, prefix: string): PCollection<KeyedBytes> =>
      results.apply(writeValues(name, folder, prefix));
    return union("Written", [
      write("WriteVocabularies", vocabularies, RESULTS.vocabulary),
      write("WriteChoices", choices, RESULTS.choice),
      write("WriteNoise", noise, RESULTS.noise),
      write("WriteForests", forests, RESULTS.forest),
      write("WriteOutcomes", outcomes, RESULTS.outcomes),
    ]);
  });
}

/** η of all sessions of a block, summed: KV<app, labelled block> → KV<app, noise sum> */
export class SampleNoiseFn extends BlockFn {
  constructor(private readonly spec: TrainingSpec) {
    super();
  }

  process({ key, value }: KeyedBytes, side: SideInputs): KeyedBytes[] {
    const block = decodeSessionBlock(value);
    const vocabulary = decodeVocabulary(side.all("vocabularies").get(key) as Uint8Array);
    const { events } = decodeChoice(side.all("choices").get(key) as Uint8Array);
    const space = new Featurizer(featureModel(vocabulary, this.spec, events)).spaceOf(block, 0, block.sessionCount);
    return [{ key, value: encodeNoiseSum(sumNoise(noiseShares(bagsOf(block), space, 0, block.sessionCount), () => true)) }];
  }
}

registered("transforms/training/trainModel", { SampleNoiseFn });
