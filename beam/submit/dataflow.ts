import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Pipeline as PipelineProto } from "apache-beam/proto/beam_runner_api";
import { EngineError, UserError } from "../../model/errors";
import type { BuildPipeline, RunSettings } from "../types";
import { protoProblems } from "./checkProto";
import { containerEnvironment } from "./environment";
import { jobProto } from "./jobProto";

/** Options that Dataflow cannot do without, and what they look like. */
const NEEDED: Readonly<Record<string, RegExp>> = {
  project: /^[a-z][a-z0-9-]+$/,
  region: /^[a-z]+-[a-z0-9]+$/,
  tempLocation: /^gs:\/\/.+/,
  sdkContainerImage: /.+\/.+/,
};

const JOB_SERVICE = "python -m apache_beam.runners.dataflow.dataflow_job_service --port 8079";

/**
 * What a run on Dataflow would be, without running it: options checked, the job built and validated, its proto written to `tempDir`. Comes
 * back as a UserError, since nothing was processed, with the commands that would run it.
 *
 * Prepared, not run: nobody has had this on Dataflow itself.
 * @throws UserError naming each option that is missing or malformed; EngineError naming what is wrong with the job
 */
export function dataflowDryRun(name: string, build: BuildPipeline, { engineOptions = {}, tempDir }: RunSettings): UserError {
  const wrong = Object.entries(NEEDED).filter(([option, form]) => !form.test(String(engineOptions[option] ?? "")));
  if (wrong.length > 0) {
    throw new UserError("Dataflow needs more runner options", [
      ...wrong.map(
        ([option, form]) => `${option}: ${JSON.stringify(engineOptions[option] ?? null)} does not look like ${form.source}`,
      ),
    ]);
  }
  const proto = jobProto(build, containerEnvironment(String(engineOptions["sdkContainerImage"])));
  const problems = protoProblems(proto);
  if (problems.length > 0) {
    throw new EngineError("the job would be refused", problems);
  }
  const path = join(tempDir, `${name}.dataflow.pb`);
  writeFileSync(path, PipelineProto.toBinary(proto));
  return new UserError(`dry run: ${name} was built for Dataflow and is valid; nothing was submitted`, [
    `job: ${path}`,
    "to run it, start Dataflow's job service (pip install 'apache-beam[gcp]') and name it:",
    `  ${JOB_SERVICE}`,
    "  the same command again with --job-endpoint localhost:8079",
  ]);
}
