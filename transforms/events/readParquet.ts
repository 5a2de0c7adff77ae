import { readParquetRows } from "../../io/formats/parquet";
import { sampleRowGroups } from "../../io/formats/parquetSample";
import type { FieldPlan } from "../../io/formats/rows";
import type { Split } from "../../io/inputs/inputFile";
import type { EventBuilder } from "./eventBuilder";
import type { FactsCollector } from "./factsCollector";
import type { ReadSettings } from "./readSettings";

/** Packs the rows of a Parquet split, and looks at some of all columns where facts are wanted. Returns the rows read. */
export async function readParquetSplit(
  split: Split,
  { settings, plan }: { readonly settings: ReadSettings; readonly plan: FieldPlan },
  builder: EventBuilder,
  facts: FactsCollector | null,
  onChunk: (bytesRead: number) => void,
): Promise<number> {
  const rowsRead = await readParquetRows(split, plan, builder, onChunk);
  if (facts !== null) {
    for (const cells of await sampleRowGroups(split, settings.facts?.rowsPerGroup ?? 0)) facts.add(cells);
  }
  return rowsRead;
}
