import type { DayReport, ScoreReport } from "../../pipelines/score/report";
import type { StatusReport } from "../../pipelines/status";
import { REASON_INFO, type Reason } from "../../model/reasons";
import type { RunMetrics } from "./runMetrics";

/** Values of a label at most; what is beyond is summed up under `OTHERS`. */
const LARGEST_LABEL_COUNT = 50;
const NEWEST_DAYS = 31;
const OTHERS = "(others)";

type Published = Extract<DayReport, { kind: "published" }>;

/** What a scoring run did, over all of its days. */
export function addScoreMetrics(metrics: RunMetrics, report: ScoreReport): void {
  const published = report.days.filter((day): day is Published => day.kind === "published");
  const manifests = published.map(({ manifest }) => manifest);
  metrics.set("sessionary_days", published.length, { outcome: "published" });
  metrics.set("sessionary_days", report.days.length - published.length, { outcome: "unchanged" });
  metrics.set("sessionary_days", report.tooLate.length, { outcome: "too_late" });
  // Days of one job have the same rows: they were read once.
  const jobs = [...new Map(manifests.map(({ jobId, job }) => [jobId, job.rows])).values()];
  metrics.set("sessionary_rows_read", sum(jobs.map(({ rowsRead }) => rowsRead)));
  metrics.set("sessionary_rows", sum(jobs.map(({ eventsInSessions }) => eventsInSessions)), { outcome: "in_sessions" });
  metrics.set("sessionary_rows", sum(jobs.map(({ duplicates }) => duplicates)), { outcome: "duplicate" });
  metrics.set("sessionary_rows", sum(jobs.map(({ eventsOutside }) => eventsOutside)), { outcome: "other_day" });
  const aside = addUp(jobs.map(({ setAside }) => setAside));
  for (const [reason, rows] of aside) metrics.set("sessionary_rows_set_aside", rows, { reason });
  metrics.set("sessionary_bad_rows", sum([...aside].map(([reason, rows]) => (REASON_INFO[reason as Reason].bad ? rows : 0))));
  const days = manifests.map(({ day }) => day);
  const events = sum(days.map((day) => day.events));
  metrics.set("sessionary_sessions", sum(days.map((day) => day.sessions)));
  metrics.set("sessionary_events", events);
  metrics.set("sessionary_duplicates", sum(days.map((day) => day.duplicates)));
  metrics.set("sessionary_unknown_event_ratio", events > 0 ? sum(days.map((day) => day.unknownEvents)) / events : 0);
  const apps = days.map(({ noise }) => Object.fromEntries(Object.entries(noise).map(([app, { sessions }]) => [app, sessions])));
  for (const [app, sessions] of bounded(addUp(apps))) metrics.set("sessionary_scored_sessions", sessions, { app });
  for (const [category, sessions] of bounded(addUp(days.map(({ categories }) => categories)))) {
    metrics.set("sessionary_category_sessions", sessions, { category });
  }
  for (const { date, day } of manifests.slice(-NEWEST_DAYS)) metrics.set("sessionary_day_sessions", day.sessions, { date });
  const restated = manifests.flatMap((manifest) => (manifest.restated ? [manifest.restated] : []));
  for (const change of ["same", "changed", "added", "removed"] as const) {
    metrics.set("sessionary_restated_sessions", sum(restated.map((counts) => counts[change])), { change });
  }
}

/** How the tables stand. */
export function addStatusMetrics(metrics: RunMetrics, { days }: StatusReport): void {
  const count = (keep: (day: StatusReport["days"][number]) => boolean) => days.filter(keep).length;
  metrics.set(
    "sessionary_table_days",
    count(({ state }) => state === "current"),
    { state: "current" },
  );
  metrics.set(
    "sessionary_table_days",
    count(({ state, tooLate }) => state === "stale" && !tooLate),
    { state: "stale" },
  );
  metrics.set(
    "sessionary_table_days",
    count(({ tooLate }) => tooLate),
    { state: "too_late" },
  );
  metrics.set(
    "sessionary_table_days",
    count(({ state }) => state === "missing"),
    { state: "missing" },
  );
  metrics.set(
    "sessionary_table_days",
    count(({ failure }) => failure !== null),
    { state: "failed" },
  );
  const newest = days.filter(({ runId }) => runId !== null).at(-1);
  if (newest) metrics.set("sessionary_newest_day_timestamp_seconds", Date.parse(`${newest.date}T00:00:00Z`) / 1_000);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function addUp(records: readonly Readonly<Record<string, number>>[]): Map<string, number> {
  const totals = new Map<string, number>();
  for (const record of records) {
    for (const [name, value] of Object.entries(record)) totals.set(name, (totals.get(name) ?? 0) + value);
  }
  return totals;
}

/** The largest values by name, ties by name; the rest under one name. */
function bounded(totals: ReadonlyMap<string, number>): [name: string, value: number][] {
  const sorted = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const rest = sorted.slice(LARGEST_LABEL_COUNT);
  return [
    ...sorted.slice(0, LARGEST_LABEL_COUNT),
    ...(rest.length > 0 ? [[OTHERS, sum(rest.map(([, n]) => n))] as [string, number]] : []),
  ];
}
