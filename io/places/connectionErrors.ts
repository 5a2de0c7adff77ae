const UNREACHABLE = new Set(["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ENETUNREACH"]);

const BROKEN = new Set([
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EAI_AGAIN",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_DESTROYED",
  "UND_ERR_SOCKET",
]);

const BROKEN_NAMES = new Set(["TimeoutError", "AbortError", "NetworkingError"]);
const BROKEN_WORDS = /socket hang up|aborted|premature close|other side closed|network|timed? ?out|retry limit exceeded/i;

/** Clients wrap errors of the connection, some several times. */
function* causesOf(error: unknown): Generator<Error & { code?: unknown }> {
  for (let depth = 0, cause = error; cause instanceof Error && depth < 5; depth++, cause = cause.cause) yield cause;
}

/** Whether nothing answers at the address. */
export function isUnreachable(error: unknown): boolean {
  for (const { code } of causesOf(error)) if (UNREACHABLE.has(String(code))) return true;
  // Node tries all addresses of a name and reports them together.
  return error instanceof AggregateError && error.errors.some(isUnreachable);
}

/** Whether a connection broke or fell silent. */
export function isBrokenConnection(error: unknown): boolean {
  for (const { code, name, message } of causesOf(error)) {
    if (BROKEN.has(String(code)) || BROKEN_NAMES.has(name) || BROKEN_WORDS.test(message)) return true;
  }
  return false;
}
