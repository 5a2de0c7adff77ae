/** An error with further lines, each a fact or a thing to do. */
abstract class HintedError extends Error {
  constructor(
    message: string,
    readonly hints: readonly string[] = [],
  ) {
    super(message);
  }
}

/** Something the user can change: shown as one clear line, without a stack; the process ends with code 2. */
export class UserError extends HintedError {
  override readonly name = "UserError";
}

/** A check of the data failed: the run stops before publishing; the process ends with code 1 and prints no stack. */
export class DataError extends HintedError {
  override readonly name = "DataError";
}

/** An engine failed a job, or was lost, for reasons outside of this program: shown without a stack; the process ends with code 1. */
export class EngineError extends HintedError {
  override readonly name = "EngineError";
}

/** Ctrl-C, or a signal that asks to stop: shown as one line; the process ends with code 130. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}
