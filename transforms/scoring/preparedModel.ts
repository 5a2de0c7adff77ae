import { voterOf, type Voter } from "../../ml/forest/vote";
import type { AppModel, ModelBundle } from "../../model/bundle";
import { decodeBundle, encodedBundleId } from "../../model/bundleFiles";
import { NO_MODEL, SHORT } from "../../model/scoredBlock";
import { Featurizer } from "../features/scoringFeatures";

/** A bundle made ready for scoring blocks in this thread. */
export interface PreparedModel {
  /** As in `SessionScores`: `SHORT`, `NO_MODEL`, then the bundle's categories. */
  readonly categoryIds: readonly string[];
  readonly categoryNames: readonly string[];
  readonly apps: ReadonlyMap<string, PreparedApp>;
}

export class PreparedApp {
  readonly featurizer: Featurizer;
  readonly voter: Voter;
  /** Category code of each class of the forest. */
  readonly codes: Uint16Array;

  constructor(
    readonly model: AppModel,
    categoryIds: readonly string[],
  ) {
    this.featurizer = new Featurizer(model);
    this.voter = voterOf(model.forest);
    this.codes = Uint16Array.from(model.classes, (id) => categoryIds.indexOf(id));
  }
}

/** Position of `SHORT` and `NO_MODEL` among the category ids. */
export const SHORT_CODE = 0;
export const NO_MODEL_CODE = 1;

export function prepareModel(bundle: ModelBundle): PreparedModel {
  const categoryIds = [SHORT, NO_MODEL, ...bundle.categories.map(({ id }) => id)];
  return {
    categoryIds,
    categoryNames: [SHORT, NO_MODEL, ...bundle.categories.map(({ name }) => name)],
    apps: new Map(bundle.apps.map((model) => [model.app, new PreparedApp(model, categoryIds)])),
  };
}

const KEPT = 2;
const prepared = new Map<string, PreparedModel>();

/** The model in an encoded bundle, decoded once per thread: the last few are kept by id. */
export function preparedModel(encoded: Uint8Array): PreparedModel {
  const id = encodedBundleId(encoded);
  const model = prepared.get(id) ?? prepareModel(decodeBundle(encoded));
  prepared.delete(id);
  prepared.set(id, model);
  for (const oldest of prepared.keys()) {
    if (prepared.size <= KEPT) break;
    prepared.delete(oldest);
  }
  return model;
}
