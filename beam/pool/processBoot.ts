import { ProvisionServiceClient } from "apache-beam/proto/beam_provision_api.grpc-client";
import type { ProvisionInfo } from "apache-beam/proto/beam_provision_api";
import { CHANNEL_OPTIONS, INSECURE, workerMetadata } from "../worker/channel";
import type { WorkerIdentity } from "../worker/boot";

/** Environment variable, and pipeline option, that carry the job's modules to a worker an engine starts by itself. */
export const MODULES_VARIABLE = "SESSIONARY_MODULES";
export const MODULES_OPTION = "sessionaryModules";

const MODULES_OPTION_KEY = "beam:option:sessionary_modules:v1";

/**
 * PROCESS and container environments: the engine runs our command with `--id` and `--provision_endpoint`; the provision service knows the
 * rest.
 * @param controlUrl where an engine gave it on the command line
 * @throws Error when the service cannot be reached within 20 s or names no control endpoint
 */
export async function provisionedIdentity(id: string, provisionUrl: string, controlUrl?: string): Promise<WorkerIdentity> {
  const info = await provisionInfo(id, provisionUrl);
  const url = controlUrl ?? info.controlEndpoint?.url;
  if (!url) {
    throw new Error(`${provisionUrl} names no control endpoint for worker ${id}`);
  }
  const option = info.pipelineOptions?.fields[MODULES_OPTION_KEY]?.kind;
  const modules = process.env[MODULES_VARIABLE] ?? (option?.oneofKind === "stringValue" ? option.stringValue : "");
  return { id, controlUrl: url, modules: modules.split(",").filter(Boolean) };
}

async function provisionInfo(id: string, url: string): Promise<ProvisionInfo> {
  const client = new ProvisionServiceClient(url, INSECURE, CHANNEL_OPTIONS, {});
  try {
    return await new Promise((resolve, reject) =>
      client.getProvisionInfo({}, workerMetadata(id), { deadline: Date.now() + 20_000 }, (error, answer) =>
        error || answer?.info === undefined
          ? reject(error ?? new Error(`${url} knows nothing of worker ${id}`))
          : resolve(answer.info),
      ),
    );
  } finally {
    client.close();
  }
}
