import type {
  InstructionRequest,
  InstructionResponse,
  ProcessBundleDescriptor,
  ProcessBundleRequest,
} from "apache-beam/proto/beam_fn_api";
import { BeamFnControlClient } from "apache-beam/proto/beam_fn_api.grpc-client";
import type { MultiplexingDataChannel } from "apache-beam/worker/data";
import type { MultiplexingStateChannel } from "apache-beam/worker/state";
import { Worker, type BundleProcessor } from "apache-beam/worker/worker";
import { quietConsole } from "../quietConsole";
import { errorText } from "./bundleErrors";
import { RepairedBundleProcessor } from "./bundleProcessor";
import { CHANNEL_OPTIONS, INSECURE, workerMetadata } from "./channel";
import { replyTo } from "./controlReplies";
import { DataChannel, type DataChannelLimits } from "./dataChannel";
import { fetchDescriptor } from "./descriptor";
import { LabelledShortIds } from "./metrics";
import { assertSdkVersion } from "../sdkVersion";
import { installSink } from "./sink";
import { StateChannel } from "./stateChannel";

/** What becomes of the worker when its engine is gone. */
export interface WorkerEnd {
  /** The engine ended the control stream: the normal end. */
  ended(): void;
  /** The control or data stream broke. */
  lost(error: Error): void;
}

/**
 * The SDK's worker with everything that breaks on real engines replaced; each part has its own file, which says what was wrong.
 *
 * Mended here: the stock worker has no handler for an error of the control stream (such an event without a handler ends the process: in
 * loopback the driver) and none for its end (the worker stays for ever); {@link WorkerEnd} decides. It also prints every request.
 */
export class RepairedWorker extends Worker {
  override readonly metricsShortIdCache = new LabelledShortIds();
  private readonly descriptors = new Map<string, Promise<ProcessBundleDescriptor>>();
  private readonly descriptorClient: BeamFnControlClient;
  private over = false;

  constructor(
    private readonly workerId: string,
    controlUrl: string,
    private readonly end: WorkerEnd,
    private readonly limits?: DataChannelLimits,
  ) {
    assertSdkVersion();
    quietConsole();
    installSink();
    super(workerId, { controlUrl });
    this.descriptorClient = new BeamFnControlClient(controlUrl, INSECURE, CHANNEL_OPTIONS, {});
    // The SDK's own listener only prints a warning and closes channels that end with the stream anyway.
    this.controlChannel.removeAllListeners("end");
    this.controlChannel.on("end", () => this.finish(() => end.ended()));
    this.controlChannel.on("error", (error: Error & { code?: number }) =>
      // 1 = cancelled by the engine: how some engines end the stream.
      this.finish(() => (error.code === 1 ? end.ended() : end.lost(error))),
    );
  }

  /** Resolves when the engine accepted the connection; rejects after `timeoutMs`. */
  connected(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.controlClient.waitForReady(Date.now() + timeoutMs, (error) => (error ? reject(error) : resolve())),
    );
  }

  override async handleRequest(request: InstructionRequest): Promise<void> {
    const { instructionId } = request;
    try {
      if (request.request.oneofKind === "processBundle") {
        await this.runBundle(instructionId, request.request.processBundle);
        return;
      }
      const reply = replyTo(request, this.activeBundleProcessors, this.metricsShortIdCache);
      this.answer({ instructionId, error: "", response: reply });
    } catch (error) {
      this.answer({ instructionId, error: errorText(error), response: { oneofKind: undefined } });
    }
  }

  override getDataChannel(endpoint: string): MultiplexingDataChannel {
    let channel: MultiplexingDataChannel | undefined = this.dataChannels.get(endpoint);
    if (channel === undefined) {
      channel = asStock<MultiplexingDataChannel>(
        new DataChannel(endpoint, this.workerId, (error) => this.finish(() => this.end.lost(error)), this.limits),
      );
      this.dataChannels.set(endpoint, channel);
    }
    return channel;
  }

  override getStateChannel(endpoint: string): MultiplexingStateChannel {
    let channel: MultiplexingStateChannel | undefined = this.stateChannels.get(endpoint);
    if (channel === undefined) {
      channel = asStock<MultiplexingStateChannel>(new StateChannel(endpoint, this.workerId));
      this.stateChannels.set(endpoint, channel);
    }
    return channel;
  }

  /** Closes all streams; the engine sees the worker leave. */
  override stop(): void {
    this.over = true;
    for (const channel of [...this.dataChannels.values(), ...this.stateChannels.values()]) {
      channel.close();
    }
    this.descriptorClient.close();
    this.controlChannel.end();
  }

  private async runBundle(instructionId: string, { processBundleDescriptorId }: ProcessBundleRequest): Promise<void> {
    try {
      const processor = await this.processorFor(processBundleDescriptorId);
      this.activeBundleProcessors.set(instructionId, processor);
      await processor.process(instructionId);
      const counts = processor.monitoringData(this.metricsShortIdCache);
      const processBundle = {
        residualRoots: [],
        requiresFinalization: false,
        monitoringInfos: Array.from(counts, ([id, payload]) => this.metricsShortIdCache.asMonitoringInfo(id, payload)),
        monitoringData: Object.fromEntries(counts),
      };
      this.answer({ instructionId, error: "", response: { oneofKind: "processBundle", processBundle } });
      this.returnBundleProcessor(processor);
    } finally {
      this.activeBundleProcessors.delete(instructionId);
    }
  }

  private async processorFor(descriptorId: string): Promise<BundleProcessor> {
    let fetched = this.descriptors.get(descriptorId);
    if (fetched === undefined) {
      fetched = fetchDescriptor(this.descriptorClient, descriptorId, workerMetadata(this.workerId));
      this.descriptors.set(descriptorId, fetched);
      fetched.catch(() => this.descriptors.delete(descriptorId));
    }
    const descriptor = await fetched;
    return (
      this.bundleProcessors.get(descriptor.id)?.pop() ??
      new RepairedBundleProcessor(
        descriptor,
        (url: string) => this.getDataChannel(url),
        (url: string) => this.getStateChannel(url),
      )
    );
  }

  private answer(response: InstructionResponse): void {
    if (!this.over) {
      this.controlChannel.write(response);
    }
  }

  private finish(tell: () => void): void {
    if (!this.over) {
      this.over = true;
      tell();
    }
  }
}

/** Our channels have all that operators call, but not the private parts of the SDK's classes. */
function asStock<T>(channel: DataChannel | StateChannel): T {
  return channel as unknown as T;
}
