import type { TaskResult } from "../../beam/tasks";
import { countOutcomes, evaluate } from "../../ml/evaluation";
import { binRows } from "../../ml/forest/bins";
import { growTree } from "../../ml/forest/grow";
import { assembleForest, giniImportance, scaledMinLeaf } from "../../ml/forest/train";
import { voterOf } from "../../ml/forest/vote";
import { meanNoise, noiseShares, sumNoise, addNoise, NO_NOISE } from "../../ml/noise";
import { seedFrom } from "../../ml/random";
import { rankCandidates, selectScoringEvents } from "../../ml/scoringEvents";
import { UserError } from "../../model/errors";
import { decodeLabelledBlock, type LabelledBlock } from "../../model/labelledSample";
import { bagsOf, Featurizer } from "../features/scoringFeatures";
import { decodeVocabulary, type AppVocabulary } from "./appVocabulary";
import { byPlace, placeInSample } from "./placeInSample";
import { joinRows } from "./rowChunk";
import { candidateEvents, encodeChoice, featureModel } from "./scoringChoice";
import { labelsOf, userPosition, type AppLabels, type TrainingSpec } from "./trainingSpec";
import { featureRows, learnableRows } from "./trainingRowsTask";

/** Trees of the forests that rank events and try lists of them: enough to compare, quick to grow. */
const TRIAL_TREES = 30;
/** Fewer scoring events are not proposed, where there are as many. */
const MIN_SCORING_EVENTS = 3;

export interface ProposeInput {
  readonly app: string;
  /** Labelled blocks of a part of the sample. */
  readonly blocks: readonly Uint8Array[];
  readonly vocabulary: Uint8Array;
  readonly spec: TrainingSpec;
}

/** Scoring events for an app: ranked by a forest on all candidate events, then added until every category is told well enough. */
export async function proposeScoringEvents({ app, blocks, vocabulary, spec }: ProposeInput): Promise<TaskResult<Uint8Array>> {
  const words = decodeVocabulary(vocabulary);
  const labels = labelsOf(spec, app);
  const trial = new Trial(app, blocks, words, labels, spec);
  const candidates = candidateEvents(words, spec.minEventShare, labels.longTail);
  const importance = trial.forestOn(candidates, false).importance;
  const ranked = rankCandidates(
    candidates.map((event, i) => ({
      event,
      importance: importance[i] as number,
      residualVariance: Object.hasOwn(labels.residualVariance, event) ? (labels.residualVariance[event] as number) : null,
    })),
  );
  if (ranked.length === 0) {
    throw new UserError(`no event of ${app} tells its categories apart`, [
      "lower discovery.minEventShare, or pin scoring events in the catalogue (role: scoring)",
    ]);
  }
  const selection = await selectScoringEvents(ranked, (events) => Promise.resolve(trial.errorsOf(events)), {
    maxClassError: spec.maxCategoryError,
    maxEvents: spec.maxScoringEvents,
    minEvents: MIN_SCORING_EVENTS,
  });
  return { value: encodeChoice({ ...selection, how: "proposed", missing: [] }) };
}

/** Small forests on part of the sample. */
class Trial {
  private readonly blocks: readonly LabelledBlock[];
  private readonly learnable: readonly ReturnType<typeof learnableRows>[];

  constructor(
    private readonly app: string,
    blocks: readonly Uint8Array[],
    private readonly vocabulary: AppVocabulary,
    private readonly labels: AppLabels,
    private readonly spec: TrainingSpec,
  ) {
    const sorted = blocks.map((bytes) => ({ bytes, place: placeInSample(bytes) })).sort((a, b) => byPlace(a.place, b.place));
    this.blocks = sorted.map(({ bytes }) => decodeLabelledBlock(bytes));
    this.learnable = this.blocks.map((block) => learnableRows(block, labels));
  }

  errorsOf(events: readonly string[]) {
    const { forest, held } = this.forestOn(events, true);
    const { label, votes } = voterOf(forest).vote(held.features, held.classes.length);
    const { totalError, classErrors } = evaluate(
      countOutcomes(held.classes, label, votes, TRIAL_TREES, forest.classCount),
      TRIAL_TREES,
    );
    return { totalError, classErrors };
  }

  forestOn(events: readonly string[], withNoise: boolean) {
    const { spec } = this;
    const featurizer = new Featurizer(featureModel(this.vocabulary, spec, events));
    const mean = this.meanNoiseWith(featurizer);
    const featureCount = events.length + (withNoise ? 1 : 0);
    const rowsOf = (heldOut: boolean) =>
      joinRows(
        this.blocks.map((block, b) => {
          const { rows, classes } = this.learnable[b] as ReturnType<typeof learnableRows>;
          const kept = rows
            .map((row, i) => ({ row, c: classes[i] as number }))
            .filter(({ row }) => this.isHeldOut(block, row) === heldOut);
          const { features } = featureRows(
            block,
            featurizer,
            kept.map(({ row }) => row),
            mean,
            withNoise,
          );
          return { features, classes: Uint8Array.from(kept, ({ c }) => c) };
        }),
      );
    const train = rowsOf(false);
    const binned = binRows(train.features, train.classes, featureCount, this.labels.classes.length);
    const minLeaf = spec.minLeaf === "auto" ? scaledMinLeaf(binned.rowCount) : spec.minLeaf;
    const seed = seedFrom(spec.seed, "trial");
    const trees = Array.from({ length: TRIAL_TREES }, (_, t) => growTree(binned, seed, t, { leafRule: spec.leafRule, minLeaf }));
    const forest = assembleForest(trees, featureCount, this.labels.classes.length);
    return { forest, held: rowsOf(true), importance: giniImportance(trees, featureCount) };
  }

  private meanNoiseWith(featurizer: Featurizer): number {
    const sums = this.blocks.map((block) => {
      const space = featurizer.spaceOf(block, 0, block.sessionCount);
      return sumNoise(noiseShares(bagsOf(block), space, 0, block.sessionCount), () => true);
    });
    return meanNoise(sums.reduce(addNoise, NO_NOISE));
  }

  private isHeldOut(block: LabelledBlock, row: number): boolean {
    return userPosition(block, row, this.app, this.spec.seed) < this.spec.testShare;
  }
}
