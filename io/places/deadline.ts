/** A store that takes this long for nothing is tried again. */
const SILENCE_MS = 60_000;

/** The slowest line we wait for. */
const BYTES_PER_MS = 50;

/** No answer came, or not all of it. */
export class NoAnswerError extends Error {
  override readonly name = "NoAnswerError";
}

/** Waits for an answer as long as sending `bytes` may take over a slow line, and a minute. @throws NoAnswerError */
export async function withDeadline<R>(answer: Promise<R>, bytes: number, silenceMs = SILENCE_MS): Promise<R> {
  const limitMs = silenceMs + bytes / BYTES_PER_MS;
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

/** The pieces of a body; one that falls silent for a minute is ended with an error. */
export async function* withoutStalls(
  body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown },
  silenceMs = SILENCE_MS,
): AsyncGenerator<Uint8Array> {
  const end = () => body.destroy(new NoAnswerError(`no bytes within ${silenceMs / 1000} s`));
  let timer = setTimeout(end, silenceMs);
  try {
    for await (const piece of body) {
      clearTimeout(timer);
      yield piece;
      timer = setTimeout(end, silenceMs);
    }
  } finally {
    clearTimeout(timer);
  }
}
