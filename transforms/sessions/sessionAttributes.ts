import type { AttributeTake } from "../../model/config";
import { NO_STRING } from "../../model/sessionBlock";

/**
 * A session's value of a number attribute: over the events that carry one, in time order, so that a sum of floats is the same every
 * time. NaN when none does.
 */
export function reduceNumbers(
  take: AttributeTake,
  column: Float64Array,
  order: Uint32Array,
  kept: Uint32Array,
  start: number,
  end: number,
): number {
  let result = NaN;
  for (let i = start; i < end; i++) {
    const value = column[order[kept[i]!]!]!;
    if (Number.isNaN(value)) continue;
    if (Number.isNaN(result)) result = value;
    else if (take === "sum") result += value;
    else if (take === "last") result = value;
    else if (take === "max") result = Math.max(result, value);
    else if (take === "min") result = Math.min(result, value);
    if (take === "first") break;
  }
  return result;
}

/** A session's value of a string attribute as a rank, or `NO_STRING`. `max` and `min` go by UTF-8 bytes; `sum` is refused by the config. */
export function reduceTexts(
  take: AttributeTake,
  column: Int32Array,
  order: Uint32Array,
  kept: Uint32Array,
  start: number,
  end: number,
): number {
  let result = -1;
  for (let i = start; i < end; i++) {
    const rank = column[order[kept[i]!]!]!;
    if (rank < 0) continue;
    if (result < 0 || take === "last") result = rank;
    else if (take === "max") result = Math.max(result, rank);
    else if (take === "min") result = Math.min(result, rank);
    if (take === "first") break;
  }
  return result < 0 ? NO_STRING : result;
}
