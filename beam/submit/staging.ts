import * as grpc from "@grpc/grpc-js";
import type { ArtifactRequestWrapper, ArtifactResponseWrapper } from "apache-beam/proto/beam_artifact_api";
import { ArtifactStagingServiceClient } from "apache-beam/proto/beam_artifact_api.grpc-client";
import { CHANNEL_OPTIONS, INSECURE } from "../worker/channel";

/**
 * Answers what an engine asks before it runs a job. Our environments carry no files: workers have their own copy of this package.
 *
 * Defect of the SDK (`runners/artifacts.js`): it waits for response headers, which Prism never sends for an empty staging: it hangs. Here
 * only the call's status counts.
 * @throws Error when the engine asks for a file, or the call fails or takes longer than `timeoutMs`
 */
export function stageNothing(endpoint: string, stagingToken: string, timeoutMs = 120_000): Promise<void> {
  const client = new ArtifactStagingServiceClient(endpoint, INSECURE, CHANNEL_OPTIONS, {});
  const call = client.reverseArtifactRetrievalService(new grpc.Metadata(), { deadline: Date.now() + timeoutMs });
  const answer = (response: ArtifactResponseWrapper["response"]): boolean =>
    call.write({ stagingToken, isLast: false, response });
  return new Promise<void>((resolve, reject) => {
    call.on("data", ({ request }: ArtifactRequestWrapper) => {
      if (request.oneofKind === "resolveArtifact") {
        const resolveArtifactResponse = { replacements: request.resolveArtifact.artifacts };
        answer({ oneofKind: "resolveArtifactResponse", resolveArtifactResponse });
      } else {
        reject(
          new Error(
            `the engine asked for a file while staging, but this job has none (${request.oneofKind ?? "unknown request"})`,
          ),
        );
      }
    });
    call.on("error", (error: Error) => reject(new Error(`staging at ${endpoint}: ${error.message}`)));
    call.on("status", ({ code }: grpc.StatusObject) => code === grpc.status.OK && resolve());
    answer({ oneofKind: undefined });
  }).finally(() => client.close());
}
