import { placeOf } from "../../io/places/place";
import { evaluate, type Evaluation } from "../../ml/evaluation";
import { scaledMinLeaf } from "../../ml/forest/train";
import { meanNoise } from "../../ml/noise";
import type { AppModel } from "../../model/bundle";
import type { CategoriesFile } from "../../model/categories";
import { gapMsOf, type Config } from "../../model/config";
import { NOISE_FEATURE, type AppTraining, type ErrorRow } from "../../model/trainReport";
import { valuePath } from "../../transforms/output/writeValues";
import { decodeNoiseSum } from "../../transforms/scoring/noiseSumBytes";
import { decodeVocabulary } from "../../transforms/training/appVocabulary";
import { decodeTrainedForest } from "../../transforms/training/forestTasks";
import { decodeOutcomes } from "../../transforms/training/outcomes";
import { decodeChoice, featureModel } from "../../transforms/training/scoringChoice";
import { RESULTS } from "../../transforms/training/trainModel";
import { variantKey, type AppLabels, type TrainingSpec, type Variant } from "../../transforms/training/trainingSpec";

export interface TrainedApp {
  readonly model: AppModel;
  readonly training: AppTraining;
}

/** Puts together what the pipeline wrote of one app. */
export async function assembleApp(
  folder: string,
  labels: AppLabels,
  spec: TrainingSpec,
  categories: CategoriesFile,
  config: Config,
): Promise<TrainedApp> {
  const { app } = labels;
  const read = (prefix: string, key: string) => placeOf(folder).read(valuePath(folder, key, prefix));
  const vocabulary = decodeVocabulary(await read(RESULTS.vocabulary, app));
  const choice = decodeChoice(await read(RESULTS.choice, app));
  const noise = decodeNoiseSum(await read(RESULTS.noise, app));
  const trained = async (variant: Variant) => {
    const forest = decodeTrainedForest(await read(RESULTS.forest, variantKey(variant, app)));
    const outcomes = decodeOutcomes(await read(RESULTS.outcomes, variantKey(variant, app)));
    return { ...forest, evaluation: evaluate(outcomes, spec.trees) };
  };
  const [scoringOnly, model, allEvents] = [await trained("scoring"), await trained("noise"), await trained("all")];
  const { forest, trainingRows } = model;
  const features = [...choice.events, NOISE_FEATURE];
  return {
    model: {
      app,
      gapSeconds: gapMsOf(config.sessions, app) / 1000,
      sessionCount: vocabulary.sessionCount,
      ...featureModel(vocabulary, spec, choice.events),
      meanNoise: meanNoise(noise),
      forest,
      classes: labels.classes,
    },
    training: {
      app,
      sessions: vocabulary.sessionCount,
      classes: labels.classes.map((id) => {
        const category = categories.categories.find((candidate) => candidate.id === id);
        return { id, name: category?.name ?? id, noise: category?.noise ?? false };
      }),
      trainingRows,
      heldOutRows: model.evaluation.rows,
      scoringEvents: choice.events,
      scoringHow: choice.how,
      missingEvents: choice.missing,
      selection: choice.curve,
      targetReached: choice.reached,
      meanNoise: meanNoise(noise),
      trees: spec.trees,
      leafRule: spec.leafRule,
      minLeaf: spec.minLeaf === "auto" ? scaledMinLeaf(trainingRows) : spec.minLeaf,
      leavesPerTree: forest.feature.filter((f) => f < 0).length / spec.trees,
      evaluation: model.evaluation,
      comparison: {
        scoringOnly: errorRow(scoringOnly.evaluation),
        withNoiseFeature: errorRow(model.evaluation),
        allEvents: errorRow(allEvents.evaluation),
      },
      importance: features
        .map((feature, f) => ({ feature, share: model.importance[f] as number }))
        .sort((a, b) => b.share - a.share || (a.feature < b.feature ? -1 : 1)),
    },
  };
}

const errorRow = ({ totalError, classErrors }: Evaluation): ErrorRow => ({ totalError, classErrors });
