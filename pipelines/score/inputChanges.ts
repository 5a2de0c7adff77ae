import type { InputFile } from "../../io/inputs/inputFile";
import type { RunManifest } from "../../io/runs/manifest";
import { columnChanges } from "../../model/inputFacts/columnChanges";
import { changeLine, isSameChange, percentText, type InputChange } from "../../model/inputFacts/change";
import { mergeDayFacts, undatedPath, type DayFacts, type InputFacts } from "../../model/inputFacts/facts";
import { columnRoles } from "../../model/inputFacts/roles";
import { MIN_ROWS, stepUp, type DayShare } from "../../model/inputFacts/shareRule";
import { volumeChanges, type AppVolumes, type DayVolumes } from "../../model/inputFacts/volumeChanges";
import { dateOfDay, dayOfMs } from "../../model/localDays";
import { REASON_INFO, REASONS, type Reason } from "../../model/reasons";
import type { CheckedJob } from "./check";
import { dayCounts, type DayCounts } from "./dayCounts";
import { datedFacts, readInputHistory, type InputHistory } from "./inputHistory";
import { spanByPath } from "./inputSpans";
import type { DayPlan, ProjectState } from "./plan";
import { sameFiles } from "./sameFiles";

/** What a job found out about its input, by date. */
export interface InputFindings {
  readonly facts: ReadonlyMap<string, DayFacts>;
  readonly changes: ReadonlyMap<string, readonly InputChange[]>;
}

export const NO_FINDINGS: InputFindings = { facts: new Map(), changes: new Map() };

/** Lines of all changes of a job, each once. */
export const changeLines = ({ changes }: InputFindings): string[] => [...new Set([...changes.values()].flat().map(changeLine))];

/** Compares the input of a job's days with what earlier runs remember, and with each other. */
export async function findInputChanges(
  state: ProjectState,
  plans: readonly DayPlan[],
  files: readonly InputFile[],
  job: CheckedJob,
): Promise<InputFindings> {
  const [first] = plans as readonly [DayPlan, ...DayPlan[]];
  const history = await readInputHistory(state, first.date);
  const facts = factsByDate(state, plans, job.read.facts ?? {});
  const twins = await sameFiles(state, files, job.read.files);
  const roles = columnRoles(state.config);
  const known = datedFacts(history.days);
  const volumes = history.days.map(({ date, manifest: { day } }): DayVolumes => ({
    ...volumesOf(date, day),
    apps: day.apps ?? null,
  }));
  const duplicates = history.days.map(({ date, manifest }) => duplicateShare(date, manifest.day));
  const changes = new Map<string, readonly InputChange[]>();
  let before: readonly InputChange[] = lastKnown(history, first.date);
  for (const { date } of plans) {
    const found: InputChange[] = [];
    const today = facts.get(date);
    if (today !== undefined) {
      found.push(...columnChanges({ date, facts: today }, known, roles));
      known.push({ date, facts: today });
    }
    const day = dayCounts(job.receipts.get(date) ?? []);
    const volume: AppVolumes = { ...volumesOf(date, day), apps: day.apps };
    found.push(...twins.filter(({ since }) => since === date));
    // Rows that are set aside make no events: one cause, one line.
    if (!found.some(({ explains }) => explains.length > 0)) found.push(...volumeChanges(volume, volumes));
    const repeated = repeats(duplicateShare(date, day), duplicates);
    if (repeated !== null && !found.some(({ kind }) => kind === "same file" || kind === "same rows")) found.push(repeated);
    volumes.push(volume);
    duplicates.push(duplicateShare(date, day));
    before = found.map((change) => sinceBefore(change, before));
    changes.set(date, before);
  }
  const explained = new Set([...changes.values()].flat().flatMap(({ explains }) => explains));
  const others = badRows(first.date, job, history).filter(({ explains }) => !explains.some((reason) => explained.has(reason)));
  const ofFirst = changes.get(first.date) ?? [];
  changes.set(first.date, [...ofFirst, ...others.map((change) => sinceBefore(change, lastKnown(history, first.date)))]);
  return { facts, changes };
}

/** The facts of each day of a job, with the rows whose own time tells no day: those of a dated file, or of a job of one day. */
export function factsByDate({ config }: ProjectState, plans: readonly DayPlan[], facts: InputFacts): Map<string, DayFacts> {
  const dates = new Set(plans.map(({ date }) => date));
  const byPath = spanByPath(config.input);
  const parts = new Map<string, DayFacts[]>();
  for (const [key, day] of Object.entries(facts)) {
    const path = undatedPath(key);
    const span = path === null ? null : byPath(path);
    let date: string | undefined = key;
    if (path !== null) date = span === null ? plans.at(-1)?.date : dateOfDay(dayOfMs(span.fromMs, config.zone));
    if (date !== undefined && dates.has(date)) parts.set(date, [...(parts.get(date) ?? []), day]);
  }
  return new Map([...parts].map(([date, days]) => [date, mergeDayFacts(days)]));
}

const volumesOf = (date: string, { events, sessions }: RunManifest["day"] | DayCounts) => ({ date, whole: { events, sessions } });

const duplicateShare = (date: string, { events, duplicates }: Pick<DayCounts, "events" | "duplicates">): DayShare => {
  const rows = events + duplicates;
  return { date, share: rows === 0 ? 0 : duplicates / rows, rows };
};

function repeats(today: DayShare, history: readonly DayShare[]): InputChange | null {
  const step = stepUp(today, history);
  if (step === null) return null;
  return {
    kind: "duplicates",
    since: step.since,
    column: null,
    text: `${percentText(today.share)} of the events are repeats since ${step.since} (before: ${percentText(step.usual)}); they count once`,
    advice: "are logs sent twice, or does a new file repeat what older ones hold?",
    explains: [],
  };
}

/** Reasons for which far more rows are set aside than in the jobs before. */
function badRows(date: string, job: CheckedJob, history: InputHistory): InputChange[] {
  const jobs = new Map(history.days.map((day) => [day.manifest.jobId, { date: day.date, rows: day.manifest.job.rows }]));
  return REASONS.filter((reason) => REASON_INFO[reason].bad).flatMap((reason: Reason) => {
    const share = (at: string, { rowsRead, setAside }: RunManifest["job"]["rows"]): DayShare => ({
      date: at,
      share: rowsRead === 0 ? 0 : (setAside[reason] ?? 0) / rowsRead,
      rows: rowsRead,
    });
    const today = share(date, job.rows);
    const step = stepUp(
      today,
      [...jobs.values()].map((past) => share(past.date, past.rows)),
    );
    if (step === null || today.rows < MIN_ROWS) return [];
    const { text } = REASON_INFO[reason];
    return [
      {
        kind: "bad rows" as const,
        since: step.since,
        column: reason,
        text: `${percentText(today.share)} of the rows are set aside as ${reason} since ${step.since} (before: ${percentText(step.usual)}): ${text}`,
        advice: "the table dead_letters names files and offsets",
        explains: [reason],
      },
    ];
  });
}

/** What the last day before is known to have had, published or not. */
function lastKnown({ days, failed }: InputHistory, date: string): readonly InputChange[] {
  const all = [...days.map((day) => ({ date: day.date, changes: day.manifest.changes ?? [] })), ...failed]
    .filter((day) => day.date < date)
    .sort((a, b) => (a.date < b.date ? -1 : 1));
  return all.at(-1)?.changes ?? [];
}

/** A change that the day before had already began when that one says. */
function sinceBefore(change: InputChange, before: readonly InputChange[]): InputChange {
  const same = before.find((one) => isSameChange(one, change));
  // A day may be too full and the next too empty: volumes stand for themselves.
  if (same === undefined || same.since >= change.since || change.kind === "volume") return change;
  return { ...change, since: same.since, text: change.text.replaceAll(`since ${change.since}`, `since ${same.since}`) };
}
