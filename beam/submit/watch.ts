import { status, type ServiceError } from "@grpc/grpc-js";
import { JobMessage_MessageImportance, type JobMessagesResponse } from "apache-beam/proto/beam_job_api";
import { EngineError } from "../../model/errors";
import { isFinal, type JobService, type JobState } from "./jobService";

const POLL_MS = 100;
/** A job service that accepts connections may be busy for a while; where nothing listens any more, its jobs are lost with it. */
const GIVE_UP_AFTER_MS = { busy: 30_000, gone: 5000 };
const LAST_MESSAGES_MS = 1500;

export interface WatchedJob {
  readonly state: JobState;
  /** The engine's messages of level error, in order. */
  readonly errors: readonly string[];
}

/**
 * Follows a job to its end.
 * @param stopped checked at each step; returns an error when the job must not go on (interrupt, deadline)
 * @throws EngineError when the job service does not answer any more; what `stopped` returns
 */
export async function watchJob(service: JobService, jobId: string, stopped: () => Error | null): Promise<WatchedJob> {
  const errors: string[] = [];
  const messagesEnded = collectErrors(service, jobId, errors);
  for (let lastAnswer = Date.now(); ;) {
    const reason = stopped();
    if (reason !== null) {
      throw reason;
    }
    try {
      const state = await service.state(jobId);
      lastAnswer = Date.now();
      if (isFinal(state)) {
        await Promise.race([messagesEnded, sleep(LAST_MESSAGES_MS)]);
        return { state, errors };
      }
    } catch (error) {
      const patience = (error as ServiceError).code === status.UNAVAILABLE ? GIVE_UP_AFTER_MS.gone : GIVE_UP_AFTER_MS.busy;
      if (Date.now() - lastAnswer > patience) {
        throw new EngineError(`the job service at ${service.endpoint} does not answer any more: ${(error as Error).message}`, [
          "the job is lost, or runs on without anyone watching",
        ]);
      }
    }
    await sleep(POLL_MS);
  }
}

function collectErrors(service: JobService, jobId: string, errors: string[]): Promise<void> {
  return new Promise((resolve) => {
    const stream = service.messages(jobId);
    stream.on("data", ({ response }: JobMessagesResponse) => {
      const message = response.oneofKind === "messageResponse" ? response.messageResponse : undefined;
      if (message !== undefined && message.importance >= JobMessage_MessageImportance.JOB_MESSAGE_ERROR) {
        errors.push(message.messageText);
      }
    });
    // The state decides what happened; a broken message stream only means that nothing more is heard.
    stream.on("error", () => resolve());
    stream.on("end", () => resolve());
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
