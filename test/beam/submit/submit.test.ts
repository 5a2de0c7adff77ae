import "../../../beam/stages";
import { expect } from "chai";
import * as grpc from "@grpc/grpc-js";
import { offerArtifacts } from "apache-beam/runners/artifacts";
import { ArtifactStagingServiceClient } from "apache-beam/proto/beam_artifact_api.client";
import { GrpcTransport } from "@protobuf-ts/grpc-transport";
import { DataError, EngineError, UserError } from "../../../model/errors";
import { PipelineError } from "../../../beam/pipelineError";
import { runPipeline } from "../../../beam/run";
import { engineSettings } from "../../../beam/submit/engineSettings";
import { firstCause } from "../../../beam/submit/firstCause";
import { jobOptions, jobProto } from "../../../beam/submit/jobProto";
import { registeredModules } from "../../../beam/submit/modules";
import { stageNothing } from "../../../beam/submit/staging";
import { errorText } from "../../../beam/worker/bundleErrors";
import { toyPipeline, TOY } from "../../engines/toyPipeline";
import type { RunSettings } from "../../../beam/types";

const SETTINGS: RunSettings = { kind: "prism", threads: 0, spillBytes: 1, tempDir: ".", jobEndpoint: "localhost:1" };
const JAVA =
  "java.util.concurrent.ExecutionException: java.lang.RuntimeException: Error received from SDK harness for instruction 4: ";

describe("submitting to an engine", () => {
  it("replaces the SDK's default environment and keeps everything else", () => {
    const environment = { urn: "beam:env:external:v1", payload: new Uint8Array([1]) };
    const { components } = jobProto(toyPipeline({ ...TOY, dir: "." }), environment);
    const found = Object.values(components!.environments);
    expect(found.map(({ urn }) => urn)).to.deep.equal([environment.urn]);
    expect(found[0]!.capabilities).to.not.have.length(0);
  });

  it("names options in snake case", () => {
    const { fields } = jobOptions({ sdkWorkerParallelism: 2, streaming: true });
    expect(Object.keys(fields)).to.deep.equal(["beam:option:sdk_worker_parallelism:v1", "beam:option:streaming:v1"]);
  });

  it("tells workers the modules of all classes it knows", () => {
    expect(registeredModules()).to.include.members(["test/engines/toyPipeline", "beam/combine", "beam/routing"]);
  });

  it("keeps our options from the engine and hands all others over", () => {
    const engine = engineSettings({
      ...SETTINGS,
      parallelism: 4,
      engineOptions: { environment: "process", flinkRest: "h:1", objectReuse: true },
    });
    expect(engine).to.include({ environment: "process", flinkRest: "h:1", workers: 4 });
    expect(engine.options).to.deep.equal({ objectReuse: true });
    const flink = engineSettings({ ...SETTINGS, kind: "flink", engineOptions: { fasterCopy: false } });
    expect(flink.options).to.deep.equal({ objectReuse: true, fasterCopy: false });
  });

  it("refuses settings nobody can run with, one line each", () => {
    expect(() => engineSettings({ ...SETTINGS, jobEndpoint: null })).to.throw(UserError, "needs the address");
    expect(() => engineSettings({ ...SETTINGS, engineOptions: { environment: "moon" } })).to.throw(UserError, "use one of");
    expect(() => engineSettings({ ...SETTINGS, parallelism: 0 })).to.throw(UserError, "at least 1");
  });

  it("says where no job service answers", async function () {
    this.timeout(20_000);
    const error = await runPipeline("toy", toyPipeline({ ...TOY, dir: "." }), SETTINGS).catch((failure: unknown) => failure);
    expect(error).to.be.instanceOf(UserError).with.property("message", "no prism job service answers at localhost:1");
  });
});

describe("first cause of a failed job", () => {
  it("is what a stage threw, with its name, key and stack, wherever the engine put it", () => {
    const thrown = new PipelineError("Score", "key: 1", new RangeError("no such row"));
    const found = firstCause(
      ["Job was cancelled", `${JAVA}${errorText(thrown)}\n\tat org.apache.beam.Some.java`],
      null,
    ) as PipelineError;
    expect(found).to.be.instanceOf(PipelineError).and.include({ transform: "Score", elementKey: "key: 1" });
    expect(found.message).to.equal(thrown.message);
    expect(found.stack).to.contain("submit.test");
  });

  it("comes back as the kind of error it was", () => {
    const sent = (cause: Error): string => errorText(new PipelineError("Read", null, cause));
    expect(firstCause([sent(new UserError("no such file", ["look there"]))], null))
      .to.be.instanceOf(UserError)
      .with.deep.property("hints", ["look there"]);
    expect(firstCause([sent(new DataError("too many bad rows"))], null)).to.be.instanceOf(DataError);
  });

  it("is the innermost cause of the engine's own errors", () => {
    expect(
      firstCause(["top\n\tat a.b\nCaused by: java.io.IOException: outer\nCaused by: disk full\n\tat c.d"], null).message,
    ).to.contain("disk full");
  });

  it("comes with what workers that died said last", () => {
    const error = firstCause(["CANCELLED: client cancelled"], null, ["worker 1-1 ended by itself (SIGKILL)"]) as EngineError;
    expect(error.message).to.equal("the engine's job failed: CANCELLED: client cancelled");
    expect(error.hints).to.deep.equal(["worker 1-1 ended by itself (SIGKILL)"]);
  });

  it("names the pool when the engine cannot reach it", () => {
    const error = firstCause([`${JAVA}x\nCaused by: io.grpc.StatusRuntimeException: UNAVAILABLE: io exception`], "pool:50000");
    expect(error)
      .to.be.instanceOf(EngineError)
      .with.property("hints")
      .that.satisfies((hints: string[]) => hints[0]!.includes("pool:50000"));
  });
});

describe("staging at an engine that ends the call with trailers only", () => {
  let server: grpc.Server;
  let endpoint: string;

  beforeEach(async () => {
    server = new grpc.Server();
    const method = {
      path: "/org.apache.beam.model.job_management.v1.ArtifactStagingService/ReverseArtifactRetrievalService",
      requestStream: true,
      responseStream: true,
    };
    const raw = (bytes: Buffer): Buffer => bytes;
    const definition = {
      stage: { ...method, requestSerialize: raw, requestDeserialize: raw, responseSerialize: raw, responseDeserialize: raw },
    };
    server.addService(definition, {
      stage: (call: grpc.ServerDuplexStream<Buffer, Buffer>) => call.on("data", () => call.end()),
    });
    endpoint = await new Promise((resolve, reject) =>
      server.bindAsync("localhost:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(`localhost:${port}`),
      ),
    );
  });
  afterEach(() => server.forceShutdown());

  it("ends", () => stageNothing(endpoint, "token", 5000));

  it("(stock) hangs", async () => {
    const transport = new GrpcTransport({ host: endpoint, channelCredentials: grpc.ChannelCredentials.createInsecure() });
    const staged = offerArtifacts(new ArtifactStagingServiceClient(transport), "token").then(
      () => "ends",
      () => "ends",
    );
    const hangs = new Promise((resolve) => setTimeout(() => resolve("hangs"), 1000));
    expect(await Promise.race([staged, hangs])).to.equal("hangs");
  });
});
