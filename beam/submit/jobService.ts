import * as grpc from "@grpc/grpc-js";
import type { Struct } from "apache-beam/proto/google/protobuf/struct";
import {
  JobState_Enum,
  type DescribePipelineOptionsResponse,
  type GetJobMetricsResponse,
  type JobMessagesResponse,
  type JobStateEvent,
  type MetricResults,
  type PipelineOptionDescriptor,
  type PrepareJobResponse,
  type RunJobResponse,
} from "apache-beam/proto/beam_job_api";
import { JobServiceClient } from "apache-beam/proto/beam_job_api.grpc-client";
import type { Pipeline } from "apache-beam/proto/beam_runner_api";
import { CHANNEL_OPTIONS, INSECURE } from "../worker/channel";

export { JobState_Enum as JobState } from "apache-beam/proto/beam_job_api";

/** States that a job does not leave. */
const FINAL_STATES: readonly JobState_Enum[] = [
  JobState_Enum.DONE,
  JobState_Enum.FAILED,
  JobState_Enum.CANCELLED,
  JobState_Enum.DRAINED,
  JobState_Enum.UPDATED,
];

export function isFinal(state: JobState_Enum): boolean {
  return FINAL_STATES.includes(state);
}

type Unary<Output> = (
  input: object,
  metadata: grpc.Metadata,
  options: grpc.CallOptions,
  callback: (error: grpc.ServiceError | null, value?: Output) => void,
) => unknown;

/** Beam's job service: prepare, run, watch, cancel. Every call has a deadline, so that a dead engine is noticed. */
export class JobService {
  private readonly client: JobServiceClient;

  constructor(readonly endpoint: string) {
    this.client = new JobServiceClient(endpoint, INSECURE, CHANNEL_OPTIONS, {});
  }

  /** Rejects when nothing answers at the endpoint within `timeoutMs`. */
  reachable(timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) =>
      this.client.waitForReady(Date.now() + timeoutMs, (error) => (error ? reject(error) : resolve())),
    );
  }

  /** Names of the options this engine knows; empty where it does not tell. */
  async options(): Promise<PipelineOptionDescriptor[]> {
    try {
      return (await this.call<DescribePipelineOptionsResponse>("describePipelineOptions", {}, 10_000)).options;
    } catch {
      return [];
    }
  }

  prepare(pipeline: Pipeline, jobName: string, pipelineOptions: Struct): Promise<PrepareJobResponse> {
    return this.call("prepare", { pipeline, jobName, pipelineOptions }, 120_000);
  }

  /** Starts a prepared job. A cluster's job server first uploads its class path, which takes its time. */
  async run(preparationId: string): Promise<string> {
    return (await this.call<RunJobResponse>("run", { preparationId, retrievalToken: "" }, 300_000)).jobId;
  }

  async state(jobId: string): Promise<JobState_Enum> {
    return (await this.call<JobStateEvent>("getState", { jobId }, 10_000)).state;
  }

  async cancel(jobId: string): Promise<void> {
    await this.call("cancel", { jobId }, 10_000);
  }

  async metrics(jobId: string): Promise<MetricResults | undefined> {
    return (await this.call<GetJobMetricsResponse>("getJobMetrics", { jobId }, 10_000)).metrics;
  }

  messages(jobId: string): grpc.ClientReadableStream<JobMessagesResponse> {
    return this.client.getMessageStream({ jobId });
  }

  close(): void {
    this.client.close();
  }

  private call<Output>(method: keyof JobServiceClient, input: object, timeoutMs: number): Promise<Output> {
    return new Promise((resolve, reject) =>
      (this.client[method] as unknown as Unary<Output>).call(
        this.client,
        input,
        new grpc.Metadata(),
        { deadline: Date.now() + timeoutMs },
        (error, value) => (error ? reject(error) : resolve(value as Output)),
      ),
    );
  }
}
