import * as grpc from "@grpc/grpc-js";
import type {
  Elements,
  InstructionRequest,
  InstructionResponse,
  ProcessBundleDescriptor,
  StateRequest,
  StateResponse,
} from "apache-beam/proto/beam_fn_api";
import { beamFnControlDefinition, beamFnDataDefinition, beamFnStateDefinition } from "apache-beam/proto/beam_fn_api.grpc-server";

type ControlStream = grpc.ServerDuplexStream<InstructionResponse, InstructionRequest>;
type DataStream = grpc.ServerDuplexStream<Elements, Elements>;

const UNLIMITED = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };

/** The engine's half of the Fn API over real gRPC, for one worker: sends instructions and data, notes answers and output. */
export class FakeRunner {
  readonly descriptors = new Map<string, ProcessBundleDescriptor>();
  readonly sideInputs = new Map<string, Uint8Array>();
  /** Prism refuses calls that do not say which worker makes them. */
  requireWorkerId = false;
  /** Bytes of output received, by instruction id. */
  readonly output = new Map<string, { data: Uint8Array[]; ended: boolean }>();
  endpoint = "";
  control: ControlStream | null = null;
  data: DataStream | null = null;
  state: grpc.ServerDuplexStream<StateRequest, StateResponse> | null = null;
  private readonly server = new grpc.Server(UNLIMITED);
  private readonly answers = new Map<string, (answer: InstructionResponse) => void>();
  private readonly changes = new Set<() => void>();

  async start(): Promise<this> {
    this.server.addService(beamFnControlDefinition, {
      control: (stream: ControlStream) => this.acceptControl(stream),
      getProcessBundleDescriptor: this.describe.bind(this),
    });
    this.server.addService(beamFnDataDefinition, { data: (stream: DataStream) => this.acceptData(stream) });
    this.server.addService(beamFnStateDefinition, {
      state: (stream: grpc.ServerDuplexStream<StateRequest, StateResponse>) => this.acceptState(stream),
    });
    const port = await new Promise<number>((resolve, reject) =>
      this.server.bindAsync("localhost:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    this.endpoint = `localhost:${port}`;
    return this;
  }

  /** Sends an instruction and waits for its answer. */
  async ask(request: InstructionRequest): Promise<InstructionResponse> {
    await this.until(() => this.control !== null);
    const answered = new Promise<InstructionResponse>((resolve) => this.answers.set(request.instructionId, resolve));
    this.control!.write(request);
    return answered;
  }

  process(instructionId: string, processBundleDescriptorId: string): Promise<InstructionResponse> {
    const processBundle = { processBundleDescriptorId, cacheTokens: [] };
    return this.ask({ instructionId, request: { oneofKind: "processBundle", processBundle } });
  }

  /** Sends messages to a source; the last one ends it. */
  async send(instructionId: string, transformId: string, messages: readonly Uint8Array[]): Promise<void> {
    await this.until(() => this.data !== null);
    messages.forEach((data, index) =>
      this.data!.write({ data: [{ instructionId, transformId, data, isLast: index === messages.length - 1 }], timers: [] }),
    );
  }

  /** All output of a bundle, once its end marker came. */
  async outputOf(instructionId: string): Promise<Buffer> {
    await this.until(() => this.output.get(instructionId)?.ended === true);
    return Buffer.concat(this.output.get(instructionId)!.data);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => this.changes.add(resolve));
    }
  }

  stop(): void {
    this.server.forceShutdown();
  }

  private acceptControl(stream: ControlStream): void {
    this.control = stream;
    stream.on("error", () => undefined);
    stream.on("data", (answer: InstructionResponse) => {
      this.answers.get(answer.instructionId)?.(answer);
      this.answers.delete(answer.instructionId);
    });
    this.changed();
  }

  private acceptData(stream: DataStream): void {
    this.data = stream;
    stream.on("error", () => undefined);
    stream.on("data", (message: Elements) => {
      for (const { instructionId, data, isLast } of message.data) {
        const output = this.output.get(instructionId) ?? { data: [], ended: false };
        // As Python's runner reads it: what comes with the end marker is not looked at.
        if (isLast) output.ended = true;
        else output.data.push(data);
        this.output.set(instructionId, output);
      }
      this.changed();
    });
    this.changed();
  }

  private acceptState(stream: grpc.ServerDuplexStream<StateRequest, StateResponse>): void {
    this.state = stream;
    stream.on("error", () => undefined);
    stream.on("data", ({ id, stateKey }: StateRequest) => {
      const key = stateKey?.type.oneofKind === "iterableSideInput" ? stateKey.type.iterableSideInput.sideInputId : "";
      const data = this.sideInputs.get(key);
      if (data !== undefined) {
        stream.write({ id, error: "", response: { oneofKind: "get", get: { data, continuationToken: new Uint8Array() } } });
      }
    });
    this.changed();
  }

  private describe(
    call: grpc.ServerUnaryCall<{ processBundleDescriptorId: string }, ProcessBundleDescriptor>,
    answer: grpc.sendUnaryData<ProcessBundleDescriptor>,
  ): void {
    if (this.requireWorkerId && call.metadata.get("worker_id").length === 0) {
      answer({ code: grpc.status.INVALID_ARGUMENT, details: "no worker_id in the call's metadata" });
    } else {
      answer(null, this.descriptors.get(call.request.processBundleDescriptorId));
    }
  }

  private changed(): void {
    const waiting = [...this.changes];
    this.changes.clear();
    waiting.forEach((wake) => wake());
  }
}
