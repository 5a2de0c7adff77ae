import { placeOf } from "../../io/places/place";
import { readJson, writeJson } from "../../io/runs/runFolder";
import type { InputChange } from "../../model/inputFacts/change";
import type { InputFindings } from "./inputChanges";
import type { DayPlan } from "./plan";

/** A run of a day that ended without publishing it. */
export interface FailedRun {
  readonly date: string;
  readonly runId: string;
  readonly at: string;
  readonly message: string;
  /** What the run found changed in the input of the day. */
  readonly changes?: readonly InputChange[];
}

const failuresFolder = (output: string) => `${output}/runs/_failures`;
const failurePath = (output: string, date: string) => `${failuresFolder(output)}/${date}.json`;

/** Remembers for `status` why days were not published. The first cause matters more than a full disk here. */
export async function recordFailure(
  output: string,
  plans: readonly Pick<DayPlan, "date" | "runId">[],
  error: unknown,
  findings: InputFindings,
): Promise<void> {
  const at = new Date().toISOString();
  const message = error instanceof Error ? error.message : String(error);
  for (const { date, runId } of plans) {
    const failure: FailedRun = { date, runId, at, message, changes: findings.changes.get(date) ?? [] };
    await writeJson(failurePath(output, date), failure).catch(() => undefined);
  }
}

/** A published day has not failed. */
export const clearFailure = (output: string, date: string) => placeOf(output).remove(failurePath(output, date));

export async function listFailures(output: string): Promise<FailedRun[]> {
  const files = await placeOf(output).list(`${failuresFolder(output)}/`);
  const failures = await Promise.all(files.map(({ path }) => readJson<FailedRun>(path)));
  return failures.filter((failure) => failure !== null);
}
