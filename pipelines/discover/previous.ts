import { placeOf } from "../../io/places/place";
import { parseCategories, type CategoriesFile } from "../../model/categories";
import type { Counts } from "../../model/counts";
import type { AppDiscovery, ClusterCard, ClusterHistory, DiscoveryReport } from "../../model/discoveryReport";
import { UserError } from "../../model/errors";
import { decodeJson } from "../../model/json";
import type { KeyedFile } from "../../transforms/output/readValues";
import { valuePath } from "../../transforms/output/writeValues";
import { PIECES } from "./build";
import { bornOutOfNoise, clusterHistory } from "./history";
import { isNamedNoise } from "./suggestName";

/** An earlier discovery, as far as a later one is compared with it. */
export interface Previous {
  readonly id: string;
  readonly apps: readonly AppDiscovery[];
  readonly categories: CategoriesFile;
  readonly spaces: readonly KeyedFile[];
  readonly choices: readonly KeyedFile[];
}

/**
 * Reads an earlier discovery.
 * @throws UserError when there is none of that id, or its categories have problems
 */
export async function readPrevious(output: string, id: string): Promise<Previous> {
  const folder = `${output}/discovery/${id}`;
  const place = placeOf(folder);
  if ((await place.stat(`${folder}/discovery.json`)) === null) {
    throw new UserError(`there is no discovery ${id} in ${output}`, ["--no-previous compares with none"]);
  }
  const { apps } = decodeJson(await place.read(`${folder}/discovery.json`)) as DiscoveryReport;
  const text = Buffer.from(await place.read(`${folder}/categories.yaml`)).toString("utf8");
  const clustered = apps.filter(({ k }) => k !== null);
  const files = (prefix: string) => clustered.map(({ app }) => ({ key: app, path: valuePath(folder, app, prefix, ".json") }));
  return {
    id,
    apps: clustered,
    categories: parseCategories(text, `${folder}/categories.yaml`),
    spaces: files(PIECES.space),
    choices: files(PIECES.choice),
  };
}

/** What became of the clusters of every app that both discoveries have. */
export async function changesSince(previous: Previous, folder: string, apps: readonly AppDiscovery[]): Promise<ClusterHistory[]> {
  const changes: ClusterHistory[] = [];
  const noiseOf = (cards: readonly ClusterCard[]) => new Set(cards.filter(isNamedNoise).map(({ cluster }) => cluster));
  for (const { app, k, cards } of apps) {
    const path = valuePath(folder, app, PIECES.matches, ".json");
    const old = previous.apps.find((one) => one.app === app);
    const sizes = old?.candidates.find((row) => row.k === old.k)?.sizes;
    if (k === null || sizes === undefined || (await placeOf(path).stat(path)) === null) continue;
    const counts = decodeJson(await placeOf(path).read(path)) as Counts;
    const history = clusterHistory(app, counts, sizes, k);
    changes.push(...bornOutOfNoise(history, counts, noiseOf(old!.cards), noiseOf(cards)));
  }
  return changes;
}

/** Id of the discovery that was finished last, or null where there is none. */
export async function newestDiscovery(output: string, except: string | null = null): Promise<string | null> {
  const found = (await placeOf(output).list(`${output}/discovery/`)).filter(({ path }) => path.endsWith("/discovery.json"));
  const finished = await Promise.all(found.map(async ({ path }) => ({ id: path.split("/").at(-2), at: await timeOf(path) })));
  const others = finished.filter(({ id }) => id !== except).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return others.at(-1)?.id ?? null;
}

/** When a file was written; where a store does not say, the ids (which begin with dates) decide. */
const timeOf = async (path: string) => (await placeOf(path).stat(path))?.modifiedMs ?? 0;
