import { DataError, UserError } from "../model/errors";

/** An error on its way from a thread: structured cloning would lose the class and all fields of ours. */
export interface ThrownInThread {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly hints: readonly string[];
  readonly code: string | undefined;
}

/** What a thread answers. */
export type TaskAnswer<O> = { readonly progress: readonly [counter: string, amount: number][] } & (
  { readonly ok: true; readonly value: O } | { readonly ok: false; readonly error: ThrownInThread }
);

export function errorForMain(error: unknown): ThrownInThread {
  if (!(error instanceof Error)) {
    return { name: "Error", message: String(error), stack: undefined, hints: [], code: undefined };
  }
  const { name, message, stack } = error;
  const { hints, code } = error as { hints?: unknown; code?: unknown };
  return {
    name,
    message,
    stack,
    hints: Array.isArray(hints) ? hints.map(String) : [],
    code: typeof code === "string" ? code : undefined,
  };
}

const STANDARD = new Map(
  [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [type.name, type]),
);

export function errorFromThread(thrown: ThrownInThread, task: { readonly module: string; readonly name: string }): Error {
  const { name, message, hints } = thrown;
  const error =
    name === "UserError"
      ? new UserError(message, hints)
      : name === "DataError"
        ? new DataError(message, hints)
        : new (STANDARD.get(name) ?? Error)(message);
  if (error.name !== name) {
    Object.defineProperty(error, "name", { value: name });
  }
  if (thrown.stack !== undefined) {
    error.stack = `${thrown.stack}\n    in task ${task.name} (${task.module})`;
  }
  return thrown.code === undefined ? error : Object.assign(error, { code: thrown.code });
}
