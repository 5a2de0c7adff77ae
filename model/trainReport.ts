import type { Evaluation } from "../ml/evaluation";
import type { SelectionStep } from "../ml/scoringEvents";

/** What training found: `metrics.json` of a model. Plain data, the same for the same inputs. */
export interface TrainReport {
  readonly kind: "sessionary-training";
  readonly format: 1;
  /** Id of the model. */
  readonly model: string;
  readonly discovery: string;
  readonly apps: readonly AppTraining[];
  /** What the user should know, worst first, each a sentence. */
  readonly warnings: readonly string[];
}

export interface AppTraining {
  readonly app: string;
  /** Sessions in the labelled sample. */
  readonly sessions: number;
  /** Names of the forest's classes, and their category ids. */
  readonly classes: readonly { readonly id: string; readonly name: string; readonly noise: boolean }[];
  readonly trainingRows: number;
  readonly heldOutRows: number;
  readonly scoringEvents: readonly string[];
  readonly scoringHow: "pinned" | "proposed";
  /** Pinned events that the sample does not hold. */
  readonly missingEvents: readonly string[];
  /** Errors of the search, an entry a number of events; empty where events were pinned. */
  readonly selection: readonly SelectionStep[];
  /** Every category reached `classifier.maxCategoryError` in the search; null where events were pinned. */
  readonly targetReached: boolean | null;
  readonly meanNoise: number;
  readonly trees: number;
  readonly leafRule: string;
  readonly minLeaf: number;
  readonly leavesPerTree: number;
  /** Held-out results of the model: scoring events and noise feature (paper Table 3 is its confusion). */
  readonly evaluation: Evaluation;
  /** Errors of three forests on the same sessions (paper Table 4). */
  readonly comparison: {
    readonly scoringOnly: ErrorRow;
    readonly withNoiseFeature: ErrorRow;
    readonly allEvents: ErrorRow;
  };
  /** Share of each feature in the decrease of Gini impurity, descending; the noise feature is named `NOISE_FEATURE`. */
  readonly importance: readonly { readonly feature: string; readonly share: number }[];
}

export interface ErrorRow {
  readonly totalError: number;
  /** In the order of `classes`; null for a class without held-out rows. */
  readonly classErrors: readonly (number | null)[];
}

/** Name of the noise feature in reports and PMML. */
export const NOISE_FEATURE = "noise_feature";
