import { threadId } from "node:worker_threads";
import { addProgress } from "../../beam/progress";
import { defineTask, type TaskResult } from "../../beam/tasks";
import { DataError, UserError } from "../../model/errors";

export const sumTask = defineTask<{ bytes: Uint8Array }, { sum: number; thread: number }>(__filename, "sum");
export function sum({ bytes }: { bytes: Uint8Array }): TaskResult<{ sum: number; thread: number }> {
  addProgress("bytes", bytes.length);
  return { value: { sum: bytes.reduce((a, b) => a + b, 0), thread: threadId } };
}

export const reversedTask = defineTask<Uint8Array, Uint8Array>(__filename, "reversed");
export async function reversed(bytes: Uint8Array): Promise<TaskResult<Uint8Array>> {
  const value = Uint8Array.from(bytes).reverse();
  return { value, transfer: [value.buffer] };
}

export const describeTask = defineTask<Uint8Array, { shared: boolean; length: number; text: string }>(
  __filename,
  "describeBytes",
);
export function describeBytes(bytes: Uint8Array): TaskResult<{ shared: boolean; length: number; text: string }> {
  const isShared = bytes.buffer instanceof SharedArrayBuffer;
  return { value: { shared: isShared, length: bytes.length, text: Buffer.from(bytes).toString() } };
}

export const failTask = defineTask<string, never>(__filename, "fail");
export function fail(how: string): never {
  switch (how) {
    case "user":
      throw new UserError("no such column", ["look at the config", "or at the file"]);
    case "data":
      throw new DataError("too many bad rows", ["see dead_letters"]);
    case "range":
      throw new RangeError("out of range");
    case "code":
      throw Object.assign(new Error("not there"), { code: "ENOENT" });
    case "text":
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a library may do
      throw "just text";
    default:
      process.exit(3);
  }
}

/** Counts and never answers. */
export const tickTask = defineTask<Int32Array, null>(__filename, "tick");
export function tick(ticks: Int32Array): Promise<TaskResult<null>> {
  return new Promise(() => setInterval(() => Atomics.add(ticks, 0, 1), 1));
}
