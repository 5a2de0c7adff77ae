import { placeOf } from "../../io/places/place";
import { pmml } from "../../ml/pmml";
import type { AppModel, ModelBundle } from "../../model/bundle";
import { bundleFiles } from "../../model/bundleFiles";
import type { Config } from "../../model/config";
import { encodeJson } from "../../model/json";
import { decodeLabelledBlock, splitBlocks } from "../../model/labelledSample";
import { stringAt } from "../../model/sessionBlock";
import { NOISE_FEATURE, type TrainReport } from "../../model/trainReport";
import { modelCard } from "../../report/modelCard";
import { encodeVectors, testVectors, VECTORS_FILE, type EventCounts } from "../../transforms/scoring/testVectors";
import type { SampleFile } from "../../transforms/training/readSample";
import { latestModelPath } from "../score/modelFolder";

/** Sessions of each app kept as test vectors. */
const TEST_SESSIONS = 40;

/** Writes all files of a model, the manifest last, then names it the newest. @returns the model's folder */
export async function writeModel(
  config: Config,
  bundle: ModelBundle,
  report: TrainReport,
  files: readonly SampleFile[],
): Promise<string> {
  const vectors = [];
  for (const model of bundle.apps) {
    vectors.push({ app: model.app, vectors: testVectors(model, await firstSessions(files, model.app)) });
  }
  const others: Record<string, Uint8Array> = {
    [VECTORS_FILE]: encodeVectors(vectors),
    "metrics.json": encodeJson(report),
    "README.md": Buffer.from(modelCard(bundle, report, config.project)),
  };
  for (const model of bundle.apps) {
    const name = bundle.apps.length === 1 ? "model.pmml" : `model-${encodeURIComponent(model.app)}.pmml`;
    others[name] = pmmlOf(bundle.id, model);
  }
  const folder = `${config.output.path}/models/${bundle.id}`;
  const place = placeOf(folder);
  for (const [name, bytes] of bundleFiles(bundle, others)) {
    await place.write(`${folder}/${name}`, bytes);
  }
  await place.write(latestModelPath(config.output.path), encodeJson({ id: bundle.id }));
  return folder;
}

function pmmlOf(id: string, model: AppModel): Uint8Array {
  const events = Array.from(model.scoring, (column) => model.vocabulary[column] as string);
  const text = pmml({
    name: `sessionary-${id}-${model.app}`,
    forest: model.forest,
    features: [...events, NOISE_FEATURE],
    classes: model.classes,
    target: "category",
    description:
      `Session categories of ${model.app}. Inputs: TF-IDF weights of the scoring events scaled to length 1, and ${NOISE_FEATURE} = ` +
      `the session's noise share divided by the mean of all sessions scored together (training mean ${model.meanNoise})`,
  });
  return Buffer.concat(Array.from(batches(text), (batch) => Buffer.from(batch)));
}

/** Joins small pieces of text to larger ones. */
function* batches(pieces: Iterable<string>): Iterable<string> {
  let batch: string[] = [];
  for (const piece of pieces) {
    if (batch.push(piece) === 4096) {
      yield batch.join("");
      batch = [];
    }
  }
  yield batch.join("");
}

async function firstSessions(files: readonly SampleFile[], app: string): Promise<EventCounts[]> {
  const file = files.find((candidate) => candidate.app === app && candidate.part === 0);
  const first = file && splitBlocks(await placeOf(file.path).read(file.path))[0];
  if (first === undefined) return [];
  const block = decodeLabelledBlock(first);
  return Array.from({ length: Math.min(TEST_SESSIONS, block.sessionCount) }, (_, i) => {
    const counts = new Map<string, number>();
    for (let at = block.bagOffsets[i] as number; at < (block.bagOffsets[i + 1] as number); at++) {
      counts.set(stringAt(block.strings, block.bagEvents[at] as number), block.bagCounts[at] as number);
    }
    return counts;
  });
}
