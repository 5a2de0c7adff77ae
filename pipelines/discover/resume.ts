import { basename } from "node:path/posix";
import { placeOf } from "../../io/places/place";
import type { Config } from "../../model/config";
import type { DiscoveryReport } from "../../model/discoveryReport";
import { decodeJson } from "../../model/json";
import { chosenK } from "../../transforms/discovery/keys";
import { workOfEvaluatedFile } from "../../transforms/discovery/evaluatedK";

/** An evaluation that lies in a discovery's folder. */
export interface KnownEvaluation {
  /** Work key (app, k), and its app. */
  readonly key: string;
  readonly app: string;
  readonly path: string;
}

/** Evaluations of the same sessions by earlier discoveries, with their bytes, as far as the settings ask for their k. */
export async function findEvaluations(config: Config, basis: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const place = placeOf(config.output.path);
  const files = (await place.list(`${config.output.path}/discovery/`)).map(({ path }) => path);
  const found = new Map<string, Uint8Array>();
  for (const reportPath of files.filter((path) => basename(path) === "discovery.json")) {
    if ((decodeJson(await place.read(reportPath)) as DiscoveryReport).basis !== basis) continue;
    const folder = reportPath.slice(0, -"/discovery.json".length);
    for (const path of files.filter((file) => file.startsWith(`${folder}/`))) {
      const work = workOfEvaluatedFile(basename(path));
      if (work !== null && !found.has(work.key) && isWanted(config, work.app, work.k))
        found.set(work.key, await place.read(path));
    }
  }
  return found;
}

function isWanted({ discovery }: Config, app: string, k: number): boolean {
  return (k >= discovery.kMin && k <= discovery.kMax) || chosenK(discovery.k, app) === k;
}
