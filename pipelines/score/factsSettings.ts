import type { InputFile } from "../../io/inputs/inputFile";
import type { Config } from "../../model/config";
import type { FactsSettings } from "../../transforms/events/readSettings";

/** Rows of a day that are looked at, about; of very large days more, so that no rare column is overlooked. */
const ROWS_A_DAY = 8192;
const MAX_EVERY_BYTES = 1 << 16;
const MAX_EVERY_ROWS = 1 << 10;
/** How much smaller compressed files are: rough. */
const COMPRESSED = 8;

/** How closely a job looks at its input: all rows of a small log, some 8,000 rows a day of a larger one. */
export function factsSettings(config: Config, files: readonly InputFile[], days: number): FactsSettings {
  const text = files.reduce((sum, { bytes, compression }) => sum + bytes * (compression === "none" ? 1 : COMPRESSED), 0);
  const rows = files.flatMap(({ rowGroups }) => rowGroups ?? []).reduce((sum, group) => sum + group, 0);
  const every = (ofJob: number, round: (exponent: number) => number) =>
    2 ** Math.max(0, round(Math.log2(Math.max(1, ofJob) / days / ROWS_A_DAY)));
  return {
    zone: config.zone,
    everyBytes: Math.min(MAX_EVERY_BYTES, every(text, Math.floor)),
    // Rounded the other way: a row in columns costs more to look at than a line of text.
    everyRows: Math.min(MAX_EVERY_ROWS, every(rows, Math.ceil)),
  };
}
