import { publishedDay } from "../../io/delta/publish";
import { NO_TABLE } from "../../io/delta/snapshot";
import { placeOf } from "../../io/places/place";
import type { RestatedCounts } from "../../io/runs/manifest";
import { manifestFolder } from "../../io/runs/runFolder";
import { filePath, sqlColumns } from "../../io/tables/tableFiles";
import { withTableSql } from "../../io/tables/sql";
import { sessionsTable } from "../../model/tables/tables";
import type { Receipt } from "../../transforms/output/writeSettings";
import type { DayPlan, ProjectState } from "./plan";

/**
 * What a day's new sessions change against those shown now: late events move the first event of a session, and with it its id. Writes the
 * list of ids that went and came beside the manifest.
 *
 * @returns null when nothing of the day is shown yet
 */
export async function restatedSessions(
  state: ProjectState,
  plan: DayPlan,
  receipts: readonly Receipt[],
): Promise<RestatedCounts | null> {
  const output = state.config.output.path;
  const root = `${output}/sessions`;
  const shown = publishedDay(state.snapshots.get("sessions") ?? NO_TABLE, plan.date);
  if (shown === null || shown.fingerprint === plan.fingerprint) return null;
  const before = shown.files.map((file) => filePath(root, file));
  const after = receipts.filter(({ table }) => table === "sessions").map(({ path }) => `${root}/${path}`);
  const { counts, pairs } = await withTableSql(async (sql) => {
    const columns = sqlColumns(sessionsTable([]).columns);
    const [old, fresh] = [await sql.files(before, columns), await sql.files(after, columns)];
    const [counts] = await sql.rows<{ same: number; changed: number; added: number; removed: number }>(`
      SELECT count(*) FILTER (o.session_id = n.session_id AND ${SAME_CONTENT}) AS same,
             count(*) FILTER (o.session_id = n.session_id AND NOT ${SAME_CONTENT}) AS changed,
             count(*) FILTER (o.session_id IS NULL) AS added,
             count(*) FILTER (n.session_id IS NULL) AS removed
      FROM ${old} o FULL JOIN ${fresh} n ON o.session_id = n.session_id`);
    // A session that went and one that came are one to the other where the same user was active at the same time.
    const pairs = await sql.rows<{ old: string | null; new: string | null }>(`
      WITH gone AS (SELECT * FROM ${old} WHERE session_id NOT IN (SELECT session_id FROM ${fresh})),
           come AS (SELECT * FROM ${fresh} WHERE session_id NOT IN (SELECT session_id FROM ${old}))
      SELECT gone.session_id AS old, come.session_id AS new
      FROM gone FULL JOIN come
        ON gone.app = come.app AND gone."user" = come."user" AND gone.start <= come."end" AND come.start <= gone."end"
      ORDER BY 1, 2`);
    return { counts, pairs };
  });
  if (counts === undefined) throw new Error("a count without rows");
  let list: string | null = null;
  if (pairs.length > 0) {
    list = `${manifestFolder(output, plan.runId)}/restated.jsonl`;
    const lines = pairs.map((pair) => `${JSON.stringify({ old: pair.old, new: pair.new })}\n`);
    await placeOf(list).write(list, Buffer.from(lines.join(""), "utf8"));
  }
  return { before: shown.runId, ...counts, list };
}

const SAME_CONTENT = `(o."end" = n."end" AND o.event_count = n.event_count AND o.category_id = n.category_id AND o.traffic = n.traffic)`;
