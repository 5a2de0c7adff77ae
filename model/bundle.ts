import type { Forest } from "../ml/forest/forest";
import type { TermWeighting } from "../ml/tfidf";

/** Format of a bundle folder; readers refuse any other. */
export const BUNDLE_KIND = "sessionary-model";
export const BUNDLE_FORMAT = 1;

/**
 * Everything learned, frozen. Scoring reads a bundle and learns nothing: gaps, vocabulary, IDF, scoring events, the training mean of
 * the noise share, the forest and the category map of every app (paper §4.4).
 */
export interface ModelBundle {
  /** First 16 hex digits of the SHA-256 of the content; names the folder. */
  readonly id: string;
  readonly createdFrom: { readonly discovery: string; readonly dates: readonly string[]; readonly configHash: string };
  readonly categories: readonly Category[];
  readonly apps: readonly AppModel[];
}

/** What people call one or more clusters; the same id in all apps. */
export interface Category {
  /** Stable: `[a-z][a-z0-9_]*`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `#rrggbb`. */
  readonly color: string;
  /** The long-tail category. At most one. */
  readonly noise: boolean;
}

export interface AppModel {
  readonly app: string;
  readonly gapSeconds: number;
  /** Sessions behind document frequencies, N. */
  readonly sessionCount: number;
  /** Event names seen in training, ascending by UTF-8 bytes. */
  readonly vocabulary: readonly string[];
  /** Term frequency behind the weights w = tf · idf. */
  readonly weighting: TermWeighting;
  /** ln(N/df) of each vocabulary event, natural log, ≥ 0. */
  readonly idf: Float64Array;
  /** Scoring events Fs as indices into `vocabulary`, in feature order; all other vocabulary events are long tail. */
  readonly scoring: Uint32Array;
  /** Mean noise share η over the human training sessions, in (0, 1]. */
  readonly meanNoise: number;
  /** Features: one L2-normalised weight per scoring event, then η / mean η. Class c of the forest is `classes[c]`. */
  readonly forest: Forest;
  /** Category id of each forest class, in the order that decides ties. */
  readonly classes: readonly string[];
}
