import "../stages";
import { Pipeline } from "apache-beam/internal/pipeline";
import { TYPESCRIPT_DEFAULT_ENVIRONMENT_URN } from "apache-beam/internal/environments";
import type { Environment, Pipeline as PipelineProto } from "apache-beam/proto/beam_runner_api";
import { Struct } from "apache-beam/proto/google/protobuf/struct";
import { Root } from "apache-beam/pvalue";
import type { BuildPipeline } from "../types";

/** Where an engine finds workers: urn and payload of a Beam environment. */
export type WorkerEnvironment = Pick<Environment, "urn" | "payload">;

/**
 * The pipeline as every engine understands it. The SDK's default environment, which no engine knows (the SDK turns it into a container
 * image built from an npm tag that is gone), becomes `environment`.
 */
export function jobProto(build: BuildPipeline, environment: WorkerEnvironment): PipelineProto {
  const pipeline = new Pipeline();
  build(new Root(pipeline));
  const proto = pipeline.getProto();
  const environments = proto.components!.environments;
  for (const [id, found] of Object.entries(environments)) {
    if (found.urn === TYPESCRIPT_DEFAULT_ENVIRONMENT_URN) {
      environments[id] = { ...found, ...environment };
    }
  }
  return proto;
}

/** Options as the job service wants them: `beam:option:snake_case_name:v1`. */
export function jobOptions(options: Readonly<Record<string, string | number | boolean | string[]>>): Struct {
  return Struct.fromJson(
    Object.fromEntries(Object.entries(options).map(([name, value]) => [`beam:option:${snakeCase(name)}:v1`, value])),
  );
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
