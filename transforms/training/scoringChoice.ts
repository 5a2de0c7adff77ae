import type { SelectionStep } from "../../ml/scoringEvents";
import type { FeatureModel } from "../features/scoringFeatures";
import type { AppVocabulary } from "./appVocabulary";
import type { TrainingSpec } from "./trainingSpec";

/** Scoring events of an app and how they came about. */
export interface ScoringChoice {
  readonly events: readonly string[];
  readonly how: "pinned" | "proposed";
  /** Every category reached the accuracy target in the search; null where events were pinned. */
  readonly reached: boolean | null;
  readonly curve: readonly SelectionStep[];
  /** Pinned events that the sample does not hold. */
  readonly missing: readonly string[];
}

export const encodeChoice = (choice: ScoringChoice) => new Uint8Array(Buffer.from(JSON.stringify(choice)));
export const decodeChoice = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as ScoringChoice;

/** The feature model of an app with the given scoring events. @param events in the vocabulary, in feature order */
export function featureModel(vocabulary: AppVocabulary, spec: TrainingSpec, events: readonly string[]): FeatureModel {
  const column = new Map(vocabulary.events.map((event, i) => [event, i]));
  return {
    vocabulary: vocabulary.events,
    idf: vocabulary.idf,
    weighting: spec.weighting,
    scoring: Uint32Array.from(events, (event) => column.get(event) as number),
  };
}

/** Events frequent enough to decide, with weight, and not kept in the long tail. */
export function candidateEvents(vocabulary: AppVocabulary, minEventShare: number, longTail: readonly string[] = []): string[] {
  const kept = new Set(longTail);
  return vocabulary.events.filter(
    (event, i) =>
      (vocabulary.sessionShare[i] as number) >= minEventShare && (vocabulary.idf[i] as number) > 0 && !kept.has(event),
  );
}
