import * as grpc from "@grpc/grpc-js";
import type {
  StartWorkerRequest,
  StartWorkerResponse,
  StopWorkerRequest,
  StopWorkerResponse,
} from "apache-beam/proto/beam_fn_api";
import { beamFnExternalWorkerPoolDefinition } from "apache-beam/proto/beam_fn_api.grpc-server";
import { packageVersion } from "../../model/packageRoot";
import { UserError } from "../../model/errors";
import { assertSdkVersion } from "../sdkVersion";
import { WorkerProcess, type WorkerRecord } from "./workerProcess";

export interface WorkerPoolOptions {
  /** Address to listen on; loopback unless engines on other machines start workers here. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** An engine that asked for a worker gets an answer within this time. */
  readonly connectTimeoutMs: number;
  readonly heapMegabytes: number;
  readonly log: (line: string) => void;
}

export interface WorkerPool {
  /** `host:port` engines use. */
  readonly address: string;
  /** Every worker ever started, in order. */
  readonly records: readonly WorkerRecord[];
  /** Kills what runs, answers who waits, and stops listening. */
  stop(): Promise<void>;
}

export const DEFAULT_POOL: WorkerPoolOptions = {
  host: "localhost",
  port: 0,
  connectTimeoutMs: 60_000,
  heapMegabytes: 1024,
  log: () => undefined,
};

/** Parameters a driver sends with every worker it asks for; `job` tells the job's workers from others. */
export const POOL_PARAMS = { modules: "modules", version: "version", job: "job" } as const;

/** Header of a StopWorker call by which a driver ends all workers of its job, whichever engine's machine started them. */
export const STOP_JOB_HEADER = "sessionary-job";

/**
 * The external worker pool of Beam's EXTERNAL environment: one Node process a worker.
 *
 * After StartWorker an engine waits for the worker's control connection without a limit of its own. So the answer comes when the worker is
 * connected, or names what went wrong. Worker ids are unique within one task manager only: StopWorker kills a worker only when the call
 * comes over the connection that started it; otherwise the worker leaves by itself when the engine ends its control stream.
 * @throws UserError when the port is taken
 */
export async function startWorkerPool(options: Partial<WorkerPoolOptions> = {}): Promise<WorkerPool> {
  const settings = { ...DEFAULT_POOL, ...options };
  assertSdkVersion();
  const service = new PoolService(settings);
  const server = new grpc.Server();
  server.addService(beamFnExternalWorkerPoolDefinition, {
    startWorker: service.startWorker.bind(service),
    stopWorker: service.stopWorker.bind(service),
  });
  const port = await bind(server, settings);
  return {
    address: `${settings.host}:${port}`,
    records: service.records,
    stop: () => {
      service.killAll();
      return shutDown(server);
    },
  };
}

class PoolService {
  readonly records: WorkerRecord[] = [];
  private readonly running = new Map<WorkerProcess, { readonly caller: string; readonly job: string | undefined }>();
  /** Calls of StartWorker that have no answer yet. */
  private readonly waiting = new Set<grpc.sendUnaryData<StartWorkerResponse>>();

  constructor(private readonly settings: WorkerPoolOptions) {}

  startWorker(
    call: grpc.ServerUnaryCall<StartWorkerRequest, StartWorkerResponse>,
    answer: grpc.sendUnaryData<StartWorkerResponse>,
  ): void {
    const { workerId, controlEndpoint, params } = call.request;
    const refusal = this.refusal(params[POOL_PARAMS.version], controlEndpoint?.url);
    if (refusal !== null) {
      answer(null, { error: refusal });
      return;
    }
    const modules = (params[POOL_PARAMS.modules] ?? "").split(",").filter(Boolean);
    const worker = new WorkerProcess(
      { id: workerId, controlUrl: controlEndpoint!.url, modules },
      this.settings.heapMegabytes,
      () => {
        this.running.delete(worker);
        this.settings.log(`worker ${workerId} (${worker.record.pid}) ended: ${worker.record.exit}`);
      },
    );
    this.running.set(worker, { caller: call.getPeer(), job: params[POOL_PARAMS.job] });
    this.records.push(worker.record);
    this.settings.log(`worker ${workerId} (${worker.record.pid}) started for ${controlEndpoint!.url}`);
    this.waiting.add(answer);
    worker.connected(this.settings.connectTimeoutMs).then(
      () => this.answer(answer, ""),
      (error: Error) => {
        this.settings.log(error.message);
        this.answer(answer, error.message);
      },
    );
  }

  stopWorker(
    call: grpc.ServerUnaryCall<StopWorkerRequest, StopWorkerResponse>,
    answer: grpc.sendUnaryData<StopWorkerResponse>,
  ): void {
    const stopped = call.metadata.get(STOP_JOB_HEADER)[0];
    if (stopped === undefined) {
      this.stopOldest(call.request.workerId, call.getPeer());
    } else {
      [...this.running].filter(([, { job }]) => job === stopped).forEach(([worker]) => worker.kill());
    }
    answer(null, { error: "" });
  }

  /** One caller's ids repeat too, when it has begun to count anew: the call is about the worker it started first. */
  private stopOldest(id: string, peer: string): void {
    for (const [worker, { caller }] of this.running) {
      if (worker.record.id === id && caller === peer) {
        worker.kill();
        return;
      }
    }
  }

  /** Callers that still wait for a worker get no error: their job is over, and an error, or silence, ends Prism itself. */
  killAll(): void {
    this.waiting.forEach((answer) => this.answer(answer, ""));
    for (const worker of this.running.keys()) {
      worker.kill();
    }
  }

  private answer(answer: grpc.sendUnaryData<StartWorkerResponse>, error: string): void {
    if (this.waiting.delete(answer)) {
      answer(null, { error });
    }
  }

  private refusal(driverVersion: string | undefined, controlUrl: string | undefined): string | null {
    if (controlUrl === undefined || controlUrl === "") {
      return "the request names no control endpoint";
    }
    return driverVersion === undefined || driverVersion === packageVersion()
      ? null
      : `the worker pool runs version ${packageVersion()}, the job was made by version ${driverVersion}: install the same version on both`;
  }
}

function bind(server: grpc.Server, { host, port }: WorkerPoolOptions): Promise<number> {
  return new Promise((resolve, reject) =>
    server.bindAsync(`${host}:${port}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error
        ? reject(new UserError(`the worker pool cannot listen on ${host}:${port}: ${error.message}`, ["choose another --port"]))
        : resolve(bound),
    ),
  );
}

/** Lets answers out, but waits no longer than a second for connections that stay open. */
export function shutDown(server: grpc.Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, 1000);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
