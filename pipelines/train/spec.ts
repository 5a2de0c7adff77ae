import type { CategoriesFile } from "../../model/categories";
import { categoryOfCluster } from "../../model/categories";
import type { Catalogue } from "../../model/catalogue";
import type { Config } from "../../model/config";
import type { DiscoveryReport } from "../../model/discoveryReport";
import { UserError } from "../../model/errors";
import type { AppLabels, TrainingSpec } from "../../transforms/training/trainingSpec";

/** Variance of each event's daily counts after trend and season, by app, where a profile has them. */
export type ResidualVariances = Readonly<Record<string, Readonly<Record<string, number>>>>;

/**
 * What to train: the clusters of every app as classes, the catalogue's pins, the settings.
 * @throws UserError when the categories name clusters of another discovery or that do not exist, leave a cluster out, or leave an app
 * with fewer than two categories
 */
export function trainingSpec(
  config: Config,
  discovery: DiscoveryReport,
  categories: CategoriesFile,
  catalogue: Catalogue,
  residualVariances: ResidualVariances,
): TrainingSpec {
  if (categories.discovery !== discovery.id) {
    throw new UserError(`the categories name the clusters of discovery ${categories.discovery}, not of ${discovery.id}`, [
      "take the categories.yaml of that discovery, or name the other one with --discovery",
    ]);
  }
  const clustered = discovery.apps.filter(({ k }) => k !== null);
  const apps = new Set(clustered.map(({ app }) => app));
  const strange = categories.categories.flatMap(({ clusters }) => [...clusters.keys()]).find((app) => !apps.has(app));
  if (strange !== undefined) {
    throw new UserError(`the categories name clusters of the app ${strange}, which has none`, [
      `apps with clusters: ${[...apps].join(", ") || "none"}`,
    ]);
  }
  const roles = (role: "scoring" | "long_tail") =>
    Object.entries(catalogue.events)
      .filter(([, entry]) => entry.role === role)
      .map(([event]) => event);
  const { classifier } = config;
  return {
    apps: clustered.map(({ app, k, vocabulary }) => ({
      ...appLabels(app, k as number, categories),
      pinned: pinnedIn(
        vocabulary.map(({ event }) => event),
        roles("scoring"),
      ),
      longTail: roles("long_tail"),
      residualVariance: residualVariances[app] ?? {},
    })),
    weighting: config.discovery.weighting,
    minEventShare: config.discovery.minEventShare,
    trees: classifier.trees,
    leafRule: classifier.leafRule,
    minLeaf: classifier.minLeaf,
    testShare: classifier.testShare,
    seed: classifier.seed,
    maxCategoryError: classifier.maxCategoryError,
    maxScoringEvents: classifier.maxScoringEvents,
  };
}

/** Pins are of the whole catalogue: an app that has none of them among its frequent events gets a proposal of its own. */
const pinnedIn = (frequent: readonly string[], pinned: readonly string[]) =>
  pinned.some((event) => frequent.includes(event)) ? pinned : [];

function appLabels(
  app: string,
  k: number,
  file: CategoriesFile,
): Pick<AppLabels, "app" | "classes" | "classOfCluster" | "noiseClass"> {
  const positions = [...categoryOfCluster(file, app, k)];
  const missing = positions.flatMap((position, cluster) => (position < 0 ? [cluster] : []));
  if (missing.length > 0) {
    throw new UserError(
      `${missing.length === 1 ? "cluster" : "clusters"} ${missing.join(", ")} of ${app} ${missing.length === 1 ? "belongs" : "belong"} to no category`,
      ["give every cluster of every app a category in categories.yaml, then train again"],
    );
  }
  const used = [...new Set(positions)].sort((a, b) => a - b);
  if (used.length < 2) {
    throw new UserError(`all clusters of ${app} are in one category; a classifier needs at least two`);
  }
  const classes = used.map((position) => file.categories[position]);
  return {
    app,
    classes: classes.map((category) => category?.id ?? ""),
    classOfCluster: positions.map((position) => used.indexOf(position)),
    noiseClass: classes.findIndex((category) => category?.noise),
  };
}
