import "./sdkVersion";
import { BundleProcessor } from "apache-beam/worker/worker";
import type { MetricsContainer } from "apache-beam/worker/metrics";

/** A stage that may have work in hand when something else in its bundle fails. */
interface Peer {
  /** Forgets elements not yet started. */
  abandon(): void;
  /** Resolves when nothing is in hand; never rejects. */
  drain(): Promise<void>;
}

/** The bundle that a set of stages works on together: the first error stops them all. */
export class Bundle {
  /** First error, kept. */
  failure: Error | null = null;
  private readonly peers: Peer[] = [];

  join(peer: Peer): void {
    this.peers.push(peer);
  }

  /** Keeps the first error and lets all stages drop what they have not started. */
  fail(error: Error): void {
    this.failure ??= error;
    for (const peer of this.peers) {
      peer.abandon();
    }
  }

  /** After a failure: waits until no stage has work in hand, so that nothing runs on behind the caller's back. */
  async settle(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.drain()));
  }
}

// A processor makes one metrics container for all of its operators: the one thing they share that outlives no bundle set.
const bundles = new WeakMap<MetricsContainer, Bundle>();

export function bundleOf(metrics: MetricsContainer): Bundle {
  let bundle = bundles.get(metrics);
  if (bundle === undefined) {
    bundles.set(metrics, (bundle = new Bundle()));
  }
  return bundle;
}

let installed = false;

/** Makes a processor that fails wait for work in hand and report the first error of the bundle. */
export function repairBundleProcessor(): void {
  if (installed) {
    return;
  }
  installed = true;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const stock = BundleProcessor.prototype.process;
  BundleProcessor.prototype.process = async function (this: BundleProcessor, instructionId: string) {
    const bundle = bundleOf(this.metricsContainer);
    bundle.failure = null;
    try {
      await stock.call(this, instructionId);
    } catch (error) {
      bundle.fail(error instanceof Error ? error : new Error(String(error)));
      await bundle.settle();
      throw bundle.failure ?? error;
    }
  };
}
