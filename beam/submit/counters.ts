import type { MetricResults } from "apache-beam/proto/beam_job_api";
import type { MonitoringInfo } from "apache-beam/proto/metrics";
import { Reader } from "protobufjs";
import { METRICS_NAMESPACE } from "../worker/metrics";

const USER_COUNTER = "beam:metric:user:sum_int64:v1";

/** Sums of our counters by name. Engines report `attempted` (with retries) and, some of them, `committed`: the latter counts. */
export function countersOf(metrics: MetricResults | undefined): Record<string, number> {
  const committed = sums(metrics?.committed ?? []);
  return Object.keys(committed).length > 0 ? committed : sums(metrics?.attempted ?? []);
}

function sums(infos: readonly MonitoringInfo[]): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { urn, labels, payload } of infos) {
    const name = labels["NAME"];
    if (urn === USER_COUNTER && name !== undefined && labels["NAMESPACE"] === METRICS_NAMESPACE) {
      totals[name] = (totals[name] ?? 0) + Number(new Reader(payload).int64());
    }
  }
  return totals;
}

/** The stage furthest down the pipeline that has counted anything; null before the first count. */
export function latestStage(metrics: MetricResults | undefined, stageNames: ReadonlyMap<string, string>): string | null {
  const counted = new Set(
    [...(metrics?.attempted ?? []), ...(metrics?.committed ?? [])].map(({ labels }) => labels["PTRANSFORM"] ?? ""),
  );
  return [...stageNames].findLast(([id]) => counted.has(id))?.[1] ?? null;
}
