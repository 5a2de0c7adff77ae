import "../stages";
import { loadModules } from "./modules";
import { RepairedWorker } from "./repairedWorker";

export interface WorkerIdentity {
  readonly id: string;
  readonly controlUrl: string;
  /** Modules to load first, see `loadModules`. */
  readonly modules: readonly string[];
}

/** Exit codes of a worker process. */
export const WORKER_EXIT = { ended: 0, failed: 1, lost: 3, notConnected: 4, poolGone: 5 } as const;

const CONNECT_TIMEOUT_MS = 60_000;

/**
 * Makes this process a worker: loads the job's modules, connects, works until the engine ends the control stream, and then leaves. A worker
 * that outlives its engine would hold memory and files for nobody.
 * @returns after the engine accepted the connection
 */
export async function bootWorker({ id, controlUrl, modules }: WorkerIdentity): Promise<void> {
  loadModules(modules);
  const worker = new RepairedWorker(id, controlUrl, {
    ended: () => process.exit(WORKER_EXIT.ended),
    lost: (error) => leave(WORKER_EXIT.lost, `worker ${id} lost its engine at ${controlUrl}: ${error.message}`),
  });
  try {
    await worker.connected(CONNECT_TIMEOUT_MS);
  } catch {
    leave(WORKER_EXIT.notConnected, `worker ${id} could not connect to ${controlUrl}`);
  }
}

/** Says why on standard error and ends the process. */
export function leave(code: number, why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(code);
}
