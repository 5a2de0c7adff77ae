import { publishDay as publishTable, type PublishOutcome } from "../../io/delta/publish";
import type { RunManifest } from "../../io/runs/manifest";
import type { Config } from "../../model/config";
import { packageVersion } from "../../model/packageRoot";
import { allTables } from "../../model/tables/tables";
import type { Receipt } from "../../transforms/output/writeSettings";
import type { DayPlan } from "./plan";

/**
 * Shows a day: one commit a table, `sessions` last. After a crash in between, readers of `sessions` see the old version, and the next run
 * commits what is missing.
 *
 * @returns what became of the `sessions` table
 * @throws PublishConflict when another run published the day with other inputs meanwhile
 */
export async function publishDay(
  config: Config,
  plan: DayPlan,
  manifest: RunManifest,
  receipts: readonly Receipt[],
  nowMs: number,
  onCommit: (table: string) => void,
): Promise<PublishOutcome> {
  let outcome: PublishOutcome = { kind: "unchanged", version: -1 };
  const { sessions, events } = manifest.day;
  for (const schema of allTables(config.input.attributes)) {
    onCommit(schema.name);
    outcome = await publishTable({
      root: `${config.output.path}/${schema.name}`,
      schema,
      date: plan.date,
      files: receipts.filter(({ table }) => table === schema.name).map(({ path, bytes, rows }) => ({ path, bytes, rows })),
      fingerprint: plan.fingerprint,
      runId: plan.runId,
      tags: { model: manifest.model, sessions: String(sessions), changes: String(manifest.changes.length) },
      seen: plan.seen[schema.name] ?? null,
      facts: { model: manifest.model, sessions, events, rows: manifest.job.rows },
      engineInfo: `sessionary/${packageVersion()}`,
      nowMs,
    });
  }
  return outcome;
}
