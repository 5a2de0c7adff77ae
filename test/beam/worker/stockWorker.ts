import "../../../beam/sdkVersion";
import { RemoteGrpcPort } from "apache-beam/proto/beam_fn_api";
import { PTransform } from "apache-beam/proto/beam_runner_api";
import { createOperator, registerOperator, type OperatorContext } from "apache-beam/worker/operators";
import { Worker } from "apache-beam/worker/worker";
import { quietConsole } from "../../../beam/quietConsole";

const SINK_URN = "beam:runner:sink:v1";

/** The SDK's own sink, taken before any repair is installed: this module must be loaded first. */
const StockSink = probeSink().constructor as Parameters<typeof registerOperator>[1];

/** The SDK's worker as it is; only an error of its control stream, which would end this process, is caught. */
export function startStockWorker(endpoint: string): Worker {
  quietConsole();
  registerOperator(SINK_URN, StockSink);
  const worker = new Worker("w", { controlUrl: endpoint });
  worker.controlChannel.on("error", () => undefined);
  return worker;
}

function probeSink(): object {
  const payload = RemoteGrpcPort.toBinary(RemoteGrpcPort.create({ apiServiceDescriptor: { url: "" }, coderId: "" }));
  const transforms = { sink: PTransform.create({ spec: { urn: SINK_URN, payload } }) };
  const context = {
    descriptor: { transforms },
    getReceiver: () => undefined,
    getDataChannel: () => ({}),
    pipelineContext: { getCoder: () => ({}) },
    getBundleId: () => "",
  };
  return createOperator("sink", context as unknown as OperatorContext);
}
