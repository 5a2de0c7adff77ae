import { parseArgs } from "node:util";
import { provisionedIdentity } from "../pool/processBoot";
import { bootWorker, leave, WORKER_EXIT, type WorkerIdentity } from "./boot";
import { silentConsole } from "./silentConsole";

/** What a worker tells the pool that started it. */
export type WorkerMessage =
  { readonly kind: "connected" } | { readonly kind: "usage"; readonly peakBytes: number; readonly cpuSeconds: number };

/**
 * A worker process. Started by our pool with `--id --control_endpoint --modules`, or by an engine itself (PROCESS environment) with `--id
 * --provision_endpoint`, which must be asked for the rest.
 */
async function main(): Promise<void> {
  silentConsole();
  process.on("uncaughtException", (error) => leave(WORKER_EXIT.failed, error.stack ?? String(error)));
  process.on("unhandledRejection", (error) => leave(WORKER_EXIT.failed, error instanceof Error ? error.stack! : String(error)));
  process.on("disconnect", () => process.exit(WORKER_EXIT.poolGone));
  await bootWorker(await identity());
  tell({ kind: "connected" });
  setInterval(() => tell(usage()), 500).unref();
}

async function identity(): Promise<WorkerIdentity> {
  const { values } = parseArgs({
    strict: false,
    options: {
      id: { type: "string" },
      control_endpoint: { type: "string" },
      provision_endpoint: { type: "string" },
      modules: { type: "string" },
    },
  });
  const { control_endpoint: controlUrl, provision_endpoint: provisionUrl, modules } = values;
  // Prism quotes the id as for a shell, and then starts the command without one.
  const id = String(values.id ?? "").replace(/^'(.*)'$/, "$1");
  if (id === "") {
    throw new Error("a worker needs --id");
  }
  if (typeof controlUrl === "string" && typeof modules === "string") {
    return { id, controlUrl, modules: modules.split(",").filter(Boolean) };
  }
  if (typeof provisionUrl === "string") {
    return provisionedIdentity(id, provisionUrl, typeof controlUrl === "string" ? controlUrl : undefined);
  }
  throw new Error("a worker needs --control_endpoint and --modules, or --provision_endpoint");
}

function usage(): WorkerMessage {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  return { kind: "usage", peakBytes: maxRSS * 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 };
}

function tell(message: WorkerMessage): void {
  if (process.connected) {
    process.send?.(message);
  }
}

main().catch((error: unknown) =>
  leave(WORKER_EXIT.failed, error instanceof Error ? (error.stack ?? error.message) : String(error)),
);
