import type * as grpc from "@grpc/grpc-js";
import type { StateKey, StateRequest, StateResponse } from "apache-beam/proto/beam_fn_api";
import { BeamFnStateClient } from "apache-beam/proto/beam_fn_api.grpc-client";
import type { MaybePromise, MultiplexingStateChannel } from "apache-beam/worker/state";
import { CHANNEL_OPTIONS, INSECURE, workerMetadata } from "./channel";

interface PendingRead {
  readonly resolve: (response: StateResponse) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Reads side inputs from the engine.
 *
 * Defect of the SDK (`worker/state.js`): messages above 4 MB break the stream, and nobody tells those who wait: a 5 MB side input hangs for
 * ever. Here there is no limit, and an error or the end of the stream rejects every read, waiting or yet to come.
 */
export class StateChannel implements Pick<MultiplexingStateChannel, "getState" | "close"> {
  private readonly pending = new Map<string, PendingRead>();
  private readonly stream: grpc.ClientDuplexStream<StateRequest, StateResponse>;
  private requests = 0;
  private lost: Error | null = null;

  constructor(endpoint: string, workerId: string) {
    this.stream = new BeamFnStateClient(endpoint, INSECURE, CHANNEL_OPTIONS, {}).state(workerMetadata(workerId));
    this.stream.on("data", (response: StateResponse) => {
      this.pending.get(response.id)?.resolve(response);
      this.pending.delete(response.id);
    });
    this.stream.on("error", (error: Error) => this.fail(error));
    this.stream.on("end", () => this.fail(new Error("the engine closed the state stream")));
  }

  getState<T>(instructionId: string, stateKey: StateKey, decode: (data: Uint8Array) => T): MaybePromise<T> {
    return { type: "promise", promise: this.readAll(instructionId, stateKey).then(decode) };
  }

  close(): void {
    this.stream.end();
  }

  private async readAll(instructionId: string, stateKey: StateKey): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let continuationToken = new Uint8Array();
    do {
      const { error, response } = await this.read(instructionId, stateKey, continuationToken);
      if (error !== "" || response.oneofKind !== "get") {
        throw new Error(`reading a side input: ${error || `unexpected answer ${response.oneofKind ?? "without content"}`}`);
      }
      parts.push(response.get.data);
      continuationToken = response.get.continuationToken as Uint8Array<ArrayBuffer>;
    } while (continuationToken.length > 0);
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  private read(instructionId: string, stateKey: StateKey, continuationToken: Uint8Array): Promise<StateResponse> {
    return new Promise((resolve, reject) => {
      if (this.lost !== null) {
        reject(this.lost);
        return;
      }
      const id = `read${this.requests++}`;
      this.pending.set(id, { resolve, reject });
      this.stream.write({ id, instructionId, stateKey, request: { oneofKind: "get", get: { continuationToken } } });
    });
  }

  private fail(error: Error): void {
    this.lost ??= error;
    for (const { reject } of this.pending.values()) {
      reject(error);
    }
    this.pending.clear();
  }
}
