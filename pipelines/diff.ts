import { publishedDates } from "../io/delta/publish";
import { latestVersion, readSnapshot } from "../io/delta/deltaLog";
import type { Snapshot } from "../io/delta/snapshot";
import { withTableSql } from "../io/tables/sql";
import { sqlColumns, tableFiles } from "../io/tables/tableFiles";
import type { Config } from "../model/config";
import { UserError } from "../model/errors";
import { sessionsTable } from "../model/tables/tables";

export interface DiffOptions {
  readonly from: string;
  readonly to: string;
  /** Older and newer version of the `sessions` table; null = the newest and the one before it. */
  readonly versions: readonly [number, number] | null;
}

/** Sessions of both versions that changed from one category to another, or stayed. */
export interface CategoryMove {
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  /** Share of the sessions that had `from` before, 0..1. */
  readonly share: number;
}

export interface DiffReport {
  readonly versions: readonly [number, number];
  readonly dates: readonly { readonly date: string; readonly before: number; readonly after: number; readonly models: string }[];
  readonly before: number;
  readonly after: number;
  readonly onlyBefore: number;
  readonly onlyAfter: number;
  readonly both: number;
  /** Sessions of both with another end, number of events or traffic. */
  readonly otherContent: number;
  readonly moves: readonly CategoryMove[];
  /** Share of the sessions of both whose category is another one, 0..1; 0 where there are none. */
  readonly movedShare: number;
}

/**
 * Compares two versions of the same days: sessions that only one has (by session id), and how categories moved.
 * @throws UserError when a version does not exist, or neither shows a day of the range
 */
export async function diffVersions(config: Config, options: DiffOptions): Promise<DiffReport> {
  const root = `${config.output.path}/sessions`;
  const newest = await latestVersion(root);
  const versions = options.versions ?? ([newest - 1, newest] as const);
  const [a, b] = [await readSnapshot(root, versions[0]), await readSnapshot(root, versions[1])];
  const inRange = (date: string) => date >= options.from && date <= options.to;
  const dates = new Set([...publishedDates(a), ...publishedDates(b)].filter(inRange));
  if (dates.size === 0) {
    throw new UserError(`neither version ${versions[0]} nor ${versions[1]} shows a day from ${options.from} to ${options.to}`);
  }
  return withTableSql(async (sql) => {
    const columns = sqlColumns(sessionsTable([]).columns);
    const view = (snapshot: Snapshot) => sql.files(tableFiles(snapshot, root, dates), columns);
    const joined = `${await view(a)} a FULL JOIN ${await view(b)} b ON a.session_id = b.session_id AND a.date = b.date`;
    const perDate = await sql.rows<DiffReport["dates"][number]>(`
      SELECT strftime(coalesce(a.date, b.date), '%Y-%m-%d') AS date, count(a.session_id) AS before, count(b.session_id) AS after,
             concat_ws(' → ', min(a.model), min(b.model)) AS models
      FROM ${joined} GROUP BY 1 ORDER BY 1`);
    const [totals] = await sql.rows<Pick<DiffReport, "before" | "after" | "onlyBefore" | "onlyAfter" | "both" | "otherContent">>(`
      SELECT count(a.session_id) AS before, count(b.session_id) AS after,
             count(*) FILTER (b.session_id IS NULL) AS "onlyBefore", count(*) FILTER (a.session_id IS NULL) AS "onlyAfter",
             count(*) FILTER (a.session_id = b.session_id) AS both,
             count(*) FILTER (a.session_id = b.session_id
               AND (a."end" <> b."end" OR a.event_count <> b.event_count OR a.traffic <> b.traffic)) AS "otherContent"
      FROM ${joined}`);
    const moves = await sql.rows<CategoryMove>(`
      SELECT a.category_id AS "from", b.category_id AS "to", count(*) AS sessions,
             count(*) / (sum(count(*)) OVER (PARTITION BY a.category_id))::DOUBLE AS share
      FROM ${joined} WHERE a.session_id = b.session_id GROUP BY 1, 2 ORDER BY 1, 2`);
    if (totals === undefined) throw new Error("a count without rows");
    const moved = moves.filter(({ from, to }) => from !== to).reduce((sum, { sessions }) => sum + sessions, 0);
    return {
      versions: [versions[0], versions[1]],
      dates: perDate,
      ...totals,
      moves,
      movedShare: totals.both > 0 ? moved / totals.both : 0,
    };
  });
}
