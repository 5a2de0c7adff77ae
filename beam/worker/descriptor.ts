import type * as grpc from "@grpc/grpc-js";
import type { ProcessBundleDescriptor } from "apache-beam/proto/beam_fn_api";
import type { BeamFnControlClient } from "apache-beam/proto/beam_fn_api.grpc-client";

/** Coders Dataflow puts around the element's own coder. */
const WINDOWED_CODERS = ["beam:coder:windowed_value:v1", "beam:coder:param_windowed_value:v1"];

/**
 * The description of a fused stage.
 *
 * Defect of the SDK: the call does not say which worker asks, and Prism, which serves all workers on one port, refuses it. Here it carries
 * the worker's id. As in the SDK, a collection's coder that Dataflow wrapped for windows is unwrapped.
 */
export function fetchDescriptor(
  client: BeamFnControlClient,
  processBundleDescriptorId: string,
  metadata: grpc.Metadata,
): Promise<ProcessBundleDescriptor> {
  return new Promise((resolve, reject) =>
    client.getProcessBundleDescriptor({ processBundleDescriptorId }, metadata, {}, (error, descriptor) => {
      if (error || descriptor === undefined) {
        reject(error ?? new Error(`the engine did not describe bundle ${processBundleDescriptorId}`));
      } else {
        resolve(unwrapCoders(descriptor));
      }
    }),
  );
}

function unwrapCoders(descriptor: ProcessBundleDescriptor): ProcessBundleDescriptor {
  for (const collection of Object.values(descriptor.pcollections)) {
    const coder = descriptor.coders[collection.coderId];
    if (coder?.spec !== undefined && WINDOWED_CODERS.includes(coder.spec.urn)) {
      collection.coderId = coder.componentCoderIds[0]!;
    }
  }
  return descriptor;
}
