import { runPipeline } from "../../beam/run";
import type { ProgressSnapshot, RunReport } from "../../beam/types";
import { placeOf } from "../../io/places/place";
import { formatCategories } from "../../model/categories";
import type { Config } from "../../model/config";
import { dateOfDay, dayNumber } from "../../model/localDays";
import type { Counts } from "../../model/counts";
import type { AppDiscovery, DiscoveryReport } from "../../model/discoveryReport";
import { UserError } from "../../model/errors";
import { decodeJson, encodeJson } from "../../model/json";
import { decodeReadCounts, NO_READ_COUNTS, type ReadCounts } from "../../transforms/events/readCounts";
import { cutOptionsOf, readRangeMs } from "../../transforms/sessions/cutOptions";
import { inputId } from "../inputId";
import { nothingFound } from "../nothingFound";
import { planRead } from "../readPlan";
import { emptyFolder, readOptional } from "../resultFolder";
import { parseWorkKey } from "../../transforms/discovery/keys";
import { valuePath } from "../../transforms/output/writeValues";
import { runSettingsOf } from "../runSettings";
import { assembleApps } from "./assemble";
import { buildDiscovery, TIMELINE_EVENTS } from "./build";
import { discoveryPage } from "../../report/pages/discoveryPage";
import { matchesAcross } from "./likeness";
import { pageOf } from "./pageOf";
import { changesSince, newestDiscovery, readPrevious } from "./previous";
import { proposeCategories } from "./proposeCategories";
import { findEarlier, NOTHING_FOUND, type KnownEvaluation } from "./resume";

export interface DiscoverOptions {
  /** Local dates, inclusive; null = all there is. */
  readonly dates: { readonly from: string; readonly to: string } | null;
  /** Reuse what earlier discoveries of the same sessions evaluated, k by k. */
  readonly resume?: boolean;
  /** Id of the discovery whose categories are carried over; null = none, undefined = the newest other one. */
  readonly previous?: string | null;
}

export interface DiscoverResult {
  readonly report: DiscoveryReport;
  /** Folder of the discovery. */
  readonly folder: string;
  readonly categoriesPath: string;
  readonly pagePath: string;
  readonly read: ReadCounts;
  readonly run: RunReport;
}

/** Part of what evaluations are valid for: another number, and none is reused. */
const EVALUATION_FORMAT = 3;

/**
 * Discovers the groups of sessions of every app and proposes categories. Writes `discovery/<id>/` below the output: the labelled sample,
 * `categories.yaml`, and last of all `discovery.json`, without which the folder does not count.
 * @throws UserError when there is no session in the range, saying which range the data has
 */
export async function discover(
  config: Config,
  options: DiscoverOptions,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<DiscoverResult> {
  const owned = options.dates && { from: dayNumber(options.dates.from), to: dayNumber(options.dates.to) };
  const cut = cutOptionsOf(config, owned, { sequenceEvents: TIMELINE_EVENTS });
  const plan = await planRead(config, owned && readRangeMs(cut, owned.from, owned.to));
  const { discovery, sessions: sessionRules, input, apps: appRules, traffic, zone } = config;
  const settings = [sessionRules, input, appRules, traffic, zone];
  const id = inputId(options.dates, plan, [discovery, ...settings]);
  // The same for every choice of k: an evaluation of one k holds for any range.
  const basis = inputId(options.dates, plan, [
    { ...discovery, kMin: 0, kMax: 0, k: {}, nullRuns: 0 },
    ...settings,
    EVALUATION_FORMAT,
  ]);
  const folder = `${config.output.path}/discovery/${id}`;
  const earlier = options.resume ? await findEarlier(config, basis) : NOTHING_FOUND;
  const previousId = options.previous === undefined ? await newestDiscovery(config.output.path, id) : options.previous;
  const previous = previousId === null ? null : await readPrevious(config.output.path, previousId);
  await emptyFolder(folder, "discovery.json");
  const known: KnownEvaluation[] = [];
  for (const [key, bytes] of earlier.evaluations) {
    const path = valuePath(folder, key, "evaluated-", ".json");
    await placeOf(path).write(path, bytes);
    known.push({ key, app: parseWorkKey(key, 1).app, path });
  }
  const run = await runPipeline(
    "discover",
    (root) => buildDiscovery(root, config, { read: plan, cut, folder, known, knownVerdicts: earlier.verdicts, previous }),
    runSettingsOf(config),
    onProgress,
  );
  const read = await readOptional(`${folder}/read-counts.json`, (bytes) => decodeReadCounts(bytes), NO_READ_COUNTS);
  const sessions = await readOptional(
    `${folder}/cut-counts.json`,
    (bytes) => (decodeJson(bytes) as Counts)["sessions"] as number,
    0,
  );
  const apps = await assembleApps(folder, config);
  if (apps.length === 0) throw sessions > 0 ? nothingToLearn(config, sessions) : nothingFound(options.dates, read);
  const report: DiscoveryReport = {
    kind: "sessionary-discovery",
    format: 1,
    id,
    basis,
    reusedEvaluations: known.length,
    project: config.project,
    dates: owned ? [dateOfDay(owned.from), dateOfDay(owned.to)] : [],
    rowsRead: read.rowsRead,
    sessions,
    apps,
    matches: matchesAcross(apps),
    previous: previous && { id: previous.id, changes: await changesSince(previous, folder, apps) },
  };
  const categoriesPath = `${folder}/categories.yaml`;
  const carried = previous && report.previous && { categories: previous.categories, changes: report.previous.changes };
  const categories = proposeCategories(id, apps, carried);
  const pagePath = `${folder}/discovery.html`;
  await placeOf(folder).write(categoriesPath, Buffer.from(formatCategories(categories)));
  await placeOf(folder).write(
    pagePath,
    Buffer.from(discoveryPage(pageOf(report, categories, config.zone, previous?.categories ?? null))),
  );
  await placeOf(folder).write(`${folder}/discovery.json`, encodeJson(report));
  return { report, folder, categoriesPath, pagePath, read, run };
}

/** Whether any app has groups worth naming: the exit code hangs on it. */
export const hasStructure = (apps: readonly AppDiscovery[]) =>
  apps.some(({ tooLittle, verdict }) => tooLittle === null && verdict?.structure !== "none");

/** There were rows, and no session that may be learned from. */
function nothingToLearn(config: Config, sessions: number): UserError {
  const { minEvents } = config.sessions;
  return new UserError(
    `none of the ${sessions} sessions can be learned from: all are robots, staff, or shorter than ${minEvents} events`,
    ["lower sessions.minEvents, or look at the traffic rules"],
  );
}
