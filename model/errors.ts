/** Something the user can change: shown as one clear line, without a stack; the process ends with code 2. */
export class UserError extends Error {
  override readonly name = "UserError";

  /** @param hints further lines, each a fact or a thing to do */
  constructor(
    message: string,
    readonly hints: readonly string[] = [],
  ) {
    super(message);
  }
}

/** A check of the data failed: the run stops before publishing; the process ends with code 1 and prints no stack. */
export class DataError extends Error {
  override readonly name = "DataError";

  constructor(
    message: string,
    readonly hints: readonly string[] = [],
  ) {
    super(message);
  }
}
