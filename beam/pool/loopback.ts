import * as grpc from "@grpc/grpc-js";
import type { StartWorkerRequest, StartWorkerResponse } from "apache-beam/proto/beam_fn_api";
import { beamFnExternalWorkerPoolDefinition } from "apache-beam/proto/beam_fn_api.grpc-server";
import { RepairedWorker } from "../worker/repairedWorker";
import { shutDown, type WorkerPool } from "./pool";

/**
 * Workers in the driver's own process and thread: for debugging a job on a local engine, with break points. The end of an engine ends
 * the worker, not the driver.
 */
export async function startLoopback(): Promise<WorkerPool> {
  const workers = new Set<RepairedWorker>();
  const server = new grpc.Server();
  server.addService(beamFnExternalWorkerPoolDefinition, {
    startWorker: (
      call: grpc.ServerUnaryCall<StartWorkerRequest, StartWorkerResponse>,
      answer: grpc.sendUnaryData<StartWorkerResponse>,
    ) => {
      const drop = (): unknown => workers.delete(worker);
      const worker = new RepairedWorker(call.request.workerId, call.request.controlEndpoint!.url, { ended: drop, lost: drop });
      workers.add(worker);
      worker.connected(20_000).then(
        () => answer(null, { error: "" }),
        (error: Error) => answer(null, { error: error.message }),
      );
    },
    stopWorker: (_call: unknown, answer: grpc.sendUnaryData<StartWorkerResponse>) => answer(null, { error: "" }),
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("localhost:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return {
    address: `localhost:${port}`,
    records: [],
    stop: () => {
      workers.forEach((worker) => worker.stop());
      return shutDown(server);
    },
  };
}
