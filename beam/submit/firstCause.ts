import { EngineError } from "../../model/errors";
import { errorIn } from "../worker/bundleErrors";

const LONGEST_CAUSE = 500;

/**
 * Why a job failed, from the engine's messages of level error, in the order they came: what one of our stages threw if there is such a
 * thing, else the innermost "Caused by" of the first message.
 * @param poolAddress named when the engine could not start a worker
 * @param lostWorkers lines about workers that died: an engine only says that a connection broke
 */
export function firstCause(messages: readonly string[], poolAddress: string | null, lostWorkers: readonly string[] = []): Error {
  for (const message of messages) {
    const thrown = errorIn(message);
    if (thrown !== null) {
      return thrown;
    }
  }
  const first = messages[0];
  if (first === undefined) {
    return new EngineError("the engine says the job failed and gives no reason", ["see the engine's own log"]);
  }
  const cause = innermost(first);
  if (
    poolAddress !== null &&
    /UNAVAILABLE|Connection refused|connection refused|connect to/.test(cause) &&
    !/ended before|did not connect/.test(cause)
  ) {
    return new EngineError(`the engine cannot start workers: ${cause}`, [
      `is the worker pool at ${poolAddress} running, and reachable from the engine's machines?`,
      "start one there: sessionary worker-pool --port 50000",
    ]);
  }
  return new EngineError(`the engine's job failed: ${cause}`, lostWorkers);
}

function innermost(message: string): string {
  const lines = message.split("\n").map((line) => line.trim());
  const cause =
    lines.findLast((line) => line.startsWith("Caused by:"))?.slice("Caused by:".length) ??
    lines.find((line) => line !== "") ??
    "";
  return cause.trim().slice(0, LONGEST_CAUSE);
}
