import type { Verdict } from "./retry";

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly tag: string;
  readonly modifiedMs: number;
}

/** When a write may take place. */
export type WriteCondition =
  | { readonly kind: "always" }
  | { readonly kind: "absent" }
  /** Only over the object with this tag. */
  | { readonly kind: "same"; readonly tag: string };

/** The answer to a read: what of the object comes, and its bytes. */
export interface OpenedObject {
  readonly tag: string;
  /** Bytes that will come. */
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown };
}

/** Where the bytes of a large object come from, in parts. */
export interface PartSource {
  readonly bytes: number;
  part(start: number, end: number): Promise<Uint8Array>;
}

/** Runs a request that sends `bytes` again until it works, or throws what nothing helps against. */
export type TryAgain = <R>(request: () => Promise<R>, bytes?: number) => Promise<R>;

/** An object store through its official client. A call is one request, tried once, and throws the client's own error, unless it says otherwise. */
export interface ObjectStore {
  /** What people call it. */
  readonly name: string;
  /** Objects whose key starts with `prefix`, a page at a time. */
  list(bucket: string, prefix: string, page: string | null): Promise<{ objects: StoredObject[]; next: string | null }>;
  head(bucket: string, key: string): Promise<StoredObject>;
  /** Opens bytes `start..end` (end excluded; null: to the end), of the object with this tag where one is given. */
  open(bucket: string, key: string, start: number, end: number | null, tag: string | null): Promise<OpenedObject>;
  /** `writer` is kept with the object. */
  put(bucket: string, key: string, bytes: Uint8Array, condition: WriteCondition, writer: string): Promise<void>;
  /** What `put` kept. */
  writerOf(bucket: string, key: string): Promise<string | null>;
  /** Writes a large object in parts, each tried again by `again`; it is seen when all are there. Memory: a few parts. */
  putLarge(bucket: string, key: string, source: PartSource, again: TryAgain): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** Gives up uploads in parts that began before `beforeMs` and were never completed. Returns how many. */
  removeUnfinished(bucket: string, prefix: string, beforeMs: number): Promise<number>;
  /** What an error of the client means. `where` is the URL, for messages. */
  verdictOf(error: unknown, where: string): Verdict;
}
