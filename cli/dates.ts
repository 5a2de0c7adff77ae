import { type Command, InvalidArgumentError } from "commander";
import { UserError } from "../model/errors";

/** Which days a command works on. */
export interface DateOptions {
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Local dates, both included. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

export function addDateOptions(command: Command): Command {
  return command
    .option("--date <date>", "one local day, like 2026-03-02", isoDate)
    .option("--from <date>", "first day of a range", isoDate)
    .option("--to <date>", "last day of a range", isoDate);
}

/** Parses `2026-03-02`; commander shows the message. */
export function isoDate(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError("A date like 2026-03-02, please.");
  }
  return text;
}

/**
 * The days asked for, or null where none were.
 * @throws UserError for options that contradict each other
 */
export function datesOf({ date, from, to }: DateOptions): DateRange | null {
  if (date !== undefined) {
    if (from !== undefined || to !== undefined) throw new UserError("give --date, or --from and --to, not both");
    return { from: date, to: date };
  }
  if (from === undefined && to === undefined) return null;
  if (from === undefined || to === undefined)
    throw new UserError(`--${from === undefined ? "to" : "from"} needs --${from === undefined ? "from" : "to"} beside it`);
  if (from > to) throw new UserError(`--from ${from} is after --to ${to}`);
  return { from, to };
}

/** Every day of a range, ascending. */
export function datesBetween({ from, to }: DateRange): string[] {
  const dayMs = 86_400_000;
  const first = Date.parse(`${from}T00:00:00Z`);
  const days = Math.round((Date.parse(`${to}T00:00:00Z`) - first) / dayMs) + 1;
  return Array.from({ length: days }, (_, i) => new Date(first + i * dayMs).toISOString().slice(0, 10));
}
