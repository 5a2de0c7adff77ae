import * as grpc from "@grpc/grpc-js";

/**
 * Options of every channel between a worker and its engine. gRPC refuses messages above 4 MB unless told otherwise; a block, a model
 * as side input or a stage's description may be larger. The keep-alive notices an engine whose machine is gone.
 */
export const CHANNEL_OPTIONS: grpc.ClientOptions = {
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
  "grpc.keepalive_time_ms": 30_000,
};

export const INSECURE = grpc.ChannelCredentials.createInsecure();

/** Engines tell their workers apart by this header; Prism serves all of them on one port. */
export function workerMetadata(workerId: string): grpc.Metadata {
  const metadata = new grpc.Metadata();
  metadata.add("worker_id", workerId);
  return metadata;
}
