import { publishedDates, publishedDay } from "../../io/delta/publish";
import { NO_TABLE } from "../../io/delta/snapshot";
import { readColumns, readManifest, type RunManifest } from "../../io/runs/manifest";
import type { InputChange } from "../../model/inputFacts/change";
import type { DatedFacts, DayFacts } from "../../model/inputFacts/facts";
import { WINDOW_DAYS } from "../../model/inputFacts/shareRule";
import { VOLUME_WEEKS } from "../../model/inputFacts/volume";
import { dayNumber } from "../../model/localDays";
import { listFailures } from "./failures";
import type { ProjectState } from "./plan";

/** What earlier runs remember of the input. */
export interface InputHistory {
  /** Published days, ascending. */
  readonly days: readonly PastDay[];
  /** Changes that stopped runs of days that are not published. */
  readonly failed: readonly { readonly date: string; readonly changes: readonly InputChange[] }[];
}

export interface PastDay {
  readonly date: string;
  readonly manifest: RunManifest;
  /** Null where the run did not look, or the day is too long ago to compare columns with. */
  readonly facts: DayFacts | null;
}

/** Manifests read at once. */
const READS = 8;

/** What is remembered of the days before `date`. */
export async function readInputHistory({ config, snapshots }: ProjectState, date: string): Promise<InputHistory> {
  const output = config.output.path;
  const sessions = snapshots.get("sessions") ?? NO_TABLE;
  const first = dayNumber(date) - 7 * VOLUME_WEEKS;
  const dates = publishedDates(sessions).filter((one) => one < date && dayNumber(one) >= first);
  const withFacts = new Set(dates.slice(-WINDOW_DAYS));
  const days: PastDay[] = [];
  for (let i = 0; i < dates.length; i += READS) {
    const some = await Promise.all(
      dates.slice(i, i + READS).map(async (one): Promise<PastDay | null> => {
        const runId = publishedDay(sessions, one)?.runId;
        const manifest = runId === undefined ? null : await readManifest(output, runId);
        if (runId === undefined || manifest === null) return null;
        return { date: one, manifest, facts: withFacts.has(one) ? await readColumns(output, runId) : null };
      }),
    );
    days.push(...some.filter((day) => day !== null));
  }
  const failures = (await listFailures(output)).filter((failure) => failure.date < date && dayNumber(failure.date) >= first);
  return { days, failed: failures.map((failure) => ({ date: failure.date, changes: failure.changes ?? [] })) };
}

/** Facts of the columns on the days that have some. */
export const datedFacts = (days: readonly PastDay[]): DatedFacts[] =>
  days.flatMap(({ date, facts }) => (facts === null ? [] : [{ date, facts }]));
