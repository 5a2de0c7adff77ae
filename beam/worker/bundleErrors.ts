import { PipelineError } from "../pipelineError";

/** An error of a stage with the stage's name; the innermost stage that noticed it is the one named. */
export function blame(error: unknown, transform: string): PipelineError {
  return error instanceof PipelineError ? error : new PipelineError(transform, null, error);
}

/**
 * What an engine passes on to the driver when a bundle fails.
 *
 * Defect of the SDK: the answer is `"" + error`, which has neither the stack nor the transform's name. Here it is the whole text:
 * `PipelineError: Stage, key "k": message`, then `caused by` and the first stack. `submit/firstCause.ts` finds it again.
 */
export function errorText(error: unknown): string {
  return error instanceof Error && error.stack !== undefined ? error.stack : String(error);
}
