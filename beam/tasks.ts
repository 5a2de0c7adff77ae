import { createHash } from "node:crypto";
import { join } from "node:path";
import { Piscina } from "piscina";
import { addProgress } from "./progress";
import { errorFromThread, type TaskAnswer } from "./taskMessages";

/** What a task gives back; buffers in `transfer` move to the caller without a copy. */
export interface TaskResult<O> {
  readonly value: O;
  readonly transfer?: ArrayBuffer[];
}

/**
 * A pure function: same input, same result; no state between calls but caches; never writes to its input. Runs in a thread when
 * embedded, in process on engine workers. Exported by name from a file that loads neither Beam nor stages, to keep threads small.
 */
export type TaskFunction<I, O> = (input: I) => TaskResult<O> | Promise<TaskResult<O>>;

/** Where a task is found. */
export interface Task<I, O> {
  readonly module: string;
  readonly name: string;
  /** Never set: carries the types. */
  readonly types?: (input: I) => O;
}

/** @param module absolute path of the file that exports the function `name`: `__filename` of that file */
export function defineTask<I, O>(module: string, name: string): Task<I, O> {
  return { module, name };
}

let pool: { readonly piscina: Piscina; readonly threads: number } | null = null;

/** Threads open for tasks; 0 when tasks run in process. */
export const taskThreads = () => pool?.threads ?? 0;

/**
 * Runs a task. With threads, `input` is structured-cloned but for the buffers in `transfer`, which move away: copy an element's bytes
 * before you transfer them. In process nothing is copied.
 * @throws what the task threw: its message, stack, and class where that is a standard error, `UserError` or `DataError`
 */
export async function runTask<I, O>(task: Task<I, O>, input: I, transfer: ArrayBuffer[] = []): Promise<O> {
  if (pool === null) {
    return (await functionOf(task)(input)).value;
  }
  const { module, name } = task;
  const answer = (await pool.piscina.run({ module, name, input }, { transferList: transfer })) as TaskAnswer<O>;
  for (const [counter, amount] of answer.progress) {
    addProgress(counter, amount);
  }
  if (!answer.ok) {
    throw errorFromThread(answer.error, task);
  }
  return answer.value;
}

/** The function behind a task. @throws Error when its module exports no such function */
export function functionOf<I, O>({ module, name }: Task<I, O>): TaskFunction<I, O> {
  const found = (require(module) as Record<string, unknown>)[name];
  if (typeof found !== "function") {
    throw new Error(`task ${name}: ${module} exports no function of that name`);
  }
  return found as TaskFunction<I, O>;
}

/** Opens `threads` threads for tasks (0: none), runs `work`, and closes them whatever happens. Not to be nested. */
export async function withThreads<T>(threads: number, work: () => Promise<T>): Promise<T> {
  if (threads === 0) {
    return work();
  }
  if (pool !== null) {
    throw new Error("task threads are open already: one embedded run at a time");
  }
  const filename = join(__dirname, "taskWorker.js");
  const piscina = new Piscina({ filename, minThreads: threads, maxThreads: threads, concurrentTasksPerWorker: 2 });
  pool = { piscina, threads };
  try {
    return await work();
  } finally {
    pool = null;
    await piscina.destroy();
  }
}

const copyOf = new WeakMap<Uint8Array, Uint8Array>();
const copyByContent = new Map<string, WeakRef<Uint8Array>>();

/**
 * The same bytes in memory that threads share, for a model or another side input handed to many tasks: copied once per content, then
 * passed by reference. Read-only. Without threads the bytes themselves.
 */
export function shared(bytes: Uint8Array): Uint8Array {
  if (pool === null || bytes.buffer instanceof SharedArrayBuffer) {
    return bytes;
  }
  let copy = copyOf.get(bytes);
  if (copy === undefined) {
    const hash = createHash("sha256").update(bytes).digest("base64");
    copy = copyByContent.get(hash)?.deref();
    if (copy === undefined) {
      copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
      copy.set(bytes);
      copyByContent.set(hash, new WeakRef(copy));
    }
    copyOf.set(bytes, copy);
  }
  return copy;
}
