import "../../../beam/stages";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Pipeline as PipelineProto } from "apache-beam/proto/beam_runner_api";
import { runPipeline } from "../../../beam/run";
import { protoProblems } from "../../../beam/submit/checkProto";
import { containerEnvironment } from "../../../beam/submit/environment";
import { jobProto } from "../../../beam/submit/jobProto";
import type { RunSettings } from "../../../beam/types";
import { UserError } from "../../../model/errors";
import { toyPipeline, TOY } from "../../engines/toyPipeline";
import { useTempDir } from "../../support/tempDir";

const OPTIONS = {
  project: "shop-1",
  region: "europe-west1",
  tempLocation: "gs://shop/tmp",
  sdkContainerImage: "europe-docker.pkg.dev/shop/sessionary:1",
};

describe("a run on Dataflow", () => {
  const dir = useTempDir();

  async function dryRun(engineOptions: RunSettings["engineOptions"]): Promise<UserError> {
    const settings: RunSettings = {
      kind: "dataflow",
      threads: 0,
      spillBytes: 1,
      tempDir: dir(),
      engineOptions: engineOptions ?? {},
    };
    return runPipeline("toy", toyPipeline({ ...TOY, dir: dir() }), settings).then(
      () => expect.fail("a dry run has no report"),
      (error: UserError) => error,
    );
  }

  it("is prepared and checked without a job service, and says how to go on", async () => {
    const said = await dryRun(OPTIONS);
    expect(said).to.be.instanceOf(UserError);
    expect(said.message).to.contain("is valid; nothing was submitted");
    expect(said.hints.join("\n")).to.contain("dataflow_job_service").and.to.contain("--job-endpoint");
    const proto = PipelineProto.fromBinary(readFileSync(join(dir(), "toy.dataflow.pb")));
    expect(Object.values(proto.components!.environments).map(({ urn }) => urn)).to.deep.equal(["beam:env:docker:v1"]);
  });

  it("names every option that is missing or malformed", async () => {
    const { hints } = await dryRun({ ...OPTIONS, tempLocation: "/tmp", region: "" });
    expect(hints.map((hint) => hint.split(":")[0])).to.deep.equal(["region", "tempLocation"]);
  });

  it("finds what an engine would stumble over", () => {
    const proto = jobProto(toyPipeline({ ...TOY, dir: "." }), containerEnvironment("a/b"));
    expect(protoProblems(proto)).to.deep.equal([]);
    const [first, second] = Object.values(proto.components!.transforms);
    first!.outputs["out"] = "nowhere";
    second!.uniqueName = first!.uniqueName;
    proto.components!.environments = {};
    expect(protoProblems(proto).join("\n"))
      .to.contain("a collection nowhere")
      .and.to.contain("two transforms")
      .and.to.contain("an environment");
  });
});
