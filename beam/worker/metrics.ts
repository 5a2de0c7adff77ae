import type { MonitoringInfo } from "apache-beam/proto/metrics";
import { MetricsShortIdCache, type MetricsContainer } from "apache-beam/worker/metrics";

/** Namespace of all our counters in an engine's own reports. */
export const METRICS_NAMESPACE = "sessionary";

/**
 * Sets every cell back to nothing before a bundle.
 *
 * Defect of the SDK (`ScopedMetricCell.reset`): it forgets that a cell was set but keeps its value, so a processor's second bundle reports
 * the first one's count again (1,873 sessions for 673).
 */
export function resetMetrics(container: MetricsContainer): void {
  for (const cell of container.metrics.values()) {
    cell.reset();
    cell.value.reset();
  }
}

/**
 * Labels of counters as engines know them.
 *
 * Defect of the SDK: user counters carry the label `TRANSFORM` and an empty namespace; Java's runners look for `PTRANSFORM` and drop what
 * lacks it.
 */
export class LabelledShortIds extends MetricsShortIdCache {
  override getShortId(metric: Parameters<MetricsShortIdCache["getShortId"]>[0]): string {
    const id = super.getShortId(metric);
    const info = this.asMonitoringInfo(id) as MonitoringInfo | undefined;
    if (info?.labels["TRANSFORM"] !== undefined) {
      info.labels["PTRANSFORM"] = info.labels["TRANSFORM"];
      delete info.labels["TRANSFORM"];
    }
    if (info?.labels["NAME"] !== undefined) {
      info.labels["NAMESPACE"] = METRICS_NAMESPACE;
    }
    return id;
  }
}
