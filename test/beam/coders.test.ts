import "../../beam/sdkVersion";
import { expect } from "chai";
import { Reader, Writer } from "protobufjs";
import { Pipeline } from "apache-beam/internal/pipeline";
import { globalRegistry, Context, type Coder } from "apache-beam/coders/coders";
import { StrUtf8Coder } from "apache-beam/coders/standard_coders";
import { OutputTime_Enum } from "apache-beam/proto/beam_runner_api";
import { Root } from "apache-beam/pvalue";
import { keyedBytesCoder } from "../../beam/coders";
import { combinePerKey, create, groupByKey, onlyKeys, spread, stage, union } from "../../beam/stages";
import { UngroupFn } from "../../beam/routing";
import { registered } from "../../beam/registered";
import { kv } from "./collect";

class ConcatCombineFn {
  createAccumulator() {
    return new Uint8Array();
  }
  addInput(accumulator: Uint8Array, input: Uint8Array) {
    return Buffer.concat([accumulator, input]);
  }
  mergeAccumulators(accumulators: Iterable<Uint8Array>) {
    return Buffer.concat([...accumulators]);
  }
  extractOutput(accumulator: Uint8Array) {
    return accumulator;
  }
}
registered("test/beam/coders.test", { ConcatCombineFn });

/** A pipeline with one of everything. */
function samplePipeline() {
  const pipeline = new Pipeline();
  const root = new Root(pipeline);
  const start = root.apply(create("Start", [kv("a", "1")]));
  const combined = start.apply(spread("Spread")).apply(combinePerKey("Combine", new ConcatCombineFn()));
  union("Union", [combined, start])
    .apply(groupByKey("Group"))
    .apply(stage("Ungroup", new UngroupFn(), { model: combined }))
    .apply(onlyKeys("OnlyA", "a"));
  return pipeline.getProto().components!;
}

describe("the coders of a pipeline", () => {
  it("are KV<StrUtf8, Bytes> or KV<StrUtf8, Iterable<Bytes>> on every edge but after an impulse", () => {
    const { coders, pcollections, transforms } = samplePipeline();
    const text = (id: string): string => {
      const coder = coders[id]!;
      const parts = coder.componentCoderIds.map(text).join(", ");
      return coder.spec!.urn.replace("beam:coder:", "") + (parts && `<${parts}>`);
    };
    const afterImpulse = new Set(
      Object.values(transforms)
        .filter(({ spec }) => spec?.urn === "beam:transform:impulse:v1")
        .flatMap(({ outputs }) => Object.values(outputs)),
    );
    const kinds = new Map(Object.entries(pcollections).map(([id, { coderId }]) => [id, text(coderId)]));
    for (const [id, kind] of kinds) {
      const allowed = afterImpulse.has(id)
        ? ["bytes:v1"]
        : ["kv:v1<string_utf8:v1, bytes:v1>", "kv:v1<string_utf8:v1, iterable:v1<bytes:v1>>"];
      expect(allowed, `coder of ${id}`).to.include(kind);
    }
    expect(new Set(kinds.values()).size).to.equal(3);
    const used = new Set(Object.keys(coders).map(text));
    expect([...used].filter((kind) => !/^(bytes|kv|string_utf8|iterable|global_window)/.test(kind))).to.deep.equal([]);
  });

  it("include no transform that only changes a coder, and none of the SDK's serialised functions", () => {
    const { transforms } = samplePipeline();
    const payloads = Object.values(transforms).map(({ spec }) => Buffer.from(spec?.payload ?? []).toString("latin1"));
    expect(payloads.filter((payload) => /identity|serialized_js/.test(payload))).to.deep.equal([]);
    expect(payloads.filter((payload) => payload.includes("sessionary:dofn:block:v1"))).to.not.be.empty;
  });

  it("keep a byte order mark at the start of a key, which the SDK's own drops", () => {
    const { coders } = samplePipeline();
    const urn = Object.values(coders).find(({ spec }) => spec!.urn.includes("string_utf8"))!.spec!.urn;
    const roundTrip = <T>(coder: Coder<T>, value: T): T => {
      const writer = new Writer();
      coder.encode(value, writer, Context.needsDelimiters);
      return coder.decode(new Reader(writer.finish()), Context.needsDelimiters);
    };
    expect(roundTrip(globalRegistry().getCoder(urn, new Uint8Array()), "\ufeffx")).to.equal("\ufeffx");
    expect(roundTrip(keyedBytesCoder(), kv("\ufeffx", "y")).key).to.equal("\ufeffx");
    expect(roundTrip(new StrUtf8Coder(), "\ufeffx"), "if this fails, the SDK has mended it").to.equal("x");
  });
});

describe("spread", () => {
  it("groups with the earliest timestamp, so that Prism drops nothing as late, and leaves the windowing as it was", () => {
    const { pcollections, windowingStrategies, transforms } = samplePipeline();
    const grouping = Object.values(transforms).find(({ uniqueName }) => uniqueName === "Spread/Spread")!;
    const outputTimeOf = (id: string) => windowingStrategies[pcollections[id]!.windowingStrategyId]!.outputTime;
    expect(outputTimeOf(Object.values(grouping.inputs)[0]!)).to.equal(OutputTime_Enum.EARLIEST_IN_PANE);
    const spreadOut = Object.values(transforms).find(({ uniqueName }) => uniqueName === "Spread")!;
    expect(outputTimeOf(Object.values(spreadOut.outputs)[0]!)).to.equal(OutputTime_Enum.END_OF_WINDOW);
  });
});
