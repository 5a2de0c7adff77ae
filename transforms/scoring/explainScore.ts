import { LONG_TAIL, noiseShares, scoringFeatures } from "../../ml/noise";
import { leafOf } from "../../ml/forest/walk";
import { termFrequency } from "../../ml/tfidf";
import type { AppModel, Category } from "../../model/bundle";
import { stringAt, type SessionBlock } from "../../model/sessionBlock";
import { bagsOf, Featurizer } from "../features/scoringFeatures";

/** What an event of a session weighs. */
export interface EventWeight {
  readonly event: string;
  readonly count: number;
  readonly role: "scoring" | "long tail" | "unknown";
  /** ln(N/df) of the model; null where the model does not know the event. */
  readonly idf: number | null;
  /** tf · idf; 0 where unknown. */
  readonly weight: number;
  /** Weight scaled to length 1 over the scoring events: what the forest sees; null for other events. */
  readonly feature: number | null;
}

export interface ScoreExplanation {
  /** Heaviest first. */
  readonly weights: readonly EventWeight[];
  /** η: share of the weight that is on scoring events; null where no event has weight. */
  readonly noiseShare: number | null;
  /** Mean η that it is divided by, and the quotient that the forest sees. */
  readonly meanNoise: number;
  readonly noiseFeature: number;
  /** Trees that voted for each category, most first; ties in the model's order, which decides. */
  readonly votes: readonly {
    readonly categoryId: string;
    readonly category: string;
    readonly trees: number;
    readonly share: number;
  }[];
}

/** Why a session got its category, computed anew step by step (paper §4.3). */
export function explainScore(
  block: SessionBlock,
  row: number,
  model: AppModel,
  categories: readonly Category[],
  meanNoise: number,
): ScoreExplanation {
  const space = new Featurizer(model).spaceOf(block, row, row + 1);
  const bags = bagsOf(block);
  const shares = noiseShares(bags, space, row, row + 1);
  const features = scoringFeatures(bags, space, Uint32Array.of(row), shares, meanNoise);
  const weights: EventWeight[] = [];
  for (let i = block.bagOffsets[row]!; i < block.bagOffsets[row + 1]!; i++) {
    const event = block.bagEvents[i]!;
    const role = space.role[event]!;
    const isKnown = role >= 0 || role === LONG_TAIL;
    const count = block.bagCounts[i]!;
    weights.push({
      event: stringAt(block.strings, event),
      count,
      role: role >= 0 ? "scoring" : isKnown ? "long tail" : "unknown",
      idf: isKnown ? space.idf[event]! : null,
      weight: isKnown ? termFrequency(count, space.weighting) * space.idf[event]! : 0,
      feature: role >= 0 ? features[role]! : null,
    });
  }
  const tally = new Uint32Array(model.classes.length);
  for (const root of model.forest.roots) tally[model.forest.leafClass[leafOf(model.forest, root, features, 0)]!]! += 1;
  const nameOf = new Map(categories.map(({ id, name }) => [id, name]));
  const share = shares[0] ?? NaN;
  return {
    weights: weights.sort((a, b) => b.weight - a.weight),
    noiseShare: Number.isNaN(share) ? null : share,
    meanNoise,
    noiseFeature: features[model.scoring.length]!,
    votes: model.classes
      .map((id, c) => ({
        categoryId: id,
        category: nameOf.get(id) ?? id,
        trees: tally[c]!,
        share: tally[c]! / model.forest.roots.length,
      }))
      .sort((a, b) => b.trees - a.trees),
  };
}
