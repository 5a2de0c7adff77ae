import { ProvisionServiceClient } from "apache-beam/proto/beam_provision_api.grpc-client";
import { CHANNEL_OPTIONS, INSECURE, workerMetadata } from "../worker/channel";
import type { WorkerIdentity } from "../worker/boot";

/** Environment variable that carries the job's modules to a worker an engine starts by itself. */
export const MODULES_VARIABLE = "SESSIONARY_MODULES";

/**
 * PROCESS environment: the engine runs our command with `--id` and `--provision_endpoint` only; the provision service knows the rest.
 * @throws Error when the service cannot be reached within 20 s or names no control endpoint
 */
export async function provisionedIdentity(id: string, provisionUrl: string): Promise<WorkerIdentity> {
  const client = new ProvisionServiceClient(provisionUrl, INSECURE, CHANNEL_OPTIONS, {});
  const controlUrl = await new Promise<string>((resolve, reject) =>
    client.getProvisionInfo({}, workerMetadata(id), { deadline: Date.now() + 20_000 }, (error, answer) => {
      const url = answer?.info?.controlEndpoint?.url;
      if (error || !url) {
        reject(error ?? new Error(`${provisionUrl} names no control endpoint for worker ${id}`));
      } else {
        resolve(url);
      }
    }),
  );
  client.close();
  return { id, controlUrl, modules: (process.env[MODULES_VARIABLE] ?? "").split(",").filter(Boolean) };
}
