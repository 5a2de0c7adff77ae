import { publishedDates, publishedDay, type PublishedDay } from "../io/delta/publish";
import { NO_TABLE } from "../io/delta/snapshot";
import { mapBounded } from "../io/places/bounded";
import { readManifest } from "../io/runs/manifest";
import { tableFiles } from "../io/tables/tableFiles";
import type { Config } from "../model/config";
import type { InputChange } from "../model/inputFacts/change";
import { dateOfDay, dayNumber, dayOfMs } from "../model/localDays";
import { dayStateOf, type StaleReason } from "./score/dayState";
import { listFailures, type FailedRun } from "./score/failures";
import { planDay, readProjectState, type ProjectState } from "./score/plan";

/** A day, as the tables and the logs stand. */
export interface DayStatus {
  readonly date: string;
  /** missing: the logs may hold rows of the day, the tables show nothing. stale: the tables show what would come out otherwise now. */
  readonly state: "current" | "stale" | "missing";
  readonly runId: string | null;
  readonly model: string | null;
  readonly sessions: number | null;
  readonly reasons: readonly StaleReason[];
  /** Stale, but more than `scoring.maxDaysLate` days before the newest day of the logs: left to `backfill`. */
  readonly tooLate: boolean;
  /** Why the last run of the day did not publish it; null when it did. */
  readonly failure: FailedRun | null;
  /** What was no longer in the day's logs as on the days before: as found by the run that failed, else by the one that is shown. */
  readonly changes: readonly InputChange[];
}

export interface StatusReport {
  readonly output: string;
  /** Model that scoring would use. */
  readonly model: string;
  readonly days: readonly DayStatus[];
  /** Files whose times nobody knows before they are read: they may touch any day. */
  readonly unreadFiles: readonly string[];
  readonly tables: readonly TableStatus[];
}

export interface TableStatus {
  readonly name: string;
  readonly version: number;
  readonly dates: number;
  readonly bytes: number;
  /** Current files, for readers that do not know Delta tables. */
  readonly files: readonly string[];
}

/** @throws UserError when inputs, model or tables cannot be read */
export async function readStatus(config: Config): Promise<StatusReport> {
  const state = await readProjectState(config);
  return {
    output: config.output.path,
    model: state.modelId,
    days: await readDays(state),
    unreadFiles: state.files.filter(({ byPath, learned }) => byPath === null && learned === null).map(({ file }) => file.path),
    tables: [...state.snapshots].map(([name, snapshot]) => ({
      name,
      version: snapshot.version,
      dates: publishedDates(snapshot).length,
      bytes: [...snapshot.files.values()].reduce((sum, { size }) => sum + size, 0),
      files: tableFiles(snapshot, `${config.output.path}/${name}`),
    })),
  };
}

/** State of all days that the tables show or the logs are known to hold, ascending. */
export async function readDays(state: ProjectState): Promise<DayStatus[]> {
  const { config } = state;
  const sessions = state.snapshots.get("sessions") ?? NO_TABLE;
  const failures = new Map((await listFailures(config.output.path)).map((failure) => [failure.date, failure]));
  const logged = loggedDates(state);
  const dates = [...new Set([...publishedDates(sessions), ...logged, ...failures.keys()])].sort();
  const newest = logged.at(-1) ?? dates.at(-1);
  return mapBounded(dates, async (date): Promise<DayStatus> => {
    const dayState = await dayStateOf(state, planDay(state, date));
    const shown = publishedDay(sessions, date);
    const age = newest === undefined ? 0 : dayNumber(newest) - dayNumber(date);
    return {
      date,
      state: dayState.kind,
      runId: shown?.runId ?? null,
      model: shown?.tags["model"] ?? null,
      sessions: shown ? Number(shown.tags["sessions"]) : null,
      reasons: dayState.kind === "stale" ? dayState.reasons : [],
      tooLate: dayState.kind === "stale" && age > config.scoring.maxDaysLate,
      failure: failures.get(date) ?? null,
      changes: failures.get(date)?.changes ?? (await changesOf(config, shown)),
    };
  });
}

/** The commit says whether there are any, so that few manifests are opened. */
async function changesOf({ output }: Config, shown: PublishedDay | null): Promise<readonly InputChange[]> {
  if (shown === null || Number(shown.tags["changes"] ?? 0) === 0) return [];
  return (await readManifest(output.path, shown.runId))?.changes ?? [];
}

/** Local days that files are known to hold rows of, ascending. */
function loggedDates({ config, files }: ProjectState): string[] {
  const dates = new Set<string>();
  for (const { byPath, learned } of files) {
    const span = learned ?? byPath;
    if (span === null || span.fromMs >= span.toMs) continue;
    const last = dayOfMs(span.toMs - 1, config.zone);
    for (let day = dayOfMs(span.fromMs, config.zone); day <= last; day++) dates.add(dateOfDay(day));
  }
  return [...dates].sort();
}
