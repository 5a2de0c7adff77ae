import { DataError, UserError } from "../model/errors";

/** An error on its way from a thread: structured cloning would lose the class and all fields of ours. */
export interface ThrownInThread {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly hints: readonly string[];
  /** Of the system's errors: what happened, and to which file. */
  readonly code: string | undefined;
  readonly path: string | undefined;
}

/** What a thread answers. */
export type TaskAnswer<O> = { readonly progress: readonly [counter: string, amount: number][] } & (
  { readonly ok: true; readonly value: O } | { readonly ok: false; readonly error: ThrownInThread }
);

export function errorForMain(error: unknown): ThrownInThread {
  if (!(error instanceof Error)) {
    return { name: "Error", message: String(error), stack: undefined, hints: [], code: undefined, path: undefined };
  }
  const { name, message, stack } = error;
  const { hints, code, path } = error as { hints?: unknown; code?: unknown; path?: unknown };
  return {
    name,
    message,
    stack,
    hints: Array.isArray(hints) ? hints.map(String) : [],
    code: typeof code === "string" ? code : undefined,
    path: typeof path === "string" ? path : undefined,
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
  const { code, path } = thrown;
  return Object.assign(error, { ...(code !== undefined && { code }), ...(path !== undefined && { path }) });
}
