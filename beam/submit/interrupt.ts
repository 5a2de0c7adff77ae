import { EngineError, InterruptedError } from "../../model/errors";

/** Reasons to stop a job from outside: Ctrl-C (or SIGTERM), and the deadline. */
export interface Interrupt {
  /** The reason, once there is one. */
  reason(): Error | null;
  /** Stops listening. */
  close(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Listens until `close`; a second signal ends the process at once. */
export function listenForInterrupt(deadlineSeconds: number | null): Interrupt {
  const started = Date.now();
  let interrupted: Error | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (interrupted !== null) {
      process.exit(130);
    }
    interrupted = new InterruptedError(`interrupted (${signal}): the job was cancelled`);
  };
  SIGNALS.forEach((signal) => process.on(signal, onSignal));
  return {
    reason: () =>
      interrupted ??
      (deadlineSeconds !== null && Date.now() - started > deadlineSeconds * 1000
        ? new EngineError(`the job took longer than its deadline of ${deadlineSeconds} s and was cancelled`, [
            "raise runner.deadlineSeconds, or give the job more parallelism",
          ])
        : null),
    close: () => SIGNALS.forEach((signal) => process.off(signal, onSignal)),
  };
}
