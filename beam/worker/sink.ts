import { Writer } from "protobufjs";
import { Context, type Coder } from "apache-beam/coders/coders";
import { RemoteGrpcPort } from "apache-beam/proto/beam_fn_api";
import type { PTransform } from "apache-beam/proto/beam_runner_api";
import type { WindowedValue } from "apache-beam/values";
import {
  NonPromise,
  registerOperator,
  type IOperator,
  type OperatorContext,
  type ProcessResult,
} from "apache-beam/worker/operators";
import type { DataChannel } from "./dataChannel";

/** Few, large messages: Beam's Java runners hold at most 100 messages of a bundle. */
const MESSAGE_BYTES = 2 << 20;

/**
 * The end of a fused stage: encodes elements and sends them to the engine.
 *
 * Defect of the SDK (`DataSinkOperator`): `flush()` awaits the send before it replaces its buffer. One element that yields more than 1 MB
 * re-sends the whole buffer with every further value (duplicates, and without end). Here the buffer is swapped before it is sent. The
 * stock sink also makes the bundle's answer wait for its output, see `outputSpool.ts`.
 */
export class SinkOperator implements IOperator {
  readonly transformId: string;
  private readonly channel: DataChannel;
  private readonly coder: Coder<WindowedValue<unknown>>;
  private readonly bundleId: () => string;
  private buffer = new Writer();

  constructor(transformId: string, transform: PTransform, context: OperatorContext) {
    const port = RemoteGrpcPort.fromBinary(transform.spec!.payload);
    this.transformId = transformId;
    this.channel = context.getDataChannel(port.apiServiceDescriptor!.url) as unknown as DataChannel;
    this.coder = context.pipelineContext.getCoder(port.coderId);
    this.bundleId = context.getBundleId;
  }

  async startBundle(): Promise<void> {
    this.buffer = new Writer();
  }

  process(value: WindowedValue<unknown>): ProcessResult {
    this.coder.encode(value, this.buffer, Context.needsDelimiters);
    if (this.buffer.len > MESSAGE_BYTES) {
      this.send(false);
    }
    return NonPromise;
  }

  async finishBundle(): Promise<void> {
    this.send(true);
  }

  private send(isLast: boolean): void {
    const full = this.buffer;
    this.buffer = new Writer();
    this.channel.sendOutput(this.bundleId(), this.transformId, full.finish(), isLast);
  }
}

/** Makes new bundle processors use this sink. */
export function installSink(): void {
  registerOperator("beam:runner:sink:v1", SinkOperator);
}
