/** What the text of a value looks like. The order is part of the facts' format: append only. */
export const VALUE_TYPES = [
  "integer",
  "epoch seconds",
  "epoch milliseconds",
  "epoch microseconds",
  "number",
  "boolean",
  "ISO time",
  "date",
  "hex id",
  "text",
  "nested",
] as const;
export type ValueType = (typeof VALUE_TYPES)[number];

const INDEX = Object.fromEntries(VALUE_TYPES.map((type, i) => [type, i])) as Readonly<Record<ValueType, number>>;

/** Texts by which logs say that there is no value, lower case. */
const BLANK = new Set(["", "-", "null", "(null)", "none", "nil", "nan", "na", "n/a", "undefined", "\\n", "unknown"]);
const ZERO_ID = /^[0{}-]{32,38}$/;

/** Whether a text stands for no value: empty, spaces, `null`, `-`, an id of zeros and the like. */
export function isBlank(value: string): boolean {
  if (value.length > 38) return value.trim() === "";
  return BLANK.has(value.trim().toLowerCase()) || ZERO_ID.test(value);
}

/** 2000-01-01 .. 2100-01-01 in seconds: whole numbers in between may be times. */
const FIRST_SECOND = 946_684_800;
const LAST_SECOND = 4_102_444_800;

/** Index into `VALUE_TYPES` of a text that is not blank. */
export function valueTypeOf(value: string): number {
  const first = value.charCodeAt(0);
  const isDigit = first >= 48 && first <= 57;
  if (isDigit || first === 45 || first === 43) {
    if (/^[+-]?\d+$/.test(value)) return integerType(value);
    if (/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(value)) return INDEX.number;
    if (/^\d{4}-\d\d-\d\d([T ]\d\d:\d\d|$)/.test(value)) return INDEX["ISO time"];
    if (/^\d{1,2}[./]([A-Za-z]{3}|\d{1,2})[./]\d{4}/.test(value) || /^\d{4}[/.]\d{1,2}[/.]\d{1,2}/.test(value)) return INDEX.date;
  }
  if (/^(true|false)$/i.test(value)) return INDEX.boolean;
  return value.length >= 16 && /^\{?[0-9a-f]{8}[0-9a-f-]{8,}\}?$/i.test(value) ? INDEX["hex id"] : INDEX.text;
}

export const NESTED = INDEX.nested;

function integerType(value: string): number {
  if (value.length < 10) return INDEX.integer;
  // Beyond 18 digits nobody counts: it is a name made of digits.
  if (value.length > 18) return INDEX["hex id"];
  const number = Number(value);
  if (number >= FIRST_SECOND && number < LAST_SECOND) return INDEX["epoch seconds"];
  if (number >= FIRST_SECOND * 1e3 && number < LAST_SECOND * 1e3) return INDEX["epoch milliseconds"];
  return number >= FIRST_SECOND * 1e6 && number < LAST_SECOND * 1e6 ? INDEX["epoch microseconds"] : INDEX.integer;
}

/** FNV-1a over the characters, 32 bits, unsigned. */
export function valueHash(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) {
    hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  }
  // The low bits of FNV say little: mix them, since sketches keep the smallest hashes.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}
