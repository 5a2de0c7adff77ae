import { randomUUID } from "node:crypto";
import { runPipeline } from "../../beam/run";
import { stage } from "../../beam/stages";
import { thisProcess } from "../../io/runs/owner";
import { jobPath, removeAll, workFolder, writeJson } from "../../io/runs/runFolder";
import type { JobFile } from "../../io/runs/sweep";
import { decodeReadCounts } from "../../transforms/events/readCounts";
import { readEvents } from "../../transforms/events/readEvents";
import { readSettingsOf } from "../../transforms/events/readSettings";
import { readFacts, WriteFactsFn } from "../../transforms/output/writeFacts";
import { runSettingsOf } from "../runSettings";
import { READ_FACT } from "./build";
import { rememberFiles } from "./fileTimes";
import { readProjectState, type ProjectState } from "./plan";
import type { ScoreHooks } from "./score";

/** A range that holds no time: rows are read for their times and none is packed. */
const NO_TIME = { fromMs: 0, toMs: 0 };

/**
 * Reads the files whose times are not known yet, for their times alone, so that a late file makes stale the days it touches and no
 * other.
 * @returns the state with the times learned
 */
export async function learnTimes(state: ProjectState, hooks: ScoreHooks): Promise<ProjectState> {
  const { config } = state;
  const unread = state.files.filter(({ learned }) => learned === null).map(({ file }) => file);
  if (unread.length === 0) return state;
  const output = config.output.path;
  const jobId = `times-${randomUUID()}`;
  const folder = workFolder(output, jobId);
  const job: JobFile = { jobId, days: {}, ...thisProcess(Date.now()) };
  try {
    await writeJson(jobPath(output, jobId), job);
    await runPipeline(
      "sessionary-file-times",
      (root) => {
        const { counts } = readEvents(root, unread, readSettingsOf(config, state, NO_TIME, 1));
        counts.apply(stage("WriteReadCounts", new WriteFactsFn(`${folder}/facts`, "")));
      },
      runSettingsOf(config),
      hooks.onProgress,
    );
    const counts = (await readFacts(`${folder}/facts`)).get(READ_FACT);
    if (counts !== undefined) await rememberFiles(config, unread, decodeReadCounts(counts).files);
  } finally {
    await removeAll(folder);
  }
  return readProjectState(config);
}
