import { placeOf } from "../../io/places/place";
import type { Config } from "../../model/config";
import { UserError } from "../../model/errors";
import type { DiscoveryReport } from "../../model/discoveryReport";
import { decodeJson } from "../../model/json";
import { startReview, type ReviewServer } from "../../review/server";
import { discoveryPage } from "../../report/pages/discoveryPage";
import { parseCategories, type CategoriesFile } from "../../model/categories";
import { pageOf } from "../discover/pageOf";
import { newestDiscovery } from "../discover/previous";

export interface ReviewOptions {
  readonly configPath: string;
  /** Id of a discovery; null = the newest. */
  readonly discovery: string | null;
  /** 0 = any free port. */
  readonly port: number;
}

export interface Review extends ReviewServer {
  readonly discovery: string;
  readonly categoriesPath: string;
}

/**
 * Opens the review page of a discovery.
 * @throws UserError when there is no such discovery
 */
export async function review(config: Config, { configPath, discovery, port }: ReviewOptions): Promise<Review> {
  const id = discovery ?? (await newestDiscovery(config.output.path));
  if (id === null) throw new UserError(`there is no discovery in ${config.output.path}`, ["run discover first"]);
  const folder = `${config.output.path}/discovery/${id}`;
  const place = placeOf(folder);
  if ((await place.stat(`${folder}/discovery.json`)) === null)
    throw new UserError(`there is no discovery ${id} in ${config.output.path}`);
  const report = decodeJson(await place.read(`${folder}/discovery.json`)) as DiscoveryReport;
  const categoriesPath = `${folder}/categories.yaml`;
  const earlier = report.previous && (await earlierCategories(config.output.path, report.previous.id));
  const reportPage = (categories: CategoriesFile) => discoveryPage(pageOf(report, categories, config.zone, earlier));
  const server = await startReview({ report, zone: config.zone, categoriesPath, configPath, earlier, reportPage }, port);
  return { ...server, discovery: id, categoriesPath };
}

/** Categories of the discovery that this one was compared with; null where they are gone or broken, so that clusters are told by number. */
async function earlierCategories(output: string, id: string): Promise<CategoriesFile | null> {
  const path = `${output}/discovery/${id}/categories.yaml`;
  try {
    return parseCategories(Buffer.from(await placeOf(path).read(path)).toString("utf8"), path);
  } catch {
    return null;
  }
}
