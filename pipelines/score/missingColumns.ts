import type { InputFile } from "../../io/inputs/inputFile";
import { sampleRows } from "../../io/glance/sampleRows";
import { DataError } from "../../model/errors";
import { columnChanges } from "../../model/inputFacts/columnChanges";
import { changeLine } from "../../model/inputFacts/change";
import { mergeInputFacts } from "../../model/inputFacts/facts";
import { columnRoles } from "../../model/inputFacts/roles";
import { FactsCollector } from "../../transforms/events/factsCollector";
import { planColumns } from "../../transforms/events/readSettings";
import { inputName } from "./fingerprint";
import { factsByDate } from "./inputChanges";
import { datedFacts, readInputHistory } from "./inputHistory";
import type { DayPlan, ProjectState } from "./plan";

const ROWS_LOOKED_AT = 1000;
/** Files whose columns are looked at: a failure is no reason to wait for thousands. */
const MAX_FILES = 200;
/** Files that are named and looked into. */
const FILES_SHOWN = 3;

/**
 * After a run that failed: when it was for columns that a CSV, TSV or Parquet file does not have, what has become of them since the
 * days before. Other formats have no fixed columns, and a row without one is set aside.
 *
 * @returns null when no file lacks a column, or nothing is known of the days before
 */
export async function explainMissingColumns(
  state: ProjectState,
  plans: readonly DayPlan[],
  files: readonly InputFile[],
): Promise<DataError | null> {
  const { config } = state;
  const wanted = planColumns(config).plan.columns;
  const lacking: { readonly file: InputFile; readonly facts: FactsCollector }[] = [];
  const columnar = files.filter(({ format }) => format === "csv" || format === "tsv" || format === "parquet");
  for (const file of columnar.slice(0, MAX_FILES)) {
    const sample = await sampleRows(file, config.input, ROWS_LOOKED_AT).catch(() => null);
    if (sample === null || wanted.every((column) => sample.columns.includes(column))) continue;
    const facts = new FactsCollector(config, config.zone, file.path);
    for (const row of sample.rows) facts.add(row);
    lacking.push({ file, facts });
    if (lacking.length === FILES_SHOWN) break;
  }
  const [first] = plans;
  if (lacking.length === 0 || first === undefined) return null;
  const facts = factsByDate(state, plans, mergeInputFacts(lacking.map((one) => one.facts.facts())));
  const known = datedFacts((await readInputHistory(state, first.date)).days);
  const lines = [...facts].flatMap(([date, day]) =>
    columnChanges({ date, facts: day }, known, columnRoles(config)).map(changeLine),
  );
  const [message, ...hints] = new Set(lines);
  if (message === undefined) return null;
  const names = lacking.map(({ file }) => inputName(file.path, config.baseDir));
  return new DataError(message, [...hints, `in ${names.join(", ")}; nothing was published`]);
}
