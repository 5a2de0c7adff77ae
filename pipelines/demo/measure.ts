import { readSnapshot } from "../../io/delta/deltaLog";
import { quoted, withTableSql } from "../../io/tables/sql";
import { tableFiles } from "../../io/tables/tableFiles";
import { adjustedRandIndex, contingencyOf } from "../../ml/clusterMatching";

/** Human sessions of one day, app, true category and label. Sessions too short to label have the label `(short)`. */
export interface LabelCount {
  readonly date: string;
  readonly app: string;
  readonly truth: string;
  readonly label: string;
  readonly sessions: number;
}

/** What the session table says against the simulator's truth. */
export interface Measured {
  /** True sessions that the gaps alone make; those longer than the cap on purpose are not among them. */
  readonly trueSessions: number;
  /** Of these, found with the same user, app, start, end and number of events. */
  readonly sameSessions: number;
  readonly tableSessions: number;
  readonly labels: readonly LabelCount[];
  readonly robots: { readonly planted: number; readonly found: number; readonly humansFlagged: number };
  readonly staff: { readonly planted: number; readonly found: number };
}

/** Joins truth and session table on person, app and start inside DuckDB; only counts come up here. */
export async function measure(output: string, truthDir: string): Promise<Measured> {
  const root = `${output}/sessions`;
  const paths = tableFiles(await readSnapshot(root), root).map((path) => `'${quoted(path)}'`);
  return withTableSql(async (sql) => {
    await sql.rows(
      `CREATE TABLE truth AS SELECT * FROM read_csv('${quoted(truthDir)}/sessions/*.csv', header = true, all_varchar = true)`,
    );
    await sql.rows(
      `CREATE TABLE found AS SELECT "user", app, epoch_ms("start") AS start_ms, epoch_ms("end") AS end_ms, event_count, traffic, category_id ` +
        `FROM read_parquet([${paths.join(", ")}])`,
    );
    await sql.rows(
      `CREATE TABLE matched AS SELECT t.*, f.category_id AS label, ` +
        `coalesce(f.end_ms = t.end_ms::BIGINT AND f.event_count = t.event_count::INTEGER, false) AS same ` +
        `FROM truth t LEFT JOIN found f ON f."user" = t.person AND f.app = t.app AND f.start_ms = t.start_ms::BIGINT WHERE t.endless = '0'`,
    );
    const totals = await sql.rows<Pick<Measured, "trueSessions" | "sameSessions" | "tableSessions">>(
      `SELECT count(*) AS "trueSessions", count(*) FILTER (same) AS "sameSessions", (SELECT count(*) FROM found) AS "tableSessions" FROM matched`,
    );
    const labels = await sql.rows<LabelCount>(
      `SELECT strftime(make_timestamp(start_ms::BIGINT * 1000), '%Y-%m-%d') AS date, app, category AS truth, label, count(*) AS sessions ` +
        `FROM matched WHERE traffic = 'human' AND label IS NOT NULL GROUP BY ALL ORDER BY ALL`,
    );
    const flagged = async (traffic: string) =>
      (
        await sql.rows<{ planted: number; found: number; others: number }>(
          `WITH planted AS (SELECT DISTINCT person FROM truth WHERE traffic = '${traffic}'), ` +
            `flagged AS (SELECT DISTINCT "user" FROM found WHERE traffic = '${traffic}') ` +
            `SELECT (SELECT count(*) FROM planted) AS planted, (SELECT count(*) FROM flagged SEMI JOIN planted ON person = "user") AS found, ` +
            `(SELECT count(*) FROM flagged ANTI JOIN planted ON person = "user") AS others`,
        )
      )[0] ?? { planted: 0, found: 0, others: 0 };
    const robots = await flagged("robot");
    const staff = await flagged("staff");
    return {
      ...(totals[0] ?? { trueSessions: 0, sameSessions: 0, tableSessions: 0 }),
      labels,
      robots: { planted: robots.planted, found: robots.found, humansFlagged: robots.others },
      staff: { planted: staff.planted, found: staff.found },
    };
  });
}

const isLabelled = ({ label }: LabelCount) => !label.startsWith("(");

/** Share of labelled sessions with the true category; NaN of none. */
export function accuracyOf(counts: readonly LabelCount[]): number {
  const labelled = counts.filter(isLabelled);
  return sumOf(labelled.filter(({ truth, label }) => truth === label)) / sumOf(labelled);
}

/** Shares of categories among labelled sessions, by label or by truth. */
export function sharesOf(counts: readonly LabelCount[], by: "label" | "truth"): Record<string, number> {
  const labelled = counts.filter(isLabelled);
  const total = sumOf(labelled);
  const shares: Record<string, number> = {};
  for (const count of labelled) shares[count[by]] = (shares[count[by]] ?? 0) + count.sessions / total;
  return shares;
}

/** Adjusted Rand index of labels against true categories; NaN without labels. */
export function randIndexOf(counts: readonly LabelCount[]): number {
  const labelled = counts.filter(isLabelled);
  if (labelled.length === 0) return NaN;
  const truths = [...new Set(labelled.map(({ truth }) => truth))];
  const labels = [...new Set(labelled.map(({ label }) => label))];
  const table = new Float64Array(truths.length * labels.length);
  for (const { truth, label, sessions } of labelled) {
    const at = truths.indexOf(truth) * labels.length + labels.indexOf(label);
    table[at] = (table[at] as number) + sessions;
  }
  return adjustedRandIndex(contingencyOf(table, truths.length, labels.length));
}

export const sumOf = (counts: readonly LabelCount[]) => counts.reduce((sum, { sessions }) => sum + sessions, 0);
