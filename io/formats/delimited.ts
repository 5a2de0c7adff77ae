import { UserError } from "../../model/errors";
import { reasonCode } from "../../model/reasons";
import { csvRecords } from "./csvText";
import { polyHash, TEXT, type FieldPlan, type LineScanner, type RowFields, type RowSink } from "./rows";
import { Scratch, textOf } from "./utf8";

const MALFORMED = reasonCode("malformed");
const TOO_LONG = reasonCode("too_long");
const QUOTE = 34;
const NEWLINE = 10;
const RETURN = 13;

export interface DelimitedOptions {
  /** One ASCII character. */
  readonly delimiter: string;
  /** Column names; null takes them from the first record the scanner meets. */
  readonly header: readonly string[] | null;
  /** Whether a quoted field may hold newlines. False where a file is read in byte ranges; such a field is malformed then. */
  readonly quotedNewlines: boolean;
  readonly maxLineBytes: number;
  /** For messages. */
  readonly path: string;
}

/**
 * CSV and TSV as bytes (RFC 4180): quoted fields, doubled quotes, CRLF, newlines in quotes. A row with fewer fields than the header, with
 * more that are not empty, or with text behind a closing quote is malformed; reading goes on with the next line. So it does after a
 * quote that is not closed within `maxLineBytes`. Blank lines are no rows.
 */
export class DelimitedScanner implements LineScanner {
  rowCount = 0;
  /** Column names; null until the header is known. */
  header: readonly string[] | null = null;
  private readonly fields: RowFields;
  private readonly delimiter: number;
  private readonly hashed: Uint8Array;
  /** Slot of each column, -1 = not wanted; null until the header is known. */
  private slotOf: Int32Array | null = null;
  private readonly doubled: Uint8Array;
  private readonly scratch = new Scratch();

  constructor(
    private readonly plan: FieldPlan,
    private readonly sink: RowSink,
    private readonly options: DelimitedOptions,
  ) {
    this.fields = sink.fields;
    this.delimiter = options.delimiter.charCodeAt(0);
    this.hashed = Uint8Array.from(plan.hashed, Number);
    this.doubled = new Uint8Array(plan.columns.length);
    if (options.header !== null) this.useHeader(options.header);
  }

  skipRow(): void {
    this.rowCount += 1;
  }

  scan(bytes: Uint8Array, start: number, stop: number, base: number, last: boolean): number {
    const { sink, options, fields, delimiter, hashed, doubled } = this;
    const { maxLineBytes, quotedNewlines } = options;
    let at = start;
    if (this.slotOf === null) {
      at = this.readHeader(bytes, start, stop, last);
      if (at === start) return start;
    }
    const slotOf = this.slotOf!;
    const columnCount = slotOf.length;
    rows: while (at < stop) {
      let x = bytes[at]!;
      if (x === NEWLINE || (x === RETURN && bytes[at + 1] === NEWLINE)) {
        at += x === NEWLINE ? 1 : 2;
        continue;
      }
      const rowStart = at;
      let column = 0;
      let anyDoubled = false;
      let good = true;
      let broken = false;
      fields: for (;;) {
        const slot = column < columnCount ? slotOf[column]! : -1;
        let hash = 0;
        let fieldStart = at;
        let fieldEnd: number;
        let isDoubled = 0;
        if (bytes[at] === QUOTE) {
          fieldStart = ++at;
          for (;;) {
            x = bytes[at]!;
            if (x === QUOTE) {
              if (bytes[at + 1] !== QUOTE) break;
              isDoubled = 1;
              at++;
            } else if (x === NEWLINE) {
              const isOpen = at + 1 >= stop;
              if (isOpen && !last && quotedNewlines && stop - rowStart <= maxLineBytes) return rowStart;
              if (isOpen || !quotedNewlines || at - rowStart > maxLineBytes) {
                broken = true;
                break fields;
              }
            }
            hash = (Math.imul(hash, 31) + x) | 0;
            at++;
          }
          fieldEnd = at++;
          x = bytes[at]!;
          if (x === RETURN && bytes[at + 1] === NEWLINE) x = bytes[++at]!;
          if (x !== delimiter && x !== NEWLINE) {
            broken = true;
            break;
          }
        } else if (slot >= 0 && hashed[slot] === 1) {
          while ((x = bytes[at]!) !== delimiter && x !== NEWLINE) {
            hash = (Math.imul(hash, 31) + x) | 0;
            at++;
          }
          fieldEnd = at;
        } else {
          while ((x = bytes[at]!) !== delimiter && x !== NEWLINE) at++;
          fieldEnd = at;
        }
        if (x === NEWLINE && fieldEnd === at && fieldEnd > fieldStart && bytes[at - 1] === RETURN) {
          fieldEnd--;
          if (slot >= 0) hash = polyHash(bytes, fieldStart, fieldEnd);
        }
        if (slot >= 0) {
          fields.kind[slot] = TEXT;
          fields.start[slot] = fieldStart;
          fields.end[slot] = fieldEnd;
          fields.hash[slot] = hash;
          doubled[slot] = isDoubled;
          anyDoubled ||= isDoubled === 1;
        } else if (column >= columnCount && fieldEnd > fieldStart) {
          good = false;
        }
        column++;
        if (x === NEWLINE) break;
        at++;
      }
      this.rowCount++;
      let code: number;
      if (broken) at = bytes.indexOf(NEWLINE, rowStart);
      if (broken || !good || column < columnCount) code = MALFORMED;
      else if (at - rowStart > maxLineBytes) code = TOO_LONG;
      else code = sink.accept(anyDoubled ? this.undouble(bytes) : bytes);
      if (code !== 0) sink.setAside(code, base + rowStart, bytes, rowStart, at);
      at++;
      continue rows;
    }
    return stop;
  }

  /** Copies the row's fields to the scratch buffer, doubled quotes made single. */
  private undouble(bytes: Uint8Array): Uint8Array {
    const { scratch, fields, doubled } = this;
    scratch.length = 0;
    for (let slot = 0; slot < doubled.length; slot++) {
      const from = fields.start[slot]!;
      const end = fields.end[slot]!;
      const start = scratch.length;
      scratch.reserve(end - from);
      if (doubled[slot] === 0) scratch.raw(bytes, from, end);
      else {
        for (let i = from; i < end; i++) {
          scratch.bytes[scratch.length++] = bytes[i]!;
          if (bytes[i] === QUOTE) i++;
        }
      }
      fields.start[slot] = start;
      fields.end[slot] = scratch.length;
    }
    return scratch.bytes;
  }

  /** Reads the header at `start`; returns where the rows begin, or `start` when the header is not whole yet. */
  private readHeader(bytes: Uint8Array, start: number, stop: number, last: boolean): number {
    let quoted = false;
    for (let at = start; at < stop; at++) {
      if (bytes[at] === QUOTE) quoted = !quoted;
      else if (bytes[at] === NEWLINE && !quoted) {
        const [header] = csvRecords(textOf(bytes, start, at + 1), this.options.delimiter, 1);
        if (header === undefined) {
          start = at + 1;
          continue;
        }
        this.useHeader(header);
        return at + 1;
      }
    }
    if (last) throw new UserError(`${this.options.path} has no header line: its first quote is not closed`);
    return start;
  }

  private useHeader(header: readonly string[]): void {
    const { plan, options } = this;
    const absent = plan.columns.filter((column) => !header.includes(column));
    if (absent.length > 0) {
      const names = absent.map((column) => `"${column}"`).join(", ");
      throw new UserError(`${options.path} has no column ${names}`, [`its columns are: ${header.join(", ")}`]);
    }
    const slotOf = new Int32Array(header.length).fill(-1);
    plan.columns.forEach((column, slot) => (slotOf[header.indexOf(column)] = slot));
    this.slotOf = slotOf;
    this.header = header;
  }
}
