import { DateTime } from "luxon";
import { globToRegExp } from "../../io/inputs/glob";
import { hasDateParts } from "../../io/inputs/dateParts";
import type { InputConfig } from "../../model/config";

/** Times a file may hold rows of, UTC epoch milliseconds, end excluded; null when nothing is known. */
export type Span = { readonly fromMs: number; readonly toMs: number } | null;

const PART = /\{(yyyy|MM|dd|HH)\}/g;
const DIGITS: Readonly<Record<string, number>> = { yyyy: 4, MM: 2, dd: 2, HH: 2 };

/** Reads the time range of a file out of its path, by the date parts of `input.paths`. */
export function spanByPath(input: Pick<InputConfig, "paths" | "time">): (path: string) => Span {
  const patterns = input.paths.filter(hasDateParts).map(datedPattern);
  return (path) => {
    for (const { expression, unit } of patterns) {
      const found = expression.exec(path)?.groups;
      if (found === undefined) continue;
      const at = (part: string, otherwise: number) => (found[part] === undefined ? otherwise : Number(found[part]));
      const start = DateTime.fromObject(
        { year: at("yyyy", 1970), month: at("MM", 1), day: at("dd", 1), hour: at("HH", 0) },
        { zone: input.time.zone },
      );
      if (!start.isValid) continue;
      // Where clocks go back, one name stands for two hours.
      const starts = start.getPossibleOffsets();
      return {
        fromMs: Math.min(...starts.map((one) => one.toMillis())),
        toMs: Math.max(...starts.map((one) => one.plus({ [unit]: 1 }).toMillis())),
      };
    }
    return null;
  };
}

function datedPattern(path: string): { expression: RegExp; unit: "hour" | "day" | "month" | "year" } {
  // Letters pass through a pattern as they are, so they hold the places of the date parts.
  const marked = path.replace(PART, (_, part: string) => `\u0001${part}\u0001`);
  const named = new Set<string>();
  const source = globToRegExp(marked).source.replace(/\u0001(\w+)\u0001/g, (_, part: string) => {
    const digits = `[0-9]{${DIGITS[part]}}`;
    if (named.has(part)) return digits;
    named.add(part);
    return `(?<${part}>${digits})`;
  });
  const unit = named.has("HH") ? "hour" : named.has("dd") ? "day" : named.has("MM") ? "month" : "year";
  return { expression: new RegExp(source, "su"), unit };
}

/** Whether a file may hold rows of `[fromMs, toMs)`. */
export const mayHold = (span: Span, fromMs: number, toMs: number) => span === null || (span.fromMs < toMs && span.toMs > fromMs);
