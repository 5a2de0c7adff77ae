/** A store that is silent for this long is asked again. */
const SILENCE_MS = 20_000;

/** The slowest line we wait for. */
const BYTES_PER_MS = 50;

/** No answer came, or not all of it. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** Waits for an answer as long as sending `bytes` may take over a slow line, and 20 s. @throws NoAnswerError */
export async function withDeadline<R>(answer: Promise<R>, bytes: number): Promise<R> {
  const limitMs = SILENCE_MS + bytes / BYTES_PER_MS;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new NoAnswerError(`no answer within ${Math.round(limitMs / 1000)} s`)), limitMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The pieces of a body; one that falls silent for `silenceMs` is ended with an error. Some clients do not notice that a connection was
 * closed in the middle, and would wait for good.
 */
export async function* withoutStalls(
  body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown },
  silenceMs: number,
): AsyncGenerator<Uint8Array> {
  const end = () => body.destroy(new NoAnswerError(`no bytes within ${silenceMs / 1000} s`));
  let timer: NodeJS.Timeout;
  let last: NodeJS.Immediate | undefined;
  const watch = () => {
    // Where this thread was busy for long, bytes that came meanwhile are handed over first.
    timer = setTimeout(() => (last = setImmediate(end)), silenceMs);
  };
  const rest = () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
  watch();
  try {
    for await (const piece of body) {
      rest();
      yield piece;
      watch();
    }
  } finally {
    rest();
  }
}
