import { basename } from "node:path/posix";
import { placeOf } from "../../io/places/place";
import type { Config } from "../../model/config";
import type { DiscoveryReport } from "../../model/discoveryReport";
import { decodeJson } from "../../model/json";
import type { StructureVerdict } from "../../transforms/discovery/chooseClusters";
import { chosenK, workKey } from "../../transforms/discovery/keys";
import { workOfEvaluatedFile } from "../../transforms/discovery/evaluatedK";

/** An evaluation that lies in a discovery's folder. */
export interface KnownEvaluation {
  /** Work key (app, k), and its app. */
  readonly key: string;
  readonly app: string;
  readonly path: string;
}

/** What earlier discoveries of the same sessions found. */
export interface Found {
  /** Evaluations with their bytes, by work key (app, k), as far as the settings ask for their k. */
  readonly evaluations: ReadonlyMap<string, Uint8Array>;
  /** Verdicts against as many twins, by work key (app, k). */
  readonly verdicts: Readonly<Record<string, StructureVerdict>>;
}

export const NOTHING_FOUND: Found = { evaluations: new Map(), verdicts: {} };

/** Looks through the discoveries in the output for evaluations and verdicts of the same sessions. */
export async function findEarlier(config: Config, basis: string): Promise<Found> {
  const place = placeOf(config.output.path);
  const files = (await place.list(`${config.output.path}/discovery/`)).map(({ path }) => path);
  const evaluations = new Map<string, Uint8Array>();
  const verdicts: Record<string, StructureVerdict> = {};
  for (const reportPath of files.filter((path) => basename(path) === "discovery.json")) {
    const report = decodeJson(await place.read(reportPath)) as DiscoveryReport;
    if (report.basis !== basis) continue;
    for (const { app, k, verdict } of report.apps) {
      if (k !== null && verdict?.twins === 2 * config.discovery.nullRuns) verdicts[workKey(app, k)] ??= verdict;
    }
    const folder = reportPath.slice(0, -"/discovery.json".length);
    for (const path of files.filter((file) => file.startsWith(`${folder}/`))) {
      const work = workOfEvaluatedFile(basename(path));
      if (work !== null && !evaluations.has(work.key) && isWanted(config, work.app, work.k))
        evaluations.set(work.key, await place.read(path));
    }
  }
  return { evaluations, verdicts };
}

function isWanted({ discovery }: Config, app: string, k: number): boolean {
  return (k >= discovery.kMin && k <= discovery.kMax) || chosenK(discovery.k, app) === k;
}
