import { readParquetRows } from "../../io/formats/parquet";
import { ParquetSample } from "../../io/formats/parquetSample";
import type { FieldPlan } from "../../io/formats/rows";
import type { Split } from "../../io/inputs/inputFile";
import type { EventBuilder } from "./eventBuilder";
import type { FactsCollector } from "./factsCollector";
import type { ReadSettings } from "./readSettings";

/** Packs the rows of a Parquet split, and looks at some of them where facts are wanted. Returns the rows read. */
export async function readParquetSplit(
  split: Split,
  { settings, plan }: { readonly settings: ReadSettings; readonly plan: FieldPlan },
  builder: EventBuilder,
  facts: FactsCollector | null,
  onChunk: (bytesRead: number) => void,
): Promise<number> {
  const sample = settings.facts === undefined ? null : new ParquetSample(plan.columns, settings.facts.everyRows);
  const rowsRead = await readParquetRows(split, plan, builder, onChunk, sample);
  if (facts !== null && sample !== null) {
    for (const { cells, isWhole } of await sample.rows(split)) facts.add(cells, isWhole);
  }
  return rowsRead;
}
