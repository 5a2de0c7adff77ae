import { csvRecords } from "../../io/formats/csvText";
import { DelimitedScanner } from "../../io/formats/delimited";
import { emptyFields, TEXT, type LineScanner, type RowSink } from "../../io/formats/rows";
import { textOf } from "../../io/formats/utf8";
import { WEBLOG_COLUMNS, WeblogScanner } from "../../io/formats/weblog";
import type { InputFile } from "../../io/inputs/inputFile";
import type { FactsCollector, RowCells } from "./factsCollector";

const NEWLINE = 10;
/** Longer lines are not looked at. */
const MAX_LINE_BYTES = 1 << 16;
const MAX_DEPTH = 3;

/**
 * Looks at some of the lines that a scanner reads, and lets it do its work as if nobody looked: of every `everyBytes` of text, the first
 * line that begins there. Which lines these are depends on the text alone, and the events' own path costs nothing more.
 */
export class LineFacts implements LineScanner {
  private nextLook = -1;
  private readonly cellsOf: (line: string) => RowCells | null;

  constructor(
    private readonly scanner: LineScanner,
    file: Pick<InputFile, "format" | "delimiter">,
    private readonly everyBytes: number,
    private readonly facts: FactsCollector,
  ) {
    if (scanner instanceof DelimitedScanner) {
      this.cellsOf = (line) => delimitedCells(line, file.delimiter ?? ",", scanner.header);
    } else this.cellsOf = file.format === "jsonl" ? jsonCells : weblogCells(file.format === "combined");
  }

  get rowCount(): number {
    return this.scanner.rowCount;
  }

  skipRow(): void {
    this.scanner.skipRow();
  }

  scan(bytes: Uint8Array, start: number, stop: number, base: number, last: boolean): number {
    const consumed = this.scanner.scan(bytes, start, stop, base, last);
    const { everyBytes } = this;
    if (this.nextLook < 0) this.nextLook = Math.ceil((base + start) / everyBytes) * everyBytes;
    while (this.nextLook < base + consumed) {
      const look = this.nextLook - base;
      const newline = look <= start ? start - 1 : bytes.indexOf(NEWLINE, look - 1);
      const lineStart = newline + 1;
      if ((newline < 0 && look > start) || lineStart >= consumed) break;
      const lineEnd = bytes.indexOf(NEWLINE, lineStart);
      if (lineEnd - lineStart <= MAX_LINE_BYTES) {
        const cells = this.cellsOf(textOf(bytes, lineStart, lineEnd));
        if (cells !== null) this.facts.add(cells);
      }
      this.nextLook = (Math.floor((base + lineStart) / everyBytes) + 1) * everyBytes;
    }
    return consumed;
  }
}

/** Cells of a line of JSON, those inside objects by path; null for a line that is no object. */
export function jsonCells(line: string): RowCells | null {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof row !== "object" || row === null || Array.isArray(row)) return null;
  const cells: [string, string | null][] = [];
  flatten(row, "", cells, MAX_DEPTH);
  return cells;
}

function flatten(row: object, prefix: string, cells: [string, string | null][], depth: number): void {
  for (const [key, value] of Object.entries(row as Readonly<Record<string, string | number | boolean | object | null>>)) {
    const column = `${prefix}${key}`;
    if (value === null) continue;
    if (typeof value !== "object") cells.push([column, String(value)]);
    else if (depth > 0 && !Array.isArray(value)) flatten(value, `${column}.`, cells, depth - 1);
    else cells.push([column, null]);
  }
}

/** Null for the header, and for a line that is only a part of a record: a quoted field may hold newlines. */
function delimitedCells(line: string, delimiter: string, header: readonly string[] | null): RowCells | null {
  const [record] = csvRecords(line, delimiter, 1);
  if (record === undefined || header === null || record.length < header.length) return null;
  if (header.every((name, i) => record[i] === name)) return null;
  return header.map((name, i) => [name, record[i] as string] as const);
}

function weblogCells(combined: boolean): (line: string) => RowCells | null {
  const columns = combined ? [...WEBLOG_COLUMNS] : WEBLOG_COLUMNS.slice(0, -2);
  let cells: [string, string][] | null = null;
  const fields = emptyFields(columns.length);
  const sink: RowSink = {
    fields,
    accept: (bytes) => {
      cells = columns.flatMap((column, slot): [string, string][] =>
        fields.kind[slot] === TEXT ? [[column, textOf(bytes, fields.start[slot]!, fields.end[slot]!)]] : [],
      );
      return 0;
    },
    setAside: () => undefined,
  };
  const scanner = new WeblogScanner({ columns, hashed: columns.map(() => false) }, sink, combined, MAX_LINE_BYTES);
  return (line) => {
    const bytes = Buffer.from(`${line}\n`, "utf8");
    cells = null;
    scanner.scan(bytes, 0, bytes.length, 0);
    return cells;
  };
}
