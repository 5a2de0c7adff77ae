import { createHash } from "node:crypto";
import { runPipeline } from "../../beam/run";
import type { ProgressSnapshot, Root, RunReport } from "../../beam/types";
import { removeAll, workFolder } from "../../io/runs/runFolder";
import type { Category } from "../../model/bundle";
import { sealBundle } from "../../model/bundleFiles";
import { EMPTY_CATALOGUE } from "../../model/catalogue";
import { parseCatalogue } from "../../model/catalogueFile";
import { parseCategories } from "../../model/categories";
import type { Config } from "../../model/config";
import type { TrainReport } from "../../model/trainReport";
import { readSample } from "../../transforms/training/readSample";
import { trainModel } from "../../transforms/training/trainModel";
import { runSettingsOf } from "../runSettings";
import { assembleApp } from "./assemble";
import { onlyDiscovery, readDiscovery, readText, sampleFiles } from "./inputs";
import { trainingSpec, type ResidualVariances } from "./spec";
import { trainingWarnings } from "./warnings";
import { profiledVariances } from "./variances";
import { writeModel } from "./writeModel";

export interface TrainOptions {
  /** Folder of the discovery; null: the only one under the output. */
  readonly discoveryFolder: string | null;
  /** The edited categories; null: `categories.yaml` of the discovery. */
  readonly categoriesPath: string | null;
  /** By default those of the longest profile below the output. */
  readonly residualVariances?: ResidualVariances;
}

export interface TrainResult {
  readonly report: TrainReport;
  /** Folder of the model. */
  readonly folder: string;
  readonly run: RunReport;
}

/**
 * Trains a classifier on a discovery's labelled sample and freezes it: `models/<id>/` below the output holds the bundle, metrics, test
 * vectors, PMML and a model card; `models/latest.json` names it. The same inputs give the same bytes and the same id.
 * @throws UserError when discovery, categories and catalogue do not fit together
 */
export async function train(
  config: Config,
  options: TrainOptions,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<TrainResult> {
  const discoveryFolder = options.discoveryFolder ?? (await onlyDiscovery(config.output.path));
  const discovery = await readDiscovery(discoveryFolder);
  const categoriesPath = options.categoriesPath ?? `${discoveryFolder}/categories.yaml`;
  const categoriesText = await readText(categoriesPath, "the categories");
  const categories = parseCategories(categoriesText, categoriesPath, {
    discovery: discovery.id,
    clusters: new Map(discovery.apps.flatMap(({ app, k }) => (k === null ? [] : [[app, k] as const]))),
  });
  const catalogue =
    config.catalogPath === null
      ? EMPTY_CATALOGUE
      : parseCatalogue(await readText(config.catalogPath, "the catalogue"), config.catalogPath);
  const spec = trainingSpec(
    config,
    discovery,
    categories,
    catalogue,
    options.residualVariances ?? (await profiledVariances(config.output.path)),
  );
  const files = await sampleFiles(discoveryFolder, spec.apps);

  const work = workFolder(config.output.path, `train-${discovery.id}`);
  await removeAll(work);
  const build = (root: Root) => void root.apply(readSample(files)).apply(trainModel(spec, work));
  const run = await runPipeline("train", build, runSettingsOf(config), onProgress);
  const apps = [];
  for (const labels of spec.apps) {
    apps.push(await assembleApp(work, labels, spec, categories, config));
  }
  await removeAll(work);

  const bundle = sealBundle({
    createdFrom: {
      discovery: discovery.id,
      dates: discovery.dates,
      configHash: hashOf([spec, categoriesText, config.sessions]),
    },
    categories: categories.categories.map(({ id, name, description, color, noise }): Category => ({
      id,
      name,
      description,
      color,
      noise,
    })),
    apps: apps.map(({ model }) => model),
  });
  const trainings = apps.map(({ training }) => training);
  const report: TrainReport = {
    kind: "sessionary-training",
    format: 1,
    model: bundle.id,
    discovery: discovery.id,
    apps: trainings,
    warnings: trainingWarnings(discovery, trainings, config.classifier.maxCategoryError),
  };
  const folder = await writeModel(config, bundle, report, files);
  return { report, folder, run };
}

const hashOf = (value: unknown) => createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
