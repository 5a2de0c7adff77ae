import { impulse, parDo, withName, type DoFn, type KV } from "apache-beam";
import { Context } from "apache-beam/coders/coders";
import { BytesCoder, FullWindowedValueCoder, GlobalWindowCoder, KVCoder } from "apache-beam/coders/required_coders";
import { PaneInfoCoder, StrUtf8Coder } from "apache-beam/coders/standard_coders";
import { Pipeline } from "apache-beam/internal/pipeline";
import { ProcessBundleDescriptor, RemoteGrpcPort } from "apache-beam/proto/beam_fn_api";
import { PTransform } from "apache-beam/proto/beam_runner_api";
import { Root } from "apache-beam/pvalue";
import { withCoderInternal } from "apache-beam/transforms/internal";
import { GlobalWindow, type WindowedValue } from "apache-beam/values";
import { Reader, Writer } from "protobufjs";

type Pair = KV<string, Uint8Array>;

export const SOURCE = "source";
export const STAGE_NAME = "Work";

const kvCoder = new KVCoder(new StrUtf8Coder(), new BytesCoder());
const valueCoder = new FullWindowedValueCoder<Pair, GlobalWindow>(kvCoder, new GlobalWindowCoder());

/** What an engine sends a worker to describe source → one DoFn → sink, both over `endpoint`. */
export function fusedStage(id: string, doFn: DoFn<Pair, Pair>, endpoint: string, context?: unknown): ProcessBundleDescriptor {
  const pipeline = new Pipeline();
  const input = new Root(pipeline)
    .apply(impulse())
    .apply(withCoderInternal(kvCoder) as never)
    .apply(withName(STAGE_NAME, parDo(doFn, context as undefined))) as { pipeline: Pipeline };
  const coderId = pipeline.context.getCoderId(valueCoder);
  const kvCoderId = pipeline.context.getCoderId(kvCoder);
  const { components } = input.pipeline.getProto();
  const [workId, work] = Object.entries(components!.transforms).find(([, transform]) => transform.uniqueName === STAGE_NAME)!;
  const apiServiceDescriptor = { url: endpoint };
  const payload = RemoteGrpcPort.toBinary(RemoteGrpcPort.create({ apiServiceDescriptor, coderId }));
  const inputId = Object.values(work.inputs)[0]!;
  const outputId = Object.values(work.outputs)[0]!;
  components!.pcollections[outputId]!.coderId = kvCoderId;
  return ProcessBundleDescriptor.create({
    id,
    transforms: {
      [SOURCE]: PTransform.create({
        uniqueName: "Read",
        spec: { urn: "beam:runner:source:v1", payload },
        outputs: { out: inputId },
      }),
      [workId]: { ...work, subtransforms: [] },
      sink: PTransform.create({ uniqueName: "Write", spec: { urn: "beam:runner:sink:v1", payload }, inputs: { in: outputId } }),
    },
    pcollections: { [inputId]: components!.pcollections[inputId]!, [outputId]: components!.pcollections[outputId]! },
    coders: components!.coders,
    windowingStrategies: components!.windowingStrategies,
    environments: {},
    stateApiServiceDescriptor: apiServiceDescriptor,
  });
}

/** A message for the source of {@link fusedStage}. */
export function encodePairs(pairs: readonly Pair[]): Uint8Array {
  const writer = new Writer();
  for (const value of pairs) {
    const element: WindowedValue<Pair> = {
      value,
      windows: [new GlobalWindow()],
      timestamp: new GlobalWindow().maxTimestamp(),
      pane: PaneInfoCoder.ONE_AND_ONLY_FIRING,
    };
    valueCoder.encode(element, writer, Context.needsDelimiters);
  }
  return writer.finish();
}

export function decodePairs(bytes: Uint8Array): Pair[] {
  const reader = new Reader(bytes);
  const pairs: Pair[] = [];
  while (reader.pos < reader.len) {
    pairs.push(valueCoder.decode(reader, Context.needsDelimiters).value);
  }
  return pairs;
}

/** Keys `prefix0`, `prefix1`… with one byte each. */
export function smallPairs(count: number, prefix = "k"): Pair[] {
  return Array.from({ length: count }, (_, index) => ({ key: `${prefix}${index}`, value: Uint8Array.of(index & 255) }));
}
