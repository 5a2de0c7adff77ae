import type { InputFile } from "../../io/inputs/inputFile";
import type { Config } from "../../model/config";
import type { FactsSettings } from "../../transforms/events/readSettings";

/** Rows of a day that are looked at, about; of very large days more, so that no rare column is overlooked. */
const ROWS_A_DAY = 8192;
const MAX_EVERY_BYTES = 1 << 16;
/** How much smaller compressed files are: rough. */
const COMPRESSED = 8;

/** How closely a job looks at its input: all rows of a small log, some 8,000 rows a day of a larger one. */
export function factsSettings(config: Config, files: readonly InputFile[], days: number): FactsSettings {
  const text = files.reduce((sum, { bytes, compression }) => sum + bytes * (compression === "none" ? 1 : COMPRESSED), 0);
  const every = 2 ** Math.floor(Math.log2(Math.max(1, text / days / ROWS_A_DAY)));
  const rowGroups = files.reduce((sum, file) => sum + (file.rowGroups?.length ?? 0), 0);
  return {
    zone: config.zone,
    everyBytes: Math.min(MAX_EVERY_BYTES, every),
    rowsPerGroup: Math.ceil((ROWS_A_DAY * days) / Math.max(1, rowGroups)),
  };
}
