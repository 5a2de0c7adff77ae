import { mapBounded } from "../../io/places/bounded";
import { placeOf } from "../../io/places/place";
import { checkForest } from "../../ml/forest/check";
import type { AppModel, ModelBundle } from "../../model/bundle";
import { bundleFromFiles, encodeBundle, MANIFEST_FILE, readBundleManifest } from "../../model/bundleFiles";
import { UserError } from "../../model/errors";
import { checkTestVectors, VECTORS_FILE } from "./testVectors";

export interface LoadedModel {
  readonly bundle: ModelBundle;
  /** The bundle as the one value of the side input `model`. */
  readonly encoded: Uint8Array;
}

/**
 * Reads a model bundle and checks all of it before anything is processed: format, hash of every file, numbers, forests, test vectors.
 * @param folder path or URL of the bundle's folder
 * @throws UserError saying what is wrong with the model
 */
export async function loadModel(folder: string): Promise<LoadedModel> {
  const place = placeOf(folder);
  const read = async (name: string) => {
    const path = `${folder}/${name}`;
    if ((await place.stat(path)) === null) {
      throw new UserError(
        name === MANIFEST_FILE ? `there is no model in ${folder}` : `the model in ${folder} lacks its file ${name}`,
      );
    }
    return place.read(path);
  };
  const manifest = await read(MANIFEST_FILE);
  const others = await mapBounded(readBundleManifest(manifest, folder), async (name) => [name, await read(name)] as const);
  const files = new Map([[MANIFEST_FILE, manifest], ...others]);
  const bundle = bundleFromFiles(files, folder);
  for (const model of bundle.apps) {
    const problem = problemOf(model, new Set(bundle.categories.map(({ id }) => id)));
    if (problem !== null) throw new UserError(`the model in ${folder} is not usable: ${model.app}: ${problem}`);
  }
  const vectors = files.get(VECTORS_FILE);
  if (vectors === undefined) throw new UserError(`the model in ${folder} lacks its file ${VECTORS_FILE}`);
  checkTestVectors(bundle, vectors);
  return { bundle, encoded: encodeBundle(bundle) };
}

/** What makes an app's model unusable, or null. */
export function problemOf(model: AppModel, categoryIds: ReadonlySet<string>): string | null {
  const { vocabulary, idf, scoring, meanNoise, forest, classes, gapSeconds, sessionCount } = model;
  const bad = idf.findIndex((value) => !(value >= 0 && value < Infinity));
  if (bad >= 0) return `the idf of ${vocabulary[bad]} is ${idf[bad]}`;
  if (idf.length !== vocabulary.length) return "idf and vocabulary differ in length";
  if (new Set(vocabulary).size !== vocabulary.length) return "an event stands twice in the vocabulary";
  if (scoring.some((column) => column >= vocabulary.length)) return "a scoring event is not in the vocabulary";
  if (!(meanNoise > 0 && meanNoise <= 1)) return `the mean noise share is ${meanNoise}`;
  if (!(gapSeconds > 0) || !(sessionCount > 0)) return `gap ${gapSeconds} s, ${sessionCount} sessions`;
  const unknown = classes.find((id) => !categoryIds.has(id));
  if (unknown !== undefined) return `the class ${unknown} is no category`;
  if (forest.featureCount !== scoring.length + 1)
    return "the forest has another number of features than there are scoring events";
  if (forest.classCount !== classes.length) return "the forest has another number of classes than there are categories";
  try {
    checkForest(forest);
  } catch (error) {
    return (error as Error).message;
  }
  return null;
}
