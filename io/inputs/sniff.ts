import { csvRecords } from "../formats/csvText";
import type { FileFormat } from "./inputFile";

const DELIMITERS = [",", "\t", ";", "|"] as const;
const COMBINED = /^\S+ \S+ .*?\[[^\]]+\] "(?:[^"\\]|\\.)*" \S+ \S+ "(?:[^"\\]|\\.)*" "/;
const COMMON = /^\S+ \S+ .*?\[[^\]]+\] "(?:[^"\\]|\\.)*" \S+ \S+/;

export interface SniffedFormat {
  readonly format: FileFormat;
  /** CSV and TSV: the character between fields. */
  readonly delimiter: string | null;
}

/** Whether the first bytes are those of a Parquet file. */
export const isParquet = (head: Uint8Array) => head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;

/** The format of a text by its first lines, else by the ending of its name; null when both tell nothing. */
export function sniffText(head: string, path: string): SniffedFormat | null {
  return sniffLines(head) ?? sniffName(path);
}

function sniffName(path: string): SniffedFormat | null {
  const ending = /\.(jsonl|ndjson|json|csv|tsv)(\.(gz|gzip|zst|zstd))?$/i.exec(path)?.[1]?.toLowerCase();
  if (ending === undefined) return null;
  if (ending === "csv") return { format: "csv", delimiter: "," };
  return ending === "tsv" ? { format: "tsv", delimiter: "\t" } : { format: "jsonl", delimiter: null };
}

function sniffLines(head: string): SniffedFormat | null {
  const text = head.replace(/^\ufeff/, "");
  const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "";
  if (line.trimStart().startsWith("{")) return { format: "jsonl", delimiter: null };
  if (COMBINED.test(line)) return { format: "combined", delimiter: null };
  if (COMMON.test(line)) return { format: "common", delimiter: null };
  const delimiter = sniffDelimiter(text);
  return delimiter === null ? null : { format: delimiter === "\t" ? "tsv" : "csv", delimiter };
}

/** The character that cuts the first lines into the most columns, the same number in nearly all of them; null when none does. */
function sniffDelimiter(head: string): string | null {
  // The last line may be cut.
  const whole = head.includes("\n") ? head.slice(0, head.lastIndexOf("\n") + 1) : head;
  let best: string | null = null;
  let bestColumns = 1;
  for (const delimiter of DELIMITERS) {
    const records = csvRecords(whole, delimiter, 50);
    const columns = records[0]?.length ?? 0;
    // Some writers end rows, but not the header, with empty fields.
    const same = records.filter((record) => record.length >= columns && record.slice(columns).every((field) => field === ""));
    if (columns > bestColumns && same.length >= records.length * 0.9) {
      best = delimiter;
      bestColumns = columns;
    }
  }
  return best;
}
