import { runPipeline } from "../../beam/run";
import type { ProgressSnapshot, Root, RunReport } from "../../beam/types";
import { placeOf } from "../../io/places/place";
import type { Config } from "../../model/config";
import { decodeCounts } from "../../model/counts";
import { encodeJson } from "../../model/json";
import { dayNumber, dayStartMs } from "../../model/localDays";
import type { ProfileReport } from "../../model/profileReport";
import { decodeReadCounts, NO_READ_COUNTS, type ReadCounts } from "../../transforms/events/readCounts";
import { readEvents } from "../../transforms/events/readEvents";
import { writeValues } from "../../transforms/output/writeValues";
import { profileEvents } from "../../transforms/profile/profileEvents";
import { profilePage } from "../../report/pages/profilePage";
import { inputId } from "../inputId";
import { nothingFound } from "../nothingFound";
import { planRead, type ReadPlan } from "../readPlan";
import { emptyFolder, readOptional } from "../resultFolder";
import { runSettingsOf } from "../runSettings";
import { appProfiles, datesOf, eventProfiles } from "./assemble";
import { proposedRules } from "./behaviourProposal";
import { pageOf } from "./pageOf";
import { remarksOf } from "./remarks";

export interface ProfileOptions {
  /** Local dates, inclusive; null = all there is. */
  readonly dates: { readonly from: string; readonly to: string } | null;
}

export interface ProfileResult {
  readonly report: ProfileReport;
  readonly folder: string;
  readonly pagePath: string;
  readonly read: ReadCounts;
  readonly run: RunReport;
}

/**
 * Looks at the logs before anything is learned: data quality, users and events by day, pauses with a proposed gap per app, events that
 * look like background, users that look like robots. Writes `profile/<id>/` below the output: `profile.html`, and last `profile.json`.
 * @throws UserError when there is no event in the range, saying which range the data has
 */
export async function profile(
  config: Config,
  options: ProfileOptions,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<ProfileResult> {
  const range = options.dates && {
    fromMs: dayStartMs(dayNumber(options.dates.from), config.zone),
    toMs: dayStartMs(dayNumber(options.dates.to) + 1, config.zone),
  };
  const plan = await planRead(config, range);
  const id = inputId(options.dates, plan, [config.input, config.apps, config.traffic, config.zone]);
  const folder = `${config.output.path}/profile/${id}`;
  await emptyFolder(folder, "profile.json");
  const run = await runPipeline("profile", (root) => buildProfile(root, config, plan, folder), runSettingsOf(config), onProgress);
  const read = await readOptional(`${folder}/read-counts.json`, decodeReadCounts, NO_READ_COUNTS);
  if (read.eventsPacked === 0) throw nothingFound(options.dates, read);
  const counts = await readOptional(`${folder}/counts-profile.json`, decodeCounts, {});
  const dates = datesOf(counts);
  const givenSessions = config.input.sessionId !== null;
  const apps = appProfiles(counts, givenSessions, config.discovery.seed, config.traffic.behaviour.maxEventsPerHour === null);
  const events = eventProfiles(counts, dates);
  const report: ProfileReport = {
    kind: "sessionary-profile",
    format: 1,
    id,
    project: config.project,
    zone: config.zone,
    givenSessions,
    dates,
    rowsRead: read.rowsRead,
    setAside: read.setAside,
    apps,
    events,
    remarks: remarksOf(config, read, apps, events),
  };
  const pagePath = `${folder}/profile.html`;
  await placeOf(folder).write(pagePath, Buffer.from(profilePage(pageOf(report, plan.settings.catalogue))));
  await placeOf(folder).write(`${folder}/profile.json`, encodeJson(report));
  return { report, folder, pagePath, read, run };
}

/** The pipeline: read → pack → group by shard → profile → sum. */
export function buildProfile(root: Root, config: Config, plan: ReadPlan, folder: string): void {
  const { blocks, counts } = readEvents(root, plan.files, plan.settings);
  const behaviour = proposedRules(config.traffic.behaviour);
  blocks.apply(profileEvents({ zone: config.zone, behaviour })).apply(writeValues("WriteProfile", folder, "counts-"));
  counts.apply(writeValues("WriteReadCounts", folder, "read-", ".json"));
}
