import * as grpc from "@grpc/grpc-js";
import type { InstructionRequest, InstructionResponse } from "apache-beam/proto/beam_fn_api";
import { BeamFnExternalWorkerPoolClient } from "apache-beam/proto/beam_fn_api.grpc-client";
import { beamFnControlDefinition } from "apache-beam/proto/beam_fn_api.grpc-server";
import { UserError } from "../../model/errors";
import type { RunKind } from "../types";
import { CHANNEL_OPTIONS, INSECURE } from "../worker/channel";
import type { Workers } from "./environment";
import type { JobService } from "./jobService";

/** An option that only this engine's job service has. */
const OWN_OPTION: Partial<Record<RunKind, string>> = { flink: "flink_master", spark: "spark_master" };

/** @throws UserError when nothing answers at the endpoint, or another engine than the one asked for */
export async function checkEngine(service: JobService, kind: RunKind): Promise<void> {
  const name = kind === "portable" ? "engine" : kind;
  try {
    await service.reachable(10_000);
  } catch {
    throw new UserError(`no ${name} job service answers at ${service.endpoint}`, [
      "check runner.jobEndpoint (--job-endpoint), and that the job server runs",
      `an engine to try it: npm run engine -- ${kind === "portable" ? "prism" : kind} up`,
    ]);
  }
  const own = OWN_OPTION[kind];
  const options = own === undefined ? [] : await service.options();
  if (own !== undefined && options.length > 0 && !options.some(({ name: option }) => option === own)) {
    throw new UserError(`the job service at ${service.endpoint} is not one of ${kind}`, [
      "check runner.kind (--runner) and runner.jobEndpoint (--job-endpoint)",
    ]);
  }
}

/**
 * Starts one worker through the pool and waits for it to connect here: shows that the pool runs, has this program's version, and that a
 * worker can load the job's modules. On Prism a worker that fails later would end the engine itself.
 * @throws UserError naming the pool's address and what it said
 */
export async function checkPool({ poolAddress, params }: Workers, timeoutMs = 150_000): Promise<void> {
  if (poolAddress === null) {
    return;
  }
  const registered = await listenForWorker();
  const client = new BeamFnExternalWorkerPoolClient(poolAddress, INSECURE, CHANNEL_OPTIONS, {});
  const hints = ["check runner.workerPool (--workers), and that the pool runs: sessionary worker-pool --port 50000"];
  try {
    const error = await new Promise<string>((resolve, reject) =>
      client.startWorker(
        { workerId: "preflight", controlEndpoint: { url: registered.url }, params: { ...params } },
        new grpc.Metadata(),
        { deadline: Date.now() + timeoutMs },
        (failure, answer) => (failure ? reject(failure) : resolve(answer!.error)),
      ),
    );
    if (error !== "") {
      throw new UserError(`the worker pool at ${poolAddress} cannot start a worker: ${error}`);
    }
  } catch (error) {
    throw error instanceof UserError
      ? error
      : new UserError(`the worker pool at ${poolAddress} does not answer: ${(error as Error).message}`, hints);
  } finally {
    client.close();
    registered.close();
  }
}

/** A control service that does nothing: its end tells the worker to leave. */
async function listenForWorker(): Promise<{ url: string; close(): void }> {
  const server = new grpc.Server();
  const streams = new Set<grpc.ServerDuplexStream<InstructionResponse, InstructionRequest>>();
  server.addService(beamFnControlDefinition, {
    control: (stream: grpc.ServerDuplexStream<InstructionResponse, InstructionRequest>) => {
      streams.add(stream);
      stream.on("error", () => undefined);
    },
    getProcessBundleDescriptor: (_call: unknown, answer: grpc.sendUnaryData<never>) => answer({ code: grpc.status.NOT_FOUND }),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("localhost:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    url: `localhost:${port}`,
    close: () => {
      streams.forEach((stream) => stream.end());
      server.tryShutdown(() => undefined);
      setTimeout(() => server.forceShutdown(), 2000).unref();
    },
  };
}
