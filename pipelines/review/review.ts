import { placeOf } from "../../io/places/place";
import type { Config } from "../../model/config";
import { UserError } from "../../model/errors";
import type { DiscoveryReport } from "../../model/discoveryReport";
import { decodeJson } from "../../model/json";
import { startReview, type ReviewServer } from "../../review/server";
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
  const server = await startReview({ report, zone: config.zone, categoriesPath, configPath }, port);
  return { ...server, discovery: id, categoriesPath };
}
