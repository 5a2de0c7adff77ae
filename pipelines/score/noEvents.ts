import { UserError } from "../../model/errors";
import type { CheckedJob } from "./check";
import { changeLines, type InputFindings } from "./inputChanges";
import type { DayPlan, ProjectState } from "./plan";

/** Times that a job over these days reads. */
export const rangeOf = (plans: readonly DayPlan[]) => ({
  fromMs: Math.min(...plans.map(({ range }) => range.fromMs)),
  toMs: Math.max(...plans.map(({ range }) => range.toMs)),
});

const rangeText = (plans: readonly DayPlan[]) =>
  plans.length === 1 ? (plans[0] as DayPlan).date : `${plans[0]?.date} … ${plans.at(-1)?.date}`;

/** When no file can hold rows of the days. */
export function noFiles({ config, files }: ProjectState, plans: readonly DayPlan[]): UserError {
  const spans = files.map(({ byPath, learned }) => learned ?? byPath).filter((span) => span !== null && span.fromMs < span.toMs);
  const fromMs = Math.min(...spans.map((span) => span?.fromMs ?? Infinity));
  const toMs = Math.max(...spans.map((span) => span?.toMs ?? -Infinity));
  return fromMs < toMs
    ? new UserError(`no events of ${rangeText(plans)}: the logs hold ${isoTime(fromMs)} … ${isoTime(toMs - 1)}`)
    : new UserError(`no input file can hold events of ${rangeText(plans)}`, [`looked at ${config.input.paths.join(", ")}`]);
}

const isoTime = (ms: number) => new Date(ms).toISOString();

/**
 * Logs without a row anywhere near the days are a wrong date or a wrong folder, not days without visitors.
 * @throws UserError
 */
export function assertInRange(plans: readonly DayPlan[], { read }: CheckedJob, findings: InputFindings): void {
  const outside = read.setAside.outside_range ?? 0;
  if (read.eventsPacked > 0 || outside === 0 || read.firstMs === null || read.lastMs === null) return;
  const { fromMs, toMs } = rangeOf(plans);
  if (read.firstMs < toMs && read.lastMs >= fromMs) return;
  const message = `no events of ${rangeText(plans)}: the logs hold ${isoTime(read.firstMs)} … ${isoTime(read.lastMs)}`;
  throw new UserError(message, changeLines(findings));
}
