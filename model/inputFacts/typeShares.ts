import { percentText } from "./change";
import type { ColumnFacts } from "./facts";
import type { ColumnRole } from "./roles";
import { VALUE_TYPES, type ValueType } from "./valueType";

const INTEGER = VALUE_TYPES.indexOf("integer");
const NUMBER = VALUE_TYPES.indexOf("number");
const EPOCHS = (["epoch seconds", "epoch milliseconds", "epoch microseconds"] as const).map((type) => VALUE_TYPES.indexOf(type));

/**
 * Shares of the looks of a column's values that are not blank, in the order of `VALUE_TYPES`. Only in columns of times does it matter
 * that whole numbers look like times, and only in others than numbers whether they are whole.
 */
export function typeShares(column: ColumnFacts, role: ColumnRole): { readonly shares: readonly number[]; readonly rows: number } {
  const counts = [...column.types];
  const move = (from: number, to: number) => {
    counts[to] = (counts[to] ?? 0) + (counts[from] ?? 0);
    counts[from] = 0;
  };
  const isTime = role.setting === "input.time" || role.setting === "input.receivedTime";
  if (!isTime) for (const epoch of EPOCHS) move(epoch, INTEGER);
  if (role.types === "numbers") move(INTEGER, NUMBER);
  const rows = counts.reduce((sum, n) => sum + n, 0);
  return { shares: counts.map((n) => (rows === 0 ? 0 : n / rows)), rows };
}

/** Half the sum of the differences: the share of rows that look otherwise. */
export const distance = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, share, i) => sum + Math.abs(share - (b[i] ?? 0)), 0) / 2;

const WORDS: Readonly<Record<ValueType, string>> = {
  integer: "whole numbers",
  "epoch seconds": "times in epoch seconds",
  "epoch milliseconds": "times in epoch milliseconds",
  "epoch microseconds": "times in epoch microseconds",
  number: "numbers",
  boolean: "true and false",
  "ISO time": "ISO times",
  date: "dates",
  "hex id": "long ids",
  text: "text",
  nested: "objects or lists",
};
const SMALL = 0.02;

/** `epoch milliseconds`, or `text (70 %) and whole numbers (30 %)`. */
export function typesInWords(shares: readonly number[]): string {
  const named = shares
    .map((share, i) => ({ share, type: VALUE_TYPES[i] as ValueType }))
    .filter(({ share }) => share >= SMALL)
    .sort((a, b) => b.share - a.share)
    .slice(0, 3);
  if (named.length === 1) return WORDS[(named[0] as { type: ValueType }).type];
  return named.map(({ share, type }) => `${WORDS[type]} (${percentText(share)})`).join(" and ") || "nothing";
}
