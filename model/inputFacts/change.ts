import type { Reason } from "../reasons";

export type ChangeKind =
  "renamed" | "gone" | "missing" | "blank" | "type" | "same file" | "same rows" | "volume" | "duplicates" | "bad rows";

/** Something about the input that is no longer as it was. */
export interface InputChange {
  readonly kind: ChangeKind;
  /** First local date on which it shows. */
  readonly since: string;
  /** Column in the logs, or null where it is not about one. */
  readonly column: string | null;
  /** What was found, against what was before; one sentence without its full stop. */
  readonly text: string;
  /** What to do about it. */
  readonly advice: string;
  /** Reasons of rows set aside that this change explains. */
  readonly explains: readonly Reason[];
}

/** The change as one plain line. */
export const changeLine = ({ text, advice }: InputChange) => `${text}: ${advice}`;

/** Whether two findings, on two days, are of one change. */
export const isSameChange = (a: InputChange, b: InputChange) => a.kind === b.kind && a.column === b.column;

export function percentText(share: number): string {
  const percent = 100 * share;
  if (percent > 0 && percent < 0.1) return "less than 0.1 %";
  if (percent < 100 && percent > 99.9) return "more than 99.9 %";
  return `${percent.toFixed(percent < 10 && percent > 0 ? 1 : 0)} %`;
}
