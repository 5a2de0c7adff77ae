import { DataError, UserError } from "../../model/errors";
import { PipelineError } from "../pipelineError";

/** An error of a stage with the stage's name; the innermost stage that noticed it is the one named. */
export function blame(error: unknown, transform: string): PipelineError {
  return error instanceof PipelineError ? error : new PipelineError(transform, null, error);
}

const MARK = /\[\[sessionary ([A-Za-z0-9+/=]+)\]\]/;

interface SentError {
  readonly kind: "pipeline" | "user" | "data";
  readonly transform: string;
  readonly key: string | null;
  readonly message: string;
  readonly stack: string;
  readonly hints: readonly string[];
}

/**
 * What an engine passes on to the driver when a bundle fails.
 *
 * Defect of the SDK: the answer is `"" + error`, which has neither the stack nor the transform's name. Here it is the whole text for
 * people who read the engine's log, and the same in a form that {@link errorIn} finds again between an engine's own lines.
 */
export function errorText(error: unknown): string {
  const text = error instanceof Error && error.stack !== undefined ? error.stack : String(error);
  if (!(error instanceof PipelineError)) {
    return text;
  }
  const cause = error.cause;
  const sent: SentError = {
    kind: cause instanceof UserError ? "user" : cause instanceof DataError ? "data" : "pipeline",
    transform: error.transform,
    key: error.elementKey,
    message: cause instanceof Error ? cause.message : String(cause),
    stack: cause instanceof Error ? (cause.stack ?? "") : "",
    hints: cause instanceof UserError || cause instanceof DataError ? cause.hints : [],
  };
  return `${text}\n[[sessionary ${Buffer.from(JSON.stringify(sent)).toString("base64")}]]`;
}

/** The error that {@link errorText} wrote, found in an engine's message; null when there is none. */
export function errorIn(text: string): PipelineError | UserError | DataError | null {
  const found = MARK.exec(text)?.[1];
  if (found === undefined) {
    return null;
  }
  const { kind, transform, key, message, stack, hints } = JSON.parse(Buffer.from(found, "base64").toString()) as SentError;
  if (kind !== "pipeline") {
    return kind === "user" ? new UserError(message, hints) : new DataError(message, hints);
  }
  const cause = new Error(message);
  cause.stack = stack || message;
  return new PipelineError(transform, key, cause);
}
