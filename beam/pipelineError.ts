const LONGEST_KEY = 200;

/** Something thrown inside a stage: says which stage and which element, and keeps the first error with its stack. */
export class PipelineError extends Error {
  override readonly name = "PipelineError";
  override readonly cause: unknown;

  /**
   * @param transform full name of the stage in the pipeline
   * @param elementKey key of the element in hand; null in startBundle and finishBundle
   */
  constructor(
    readonly transform: string,
    readonly elementKey: string | null,
    cause: unknown,
  ) {
    const said = cause instanceof Error ? cause.message : String(cause);
    super(`${transform}${elementKey === null ? "" : `, key ${shortened(elementKey)}`}: ${said}`);
    this.cause = cause;
    if (cause instanceof Error && cause.stack) {
      // One text with the stack that matters: engines pass on nothing else.
      this.stack = `PipelineError: ${this.message}\ncaused by ${cause.stack}`;
    }
  }
}

function shortened(key: string): string {
  const text = JSON.stringify(key);
  return text.length <= LONGEST_KEY ? text : `${text.slice(0, LONGEST_KEY)}…`;
}
