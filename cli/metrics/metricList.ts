/** A value in the metrics file. */
export interface MetricInfo {
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * Every metric there is. All are gauges: a run is a process of its own, so nothing counts on from one to the next. The labels `command`
 * and `config` stand beside those named here; `app`, `reason`, `category` and `date` are bounded, see `scoreMetrics.ts`.
 */
export const METRICS = {
  sessionary_info: { help: "1; version of the program, project and model of the run", labels: ["version", "project", "model"] },
  sessionary_run_start_timestamp_seconds: { help: "When the run began, Unix time", labels: [] },
  sessionary_run_end_timestamp_seconds: { help: "When the run ended, Unix time", labels: [] },
  sessionary_last_success_timestamp_seconds: { help: "When a run last ended with exit code 0, Unix time", labels: [] },
  sessionary_run_exit_code: { help: "Exit code of the run", labels: [] },
  sessionary_run_seconds: { help: "Wall time of the run", labels: [] },
  sessionary_run_cpu_seconds: { help: "User and system time of the process with its threads; engines are not in it", labels: [] },
  sessionary_run_stage_seconds: { help: "Wall time by part of the run", labels: ["stage"] },
  sessionary_run_peak_memory_bytes: { help: "Largest resident set of the process", labels: [] },
  sessionary_days: { help: "Days of the run by what became of them", labels: ["outcome"] },
  sessionary_rows_read: { help: "Rows read, look-around included", labels: [] },
  sessionary_rows: { help: "Rows read that became events, by where they went", labels: ["outcome"] },
  sessionary_rows_set_aside: { help: "Rows set aside, by reason", labels: ["reason"] },
  sessionary_bad_rows: { help: "Rows set aside for a reason that counts as bad", labels: [] },
  sessionary_sessions: { help: "Sessions written", labels: [] },
  sessionary_events: { help: "Events in those sessions", labels: [] },
  sessionary_duplicates: { help: "Duplicates dropped from those sessions", labels: [] },
  sessionary_unknown_event_ratio: { help: "Share of those events whose name the model does not know, 0..1", labels: [] },
  sessionary_scored_sessions: { help: "Human sessions that were scored, by app", labels: ["app"] },
  sessionary_category_sessions: { help: "Sessions by category", labels: ["category"] },
  sessionary_day_sessions: { help: "Sessions of a day, the newest 31 days of the run", labels: ["date"] },
  sessionary_restated_sessions: { help: "Sessions of days scored again, by how they differ from before", labels: ["change"] },
  sessionary_table_days: { help: "Days that tables or logs know of, by state", labels: ["state"] },
  sessionary_newest_day_timestamp_seconds: { help: "Midnight UTC of the newest day that the tables show, Unix time", labels: [] },
} as const satisfies Record<string, MetricInfo>;

export type MetricName = keyof typeof METRICS;
