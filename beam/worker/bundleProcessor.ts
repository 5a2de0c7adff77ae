import type { ProcessBundleDescriptor } from "apache-beam/proto/beam_fn_api";
import { DataSourceOperator, type IOperator } from "apache-beam/worker/operators";
import { BundleProcessor } from "apache-beam/worker/worker";
import { blame } from "./bundleErrors";
import { resetMetrics } from "./metrics";

/** Runs bundles of one fused stage, one at a time: counters start at zero, and errors carry the name of their transform. */
export class RepairedBundleProcessor extends BundleProcessor {
  constructor(...args: ConstructorParameters<typeof BundleProcessor>) {
    super(...args);
    for (const operator of this.operators.values()) {
      nameErrors(operator, stageNameOf(this.descriptor, operator.transformId));
    }
  }

  override async process(instructionId: string): Promise<void> {
    resetMetrics(this.metricsContainer);
    try {
      await super.process(instructionId);
    } catch (error) {
      this.forget(instructionId);
      throw error;
    }
  }

  /** A failed bundle's sources may still be registered; what the engine goes on sending for them is dropped. */
  private forget(instructionId: string): void {
    for (const operator of this.operators.values()) {
      if (operator instanceof DataSourceOperator) {
        operator.multiplexingDataChannel.unregisterConsumer(instructionId, operator.transformId);
      }
    }
  }
}

function nameErrors(operator: IOperator, name: string): void {
  const process = operator.process.bind(operator);
  const startBundle = operator.startBundle.bind(operator);
  const finishBundle = operator.finishBundle.bind(operator);
  operator.process = (value) => {
    try {
      const result = process(value);
      return result === null ? null : result.catch((error: unknown) => Promise.reject(blame(error, name)));
    } catch (error) {
      throw blame(error, name);
    }
  };
  operator.startBundle = () => startBundle().catch((error: unknown) => Promise.reject(blame(error, name)));
  operator.finishBundle = () => finishBundle().catch((error: unknown) => Promise.reject(blame(error, name)));
}

/** The name a person gave the stage; engines rename transforms but keep `uniqueName`. */
function stageNameOf(descriptor: ProcessBundleDescriptor, transformId: string): string {
  return descriptor.transforms[transformId]?.uniqueName || transformId;
}
