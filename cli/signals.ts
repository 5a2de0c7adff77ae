import { constants } from "node:os";
import { InterruptedError } from "../model/errors";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs `work`; ends it with `InterruptedError` when Ctrl-C or a scheduler's SIGTERM comes and nobody else cares for it. A job on an
 * engine does: it is cancelled first. A second signal ends the process at once.
 */
export async function untilInterrupted<T>(work: () => Promise<T>): Promise<T> {
  let stop: (signal: NodeJS.Signals) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    let seen = false;
    stop = (signal) => {
      if (SIGNALS.some((name) => name === signal && process.listenerCount(name) > 1)) return;
      if (seen) process.exit(128 + constants.signals[signal]);
      seen = true;
      reject(new InterruptedError(`stopped by ${signal}`));
    };
  });
  // When the work ends first, nobody waits for this one.
  interrupted.catch(() => undefined);
  SIGNALS.forEach((signal) => process.on(signal, stop));
  try {
    return await Promise.race([work(), interrupted]);
  } finally {
    SIGNALS.forEach((signal) => process.off(signal, stop));
  }
}
