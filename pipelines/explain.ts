import { randomUUID } from "node:crypto";
import type { ProgressSnapshot } from "../beam/progress";
import { runPipeline } from "../beam/run";
import { onlyKeys, stage } from "../beam/stages";
import { readSnapshot } from "../io/delta/deltaLog";
import { readManifest } from "../io/runs/manifest";
import { thisProcess } from "../io/runs/owner";
import { jobPath, removeAll, workFolder, writeJson } from "../io/runs/runFolder";
import { quoted, withTableSql } from "../io/tables/sql";
import { sqlColumns, tableColumns, tableFiles } from "../io/tables/tableFiles";
import type { Config } from "../model/config";
import { UserError } from "../model/errors";
import { dayNumber } from "../model/localDays";
import { decodeSessionBlock, stringAt, type SessionBlock } from "../model/sessionBlock";
import { sessionsTable } from "../model/tables/tables";
import { readEvents } from "../transforms/events/readEvents";
import { readSettingsOf } from "../transforms/events/readSettings";
import { PickSessionFn } from "../transforms/output/pickSession";
import { readFacts, WriteFactsFn } from "../transforms/output/writeFacts";
import { explainScore, type ScoreExplanation } from "../transforms/scoring/explainScore";
import { loadModel } from "../transforms/scoring/loadModel";
import { cutOptionsOf } from "../transforms/sessions/cutOptions";
import { sessionizeByGap } from "../transforms/sessions/sessionizeByGap";
import { runSettingsOf } from "./runSettings";
import { planDay, readProjectState, shardsOf } from "./score/plan";

/** Which session: by its id, or the one of a user that was going on at a time. */
export type ExplainQuestion =
  { readonly sessionId: string } | { readonly user: string; readonly app: string | null; readonly atMs: number };

/** A session as the table shows it. */
export interface ShownSession {
  readonly session_id: string;
  readonly user: string;
  readonly app: string;
  readonly date: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly event_count: number;
  readonly end_reason: string;
  readonly traffic: string;
  readonly category_id: string;
  readonly category: string;
  readonly confidence: number | null;
  readonly noise_feature: number | null;
  readonly duplicates_dropped: number;
  readonly model: string;
  readonly run_id: string;
}

export interface ExplainReport {
  readonly session: ShownSession;
  /** Its events in order; null when the logs do not hold the session any more as it was scored. */
  readonly events: readonly { readonly ms: number; readonly name: string }[] | null;
  /** Null where the session was not scored: too short, an app without a model, or gone from the logs. */
  readonly score: ScoreExplanation | null;
  /** Whether the category computed now is the one in the table; null where nothing was computed. */
  readonly agrees: boolean | null;
}

/** Most events of a session that are listed. */
const MOST_EVENTS = 10_000;

/**
 * Explains one session of the table: its events out of the logs, what each weighs, the noise feature and the votes of the forest.
 * @throws UserError when the table has no such session, or its model is gone
 */
export async function explain(
  config: Config,
  question: ExplainQuestion,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<ExplainReport> {
  const session = await findSession(config, question);
  const block = await readSession(config, session, onProgress);
  const row = block === null ? -1 : rowOf(block, session);
  if (block === null || row < 0) return { session, events: null, score: null, agrees: null };
  const events = eventsOf(block, row);
  const { bundle } = await loadModel(await folderOfModel(config, session.model));
  const model = bundle.apps.find(({ app }) => app === session.app);
  if (model === undefined || session.confidence === null) return { session, events, score: null, agrees: null };
  const manifest = await readManifest(config.output.path, session.run_id);
  const noise = manifest?.day.noise[session.app];
  const score = explainScore(block, row, model, bundle.categories, noise?.used === "batch" ? noise.mean : model.meanNoise);
  return { session, events, score, agrees: score.votes[0]?.categoryId === session.category_id };
}

async function findSession(config: Config, question: ExplainQuestion): Promise<ShownSession> {
  const root = `${config.output.path}/sessions`;
  const snapshot = await readSnapshot(root);
  const found = await withTableSql(async (sql) => {
    const columns = sqlColumns(tableColumns(snapshot, sessionsTable(config.input.attributes).columns));
    const view = await sql.files(tableFiles(snapshot, root), columns);
    const where =
      "sessionId" in question
        ? `session_id = '${quoted(question.sessionId)}'`
        : `"user" = '${quoted(question.user)}' AND epoch_ms(start) <= ${question.atMs} AND epoch_ms("end") >= ${question.atMs}` +
          (question.app === null ? "" : ` AND app = '${quoted(question.app)}'`);
    return sql.rows<ShownSession>(`
      SELECT session_id, "user", app, strftime(date, '%Y-%m-%d') AS date, epoch_ms(start) AS "startMs", epoch_ms("end") AS "endMs",
             event_count, end_reason, traffic, category_id, category, confidence, noise_feature, duplicates_dropped, model, run_id
      FROM ${view} WHERE ${where} ORDER BY start, session_id LIMIT 2`);
  });
  const [session] = found;
  if (session !== undefined) return session;
  throw "sessionId" in question
    ? new UserError(`the table sessions has no session ${question.sessionId}`)
    : new UserError(`the table sessions has no session of ${question.user} at ${new Date(question.atMs).toISOString()}`, [
        "times are UTC unless they say another zone",
      ]);
}

/** Reads the logs around the session's day and cuts its user's sessions anew. */
async function readSession(
  config: Config,
  session: ShownSession,
  onProgress?: (progress: ProgressSnapshot) => void,
): Promise<SessionBlock | null> {
  const state = await readProjectState(config);
  const plan = planDay(state, session.date);
  const output = config.output.path;
  const jobId = `explain-${randomUUID()}`;
  const folder = workFolder(output, jobId);
  const day = dayNumber(session.date);
  const options = cutOptionsOf(config, { from: day, to: day }, { sequenceEvents: MOST_EVENTS });
  const salt = config.output.pseudonymize ? config.output.salt : null;
  try {
    await writeJson(jobPath(output, jobId), { jobId, days: {}, ...thisProcess(Date.now()) });
    await runPipeline(
      "sessionary-explain",
      (root) => {
        const settings = readSettingsOf(config, state, plan.range, shardsOf(config, [plan], plan.files));
        readEvents(root, plan.files, settings)
          .blocks.apply(sessionizeByGap(options))
          .apply(onlyKeys("SessionBlocks", "shard-"))
          .apply(
            stage("PickSession", new PickSessionFn({ app: session.app, user: session.user, startMs: session.startMs, salt })),
          )
          .apply(stage("WriteSession", new WriteFactsFn(`${folder}/facts`, "")));
      },
      runSettingsOf(config),
      onProgress,
    );
    const [bytes] = (await readFacts(`${folder}/facts`)).values();
    return bytes === undefined ? null : decodeSessionBlock(bytes);
  } finally {
    await removeAll(folder);
  }
}

/** Given sessions may start together; their number of events and end tell them apart. */
function rowOf(block: SessionBlock, session: ShownSession): number {
  return block.startMs.findIndex((_, i) => block.endMs[i] === session.endMs && block.eventCount[i] === session.event_count);
}

function eventsOf({ sequence, startMs, strings }: SessionBlock, row: number): { ms: number; name: string }[] {
  if (sequence === null) return [];
  const { offsets, events, ms } = sequence;
  return Array.from({ length: offsets[row + 1]! - offsets[row]! }, (_, i) => ({
    ms: startMs[row]! + ms[offsets[row]! + i]!,
    name: stringAt(strings, events[offsets[row]! + i]!),
  }));
}

async function folderOfModel(config: Config, id: string): Promise<string> {
  const { scoring, output } = config;
  if (scoring.model !== null && (await loadModel(scoring.model)).bundle.id === id) return scoring.model;
  return `${output.path}/models/${id}`;
}
