import { Gauge, Registry } from "prom-client";
import { METRICS, type MetricInfo, type MetricName } from "./metricList";

export type Labels = Readonly<Record<string, string>>;

/** The metrics of one run, in Prometheus' text format. */
export class RunMetrics {
  private readonly registry = new Registry();
  private readonly gauges = new Map<MetricName, Gauge>();

  /** @param everywhere labels of every value */
  constructor(private readonly everywhere: Labels) {}

  set(name: MetricName, value: number, labels: Labels = {}): void {
    this.gauge(name).set({ ...this.everywhere, ...labels }, value);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private gauge(name: MetricName): Gauge {
    let gauge = this.gauges.get(name);
    if (gauge === undefined) {
      const { help, labels }: MetricInfo = METRICS[name];
      const labelNames = [...Object.keys(this.everywhere), ...labels];
      gauge = new Gauge({ name, help, labelNames, registers: [this.registry] });
      this.gauges.set(name, gauge);
    }
    return gauge;
  }
}
