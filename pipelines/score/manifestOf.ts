import { MANIFEST_FORMAT, type RestatedCounts, type RunManifest } from "../../io/runs/manifest";
import { packageVersion } from "../../model/packageRoot";
import type { Receipt } from "../../transforms/output/writeSettings";
import type { CheckedJob } from "./check";
import { dayCounts } from "./dayCounts";
import { inputName } from "./fingerprint";
import type { InputFindings } from "./inputChanges";
import type { DayPlan, ProjectState } from "./plan";

/** What is known of a day when it is published, beside its plan and the numbers of its job. */
export interface DayOutcome {
  readonly findings: InputFindings;
  readonly restated: RestatedCounts | null;
  readonly identityUse: string | null;
}

/** What a day was made from, in numbers. */
export function manifestOf(
  state: ProjectState,
  plan: DayPlan,
  job: CheckedJob,
  span: { readonly jobId: string; readonly from: string; readonly to: string; readonly fromMs: number; readonly toMs: number },
  { findings, restated, identityUse }: DayOutcome,
  nowMs: number,
): RunManifest {
  const receipts = job.receipts.get(plan.date) ?? [];
  const wasNear = (path: string): boolean => {
    const counts = Object.hasOwn(job.read.files, path) ? job.read.files[path] : undefined;
    if (counts === undefined || counts.firstMs === null || counts.lastMs === null) return false;
    return counts.firstMs < plan.range.toMs && counts.lastMs >= plan.range.fromMs;
  };
  return {
    format: MANIFEST_FORMAT,
    runId: plan.runId,
    jobId: span.jobId,
    date: plan.date,
    zone: state.config.zone,
    fingerprint: plan.fingerprint,
    settingsHash: plan.settingsHash,
    createdAt: new Date(nowMs).toISOString(),
    program: `sessionary/${packageVersion()}`,
    model: state.modelId,
    identityMap: state.identityHash,
    identityUse,
    job: {
      from: span.from,
      to: span.to,
      readFrom: new Date(span.fromMs).toISOString(),
      readTo: new Date(span.toMs).toISOString(),
      rows: job.rows,
      robotsByRule: job.cut.robotsByRule,
    },
    inputs: plan.inputs.map(({ path, bytes, tag }) => ({
      path: inputName(path, state.config.baseDir),
      bytes,
      tag,
      near: wasNear(path),
      read: Object.hasOwn(job.read.files, path),
    })),
    changes: findings.changes.get(plan.date) ?? [],
    day: { ...dayCounts(receipts), noise: job.noise.get(plan.date) ?? {} },
    files: receipts.map(({ table, path, bytes, rows }: Receipt) => ({ table, path, bytes, rows })),
    restated,
  };
}
