import { composite, combinePerKey, onlyKeys, stage } from "../../beam/stages";
import type { KeyedBytes, PCollection, Root } from "../../beam/types";
import type { InputFile } from "../../io/inputs/inputFile";
import type { Config } from "../../model/config";
import { dayNumber } from "../../model/localDays";
import { SumCountsCombineFn } from "../../transforms/counts/sumCountsCombineFn";
import { readEvents } from "../../transforms/events/readEvents";
import type { ReadSettings } from "../../transforms/events/readSettings";
import { readModel } from "../../transforms/output/readModel";
import { dayPrefix, SplitByDayFn } from "../../transforms/output/splitByDay";
import { writeDeadLetters } from "../../transforms/output/writeDeadLetters";
import { WriteFactsFn } from "../../transforms/output/writeFacts";
import type { WriteSettings } from "../../transforms/output/writeSettings";
import { writeShards } from "../../transforms/output/writeShards";
import { scoreSessions } from "../../transforms/scoring/scoreSessions";
import type { ScoreOptions } from "../../transforms/scoring/scoreBlock";
import { cutOptionsOf } from "../../transforms/sessions/cutOptions";
import { sessionize } from "../../transforms/sessions/sessionize";
import { CUT_COUNTS_KEY } from "../../transforms/sessions/sessionizeByGap";

/** A scoring pipeline, as plain data. */
export interface ScoreJob {
  readonly config: Config;
  readonly files: readonly InputFile[];
  readonly read: ReadSettings;
  readonly modelFolder: string;
  readonly modelId: string;
  /** One entry a day, ascending, without holes. */
  readonly days: readonly WriteSettings[];
  readonly facts: string;
  /** Where the sets of users go, if there are any. */
  readonly users: string;
}

/** Keys of the facts that the pipeline writes for the driver. */
export const READ_FACT = "counts";
export const CUT_FACT = CUT_COUNTS_KEY;
/** Followed by the app. */
export const noiseFact = (date: string) => `noise/${date}/`;

/**
 * The scoring pipeline (DESIGN §5.4) over one day or several in a row.
 *
 * Logs are read and sessions cut once; then each day is a batch of its own: its noise shares are divided by the mean of that day, and its
 * files are the bytes that a job over that day alone writes.
 */
export function buildScore(job: ScoreJob): (root: Root) => void {
  return (root) => {
    const { config, days } = job;
    const first = days[0] as WriteSettings;
    const last = days.at(-1) as WriteSettings;
    const events = readEvents(root, job.files, job.read);
    const owned = { from: dayNumber(first.date), to: dayNumber(last.date) };
    const cut = events.blocks.apply(sessionize(cutOptionsOf(config, owned)));
    const sessions = cut.apply(onlyKeys("SessionBlocks", "shard-"));
    const model = root.apply(readModel(job.modelFolder, job.modelId));
    const byDay = days.length === 1 ? null : sessions.apply(stage("SplitByDay", new SplitByDayFn(days.map(({ date }) => date))));
    for (const day of days) {
      const own = byDay?.apply(onlyKeys(`Sessions ${day.date}`, dayPrefix(day.date))) ?? sessions;
      own.apply(scoreDay(model, scoreOptionsOf(config), day, job.facts));
    }
    events.deadLetters.apply(writeDeadLetters(first));
    events.counts.apply(stage("WriteReadCounts", new WriteFactsFn(job.facts, "")));
    events.users?.apply(stage("WriteUsers", new WriteFactsFn(job.users, "")));
    cut
      .apply(onlyKeys("CutCounts", CUT_COUNTS_KEY))
      .apply(combinePerKey("SumCutCounts", new SumCountsCombineFn()))
      .apply(stage("WriteCutCounts", new WriteFactsFn(job.facts, "")));
  };
}

/** Scores one day's sessions as a batch and writes them. */
function scoreDay(model: PCollection<KeyedBytes>, options: ScoreOptions, day: WriteSettings, facts: string) {
  return composite(`Day ${day.date}`, (sessions: PCollection<KeyedBytes>): PCollection<KeyedBytes> => {
    const { scored, noise } = sessions.apply(scoreSessions(model, options));
    noise.apply(stage("WriteMeanNoise", new WriteFactsFn(facts, noiseFact(day.date))));
    return scored.apply(writeShards(day));
  });
}

export function scoreOptionsOf({ sessions, scoring }: Config): ScoreOptions {
  return { minEvents: sessions.minEvents, minConfidence: scoring.minConfidence, minBatchSessions: scoring.minBatchSessions };
}
