import type { LeafRule } from "../../ml/forest/grow";
import type { TermWeighting } from "../../ml/tfidf";
import { hashBytes, mixHash } from "../../model/eventBlock";
import { NO_CLUSTER } from "../../model/labelledSample";
import type { SessionBlock } from "../../model/sessionBlock";

/** What training is asked to do, as plain data that travels with the stages. */
export interface TrainingSpec {
  readonly apps: readonly AppLabels[];
  readonly weighting: TermWeighting;
  /** Events in at least this share of an app's sessions may become scoring events, 0..1. */
  readonly minEventShare: number;
  readonly trees: number;
  readonly leafRule: LeafRule;
  readonly minLeaf: number | "auto";
  /** Share of users whose sessions are held out, 0..1. */
  readonly testShare: number;
  readonly seed: number;
  readonly maxCategoryError: number;
  readonly maxScoringEvents: number;
}

/** How the clusters of an app become classes. */
export interface AppLabels {
  readonly app: string;
  /** Category id of each class, in the order that decides ties. */
  readonly classes: readonly string[];
  /** Class of each cluster, −1 where no category names it. */
  readonly classOfCluster: readonly number[];
  /** Class of the noise category, −1 where the app has none. */
  readonly noiseClass: number;
  /** Scoring events pinned in the catalogue; empty: propose some. */
  readonly pinned: readonly string[];
  /** Events the catalogue keeps in the long tail. */
  readonly longTail: readonly string[];
  /** Variance of the daily counts of events after trend and season, where known. */
  readonly residualVariance: Readonly<Record<string, number>>;
}

/** Forests that are compared: scoring events alone, with the noise feature (the model), and all events (paper Table 4). */
export const VARIANTS = ["scoring", "noise", "all"] as const;
export type Variant = (typeof VARIANTS)[number];

/** Key of what belongs to one forest. */
export const variantKey = (variant: Variant, app: string) => `${variant}:${app}`;

export function parseVariantKey(key: string): { readonly variant: Variant; readonly app: string } {
  const colon = key.indexOf(":");
  return { variant: key.slice(0, colon) as Variant, app: key.slice(colon + 1) };
}

/** @throws RangeError for an app that is not in the spec: the driver lists all apps of the sample */
export function labelsOf(spec: TrainingSpec, app: string): AppLabels {
  const labels = spec.apps.find((entry) => entry.app === app);
  if (labels === undefined) throw new RangeError(`no labels for the app ${app}`);
  return labels;
}

/**
 * Class of a session by its cluster. A session without cluster had no frequent event: all it did is long tail, so it is of the noise
 * class where there is one. −1: not to be learned from.
 */
export function classOf({ classOfCluster, noiseClass }: AppLabels, cluster: number): number {
  return cluster === NO_CLUSTER ? noiseClass : (classOfCluster[cluster] ?? -1);
}

/** Number in [0, 1) that depends on the user alone: all sessions of a user are trained on, or all are held out. */
export function userPosition({ users }: Pick<SessionBlock, "users">, row: number, app: string, seed: number): number {
  const name = Buffer.from(app, "utf8");
  const appHash = mixHash(hashBytes(name, 0, name.length) ^ seed);
  const userHash = hashBytes(users.bytes, users.offsets[row] as number, users.offsets[row + 1] as number);
  return mixHash(mixHash(userHash ^ appHash) + seed) / 2 ** 32;
}
