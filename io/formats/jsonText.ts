import { isUtf8 } from "node:buffer";
import { polyHash, TEXT, MISSING, type FieldPlan, type RowFields } from "./rows";
import { Scratch } from "./utf8";

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

/**
 * `JSON.parse`, but numbers come as strings with the digits they were written with: a 19-digit id stays what it is.
 * @throws SyntaxError as `JSON.parse`
 */
export function parseKeepingDigits(text: string): unknown {
  JSON.parse(text);
  return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}

/** The value at a column: the property of that very name if there is one, else the path along the dots. */
export function valueAt(row: object, column: string): unknown {
  if (Object.hasOwn(row, column)) return (row as Record<string, unknown>)[column];
  let value: unknown = row;
  for (const part of column.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

/** Reads one line through `JSON.parse`: the plain twin of the byte scanner, for lines that one does not read itself. */
export class JsonLineReader {
  readonly scratch = new Scratch();

  constructor(
    private readonly plan: FieldPlan,
    private readonly fields: RowFields,
  ) {}

  /** Fills the fields, texts in `scratch.bytes`. False when the line is not a JSON object. */
  read(line: Uint8Array): boolean {
    let row: unknown;
    try {
      row = parseKeepingDigits(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString("utf8"));
    } catch {
      return false;
    }
    if (typeof row !== "object" || row === null || Array.isArray(row)) return false;
    const { scratch, fields, plan } = this;
    const badUtf8 = !isUtf8(line);
    scratch.length = 0;
    plan.columns.forEach((column, slot) => {
      const value = valueAt(row, column);
      const known = typeof value === "string" || typeof value === "boolean";
      fields.kind[slot] = known ? TEXT : MISSING;
      if (!known) return;
      const text = String(value);
      const start = scratch.length;
      // The decoder has put U+FFFD for bytes that are no text: a lone 0xFF keeps the field bad.
      if (badUtf8 && text.includes("\ufffd")) scratch.raw(BAD, 0, 1);
      else scratch.text(text);
      fields.start[slot] = start;
      fields.end[slot] = scratch.length;
      fields.hash[slot] = polyHash(scratch.bytes, start, scratch.length);
    });
    return true;
  }
}

const BAD = Uint8Array.of(0xff);
