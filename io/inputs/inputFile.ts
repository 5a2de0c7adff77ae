import type { InputFormat } from "../../model/config";
import type { Compression } from "../compression";
import type { FileInfo } from "../places/place";

export type FileFormat = Exclude<InputFormat, "auto">;

/** A log file as found, with all that reading needs to know. Plain data. */
export interface InputFile extends FileInfo {
  readonly format: FileFormat;
  readonly compression: Compression;
  /** CSV and TSV: the character between fields. */
  readonly delimiter: string | null;
  /** May be read in byte ranges: plain text whose lines are rows. */
  readonly splittable: boolean;
  /** Parquet: rows of each row group. */
  readonly rowGroups: readonly number[] | null;
}

/** A part of a file that one task reads. */
export interface Split {
  /** Unique and stable: path and position. */
  readonly id: string;
  readonly file: InputFile;
  /** Byte range of a splittable file, row groups of a Parquet file (end excluded). Others are read whole. */
  readonly start: number;
  readonly end: number;
}

/** The splits of a file: byte ranges of about `splitBytes`, runs of row groups, or the file as a whole. */
export function splitsOf(file: InputFile, splitBytes: number): Split[] {
  const { path, bytes, rowGroups } = file;
  const split = (start: number, end: number): Split => ({ id: `${path}#${start}`, file, start, end });
  if (bytes === 0) return [];
  if (rowGroups !== null) {
    const perGroup = bytes / Math.max(1, rowGroups.length);
    const run = Math.max(1, Math.round(splitBytes / perGroup / PARQUET_DENSITY));
    return Array.from({ length: Math.ceil(rowGroups.length / run) }, (_, i) =>
      split(i * run, Math.min(rowGroups.length, (i + 1) * run)),
    );
  }
  if (!file.splittable || bytes <= splitBytes * 1.5) return [split(0, bytes)];
  const count = Math.ceil(bytes / splitBytes);
  const each = Math.ceil(bytes / count);
  return Array.from({ length: count }, (_, i) => split(i * each, Math.min(bytes, (i + 1) * each)));
}

/** Text bytes behind a byte of Parquet, about. */
const PARQUET_DENSITY = 5;
