import type { DayReport, ScoreReport } from "../pipelines/score/report";
import { changeLine, type InputChange } from "../model/inputFacts/change";
import { REASON_INFO, type Reason } from "../model/reasons";
import { count } from "./format";

const FILES_SHOWN = 3;

type PublishedDay = Extract<DayReport, { readonly kind: "published" }>;

/** What a run has to say of its input: files read, rows set aside with what explains them, and what is no longer as it was. */
export function inputLines(days: readonly DayReport[]): string[] {
  const jobs = new Map<string, PublishedDay[]>();
  for (const day of days) {
    if (day.kind === "published") jobs.set(day.manifest.jobId, [...(jobs.get(day.manifest.jobId) ?? []), day]);
  }
  return [...jobs.values()].flatMap((job) => {
    const changes = job.flatMap(({ manifest }) => manifest.changes);
    return [
      filesLine(job),
      ...asideLines(job, changes),
      ...[...new Set(changes.map(changeLine))].map((line) => `changed: ${line}`),
    ];
  });
}

function filesLine(job: readonly PublishedDay[]): string {
  const isRead = new Map(job.flatMap(({ manifest }) => manifest.inputs.map(({ path, read }) => [path, read] as const)));
  const read = [...isRead].filter(([, was]) => was).map(([path]) => path);
  const shown = read.length > FILES_SHOWN ? [...read.slice(0, FILES_SHOWN - 1), "…", read.at(-1)] : read;
  return `files: ${count(read.length)} read of ${count(isRead.size)} that may hold rows of these days: ${shown.join(", ")}`;
}

function asideLines(job: readonly PublishedDay[], changes: readonly InputChange[]): string[] {
  const setAside = Object.entries(job[0]?.manifest.job.rows.setAside ?? {}).sort(([, a], [, b]) => b - a);
  return setAside.map(([reason, rows]) => {
    const cause = changes.find(({ explains, kind }) => kind !== "bad rows" && explains.includes(reason as Reason));
    return `  ${count(rows)} set aside as ${reason}: ${cause?.text ?? REASON_INFO[reason as Reason].text}`;
  });
}

/** Days that late files would change, but that are too long ago. */
export function tooLateLines({ tooLate }: Pick<ScoreReport, "tooLate">, maxDaysLate: number): string[] {
  if (tooLate.length === 0) return [];
  const files = new Set(tooLate.flatMap(({ reasons }) => reasons.flatMap((reason) => ("path" in reason ? [reason.path] : []))));
  const days = tooLate.length === 1 ? "1 day is" : `${count(tooLate.length)} days are`;
  const late = files.size === 0 ? "" : `, for ${files.size === 1 ? "1 file" : `${count(files.size)} files`}`;
  return [
    `${days} stale but more than ${maxDaysLate} days old (scoring.maxDaysLate)${late}: left as published; \`sessionary backfill\` takes them`,
  ];
}
