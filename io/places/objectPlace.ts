import { randomUUID } from "node:crypto";
import { open } from "node:fs/promises";
import { DataError, UserError } from "../../model/errors";
import { Gate } from "./bounded";
import { changedWhileRead } from "./changed";
import { NoAnswerError, withDeadline, withoutStalls } from "./deadline";
import type { ObjectStore, PartSource, StoredObject, TryAgain, WriteCondition } from "./objectStore";
import { objectUrl, parseObjectUrl, type ObjectUrl } from "./objectUrl";
import type { FileInfo, Place } from "./place";
import { Retries, RETRY, type RetryPolicy, type Verdict } from "./retry";

/** Requests of a process to one kind of store at once. */
const REQUESTS = 32;

/** Objects up to this size are written by one request. */
const SINGLE_PUT_BYTES = 1 << 25;

/** What is read at once must fit memory; logs and tables are read in ranges. */
const WHOLE_BYTES = 2 ** 31 - 1;

/** Files of an object store. Every request is tried again where that may help; a read goes on at the byte where it broke. */
export class ObjectPlace implements Place {
  private readonly gate = new Gate(REQUESTS);

  constructor(
    private readonly store: ObjectStore,
    private readonly policy: RetryPolicy = RETRY,
  ) {}

  async list(prefix: string): Promise<FileInfo[]> {
    const url = parseObjectUrl(prefix);
    const found: FileInfo[] = [];
    let page: string | null = null;
    do {
      const at: string | null = page;
      const { objects, next } = await this.request(prefix, () => this.store.list(url.bucket, url.key, at)).catch(
        (error: unknown) => {
          throw this.verdictOf(error, prefix).kind === "absent" ? absentBucket(prefix) : error;
        },
      );
      // Consoles make empty objects that stand for folders.
      found.push(...objects.filter(({ key }) => !key.endsWith("/")).map((object) => infoOf(url, object)));
      page = next;
    } while (page !== null);
    return found.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  }

  async read(path: string): Promise<Uint8Array> {
    const bytes = await this.readBytes(path, 0, null, null);
    if (bytes === null) throw new Error(`${path} gave no bytes`);
    return bytes;
  }

  async readRange(path: string, start: number, end: number, tag?: string): Promise<Uint8Array> {
    if (end <= start) return new Uint8Array(0);
    return (await this.readBytes(path, start, end, tag ?? null)) ?? new Uint8Array(0);
  }

  async stat(path: string): Promise<FileInfo | null> {
    const url = parseObjectUrl(path);
    if (url.key === "" || url.key.endsWith("/")) return null;
    try {
      return infoOf(url, await this.request(path, () => this.store.head(url.bucket, url.key)));
    } catch (error) {
      if (this.store.verdictOf(error, path).kind === "absent") return null;
      throw error;
    }
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    if (bytes.length <= SINGLE_PUT_BYTES) await this.put(path, bytes, { kind: "always" });
    else await this.putLarge(path, { bytes: bytes.length, part: async (start, end) => bytes.subarray(start, end) });
  }

  writeIfAbsent(path: string, bytes: Uint8Array): Promise<boolean> {
    return this.put(path, bytes, { kind: "absent" });
  }

  writeIfSame(path: string, bytes: Uint8Array, tag: string): Promise<boolean> {
    return this.put(path, bytes, { kind: "same", tag });
  }

  async upload(path: string, localFile: string): Promise<void> {
    const file = await open(localFile, "r");
    try {
      const { size } = await file.stat();
      const part = async (start: number, end: number) => {
        const bytes = new Uint8Array(end - start);
        let length = 0;
        while (length < bytes.length) {
          const { bytesRead } = await file.read(bytes, length, bytes.length - length, start + length);
          if (bytesRead === 0) throw new Error(`${localFile} became shorter while it was read`);
          length += bytesRead;
        }
        return bytes;
      };
      if (size <= SINGLE_PUT_BYTES) await this.put(path, await part(0, size), { kind: "always" });
      else await this.putLarge(path, { bytes: size, part });
    } finally {
      await file.close();
    }
  }

  async remove(path: string): Promise<void> {
    const { bucket, key } = parseObjectUrl(path);
    try {
      await this.request(path, () => this.store.remove(bucket, key));
    } catch (error) {
      if (this.store.verdictOf(error, path).kind !== "absent") throw error;
    }
  }

  async removeUnfinished(prefix: string, beforeMs: number): Promise<number> {
    const { bucket, key } = parseObjectUrl(prefix);
    return this.request(prefix, () => this.store.removeUnfinished(bucket, key, beforeMs));
  }

  /** Null: the range lies behind the end. */
  private async readBytes(path: string, start: number, end: number | null, tag: string | null): Promise<Uint8Array | null> {
    const { bucket, key } = parseObjectUrl(path);
    const retries = new Retries(this.policy);
    let bytes: Uint8Array | null = null;
    let length = 0;
    let pinned = tag;
    for (;;) {
      try {
        await this.gate.pass(async () => {
          const rest = bytes === null ? end : start + bytes.length;
          const opened = await withDeadline(this.store.open(bucket, key, start + length, rest, pinned), 0);
          pinned = opened.tag;
          if (bytes === null && opened.bytes > WHOLE_BYTES) {
            throw new UserError(`${path} has ${opened.bytes} bytes, too many to be read at once`);
          }
          bytes ??= new Uint8Array(opened.bytes);
          for await (const piece of withoutStalls(opened.body, this.policy.bodySilenceMs)) {
            bytes.set(piece, length);
            length += piece.length;
            retries.progress();
          }
          // Some connections end early without saying that they broke.
          if (length < bytes.length) throw new NoAnswerError(`${path} broke off after ${length} bytes`);
        });
        return bytes;
      } catch (error) {
        const verdict = this.verdictOf(error, path);
        if (verdict.kind === "beyondEnd" && length === 0) return null;
        if (pinned !== null && ["condition", "absent", "beyondEnd"].includes(verdict.kind)) throw changedWhileRead(path);
        if (verdict.kind === "absent") throw absentFile(path);
        await this.failed(retries, error, verdict, path);
      }
    }
  }

  /**
   * One conditional write. When a connection breaks, the store may have carried the request out all the same; then the next try meets its
   * own object, and the writer's mark tells.
   */
  private async put(path: string, bytes: Uint8Array, condition: WriteCondition): Promise<boolean> {
    const { bucket, key } = parseObjectUrl(path);
    const writer = randomUUID();
    const retries = new Retries(this.policy);
    for (;;) {
      try {
        await this.gate.pass(() => withDeadline(this.store.put(bucket, key, bytes, condition, writer), bytes.length));
        return true;
      } catch (error) {
        const verdict = this.verdictOf(error, path);
        const isRefused = condition.kind !== "always" && verdict.kind === "condition";
        // Over an object that is gone nothing is written either.
        const isGone = condition.kind === "same" && verdict.kind === "absent";
        if (isRefused && retries.isAmbiguous && (await this.writerOf(path)) === writer) return true;
        if (isRefused || isGone) return false;
        if (verdict.kind === "absent") throw absentBucket(path);
        await this.failed(retries, error, verdict, path);
      }
    }
  }

  private async writerOf(path: string): Promise<string | null> {
    const { bucket, key } = parseObjectUrl(path);
    return this.request(path, () => this.store.writerOf(bucket, key)).catch((error: unknown) => {
      if (this.store.verdictOf(error, path).kind === "absent") return null;
      throw error;
    });
  }

  private async putLarge(path: string, source: PartSource): Promise<void> {
    const { bucket, key } = parseObjectUrl(path);
    const again: TryAgain = (request, sent = 0) => this.request(path, request, sent);
    try {
      await this.store.putLarge(bucket, key, source, again);
    } catch (error) {
      const verdict = this.verdictOf(error, path);
      if (verdict.kind === "absent") throw absentBucket(path);
      throw verdict.kind === "final" ? verdict.error : error;
    }
  }

  /** A request without a body that is read piece by piece. */
  private async request<R>(path: string, work: () => Promise<R>, bytes = 0): Promise<R> {
    const retries = new Retries(this.policy);
    for (;;) {
      try {
        return await this.gate.pass(() => withDeadline(work(), bytes));
      } catch (error) {
        await this.failed(retries, error, this.verdictOf(error, path), path);
      }
    }
  }

  private verdictOf(error: unknown, path: string): Verdict {
    if (error instanceof UserError || error instanceof DataError) return { kind: "final", error };
    if (error instanceof NoAnswerError) return { kind: "again" };
    return this.store.verdictOf(error, path);
  }

  /** Waits before the next try. @throws UserError when there were enough */
  private async failed(retries: Retries, error: unknown, verdict: Verdict, path: string): Promise<void> {
    try {
      await retries.failed(error, verdict);
    } catch (last) {
      if (verdict.kind !== "again" && verdict.kind !== "unreachable") throw last;
      const cause = error instanceof Error ? error.message || error.name : String(error);
      throw new UserError(`${this.store.name} cannot be reached for ${path}: ${cause}`, [
        "tried several times; nothing was published. Run the command again when the store answers",
      ]);
    }
  }
}

const infoOf = (url: ObjectUrl, { key, bytes, tag, modifiedMs }: StoredObject): FileInfo => ({
  path: objectUrl(url, key),
  bytes,
  tag,
  modifiedMs,
});

/** A file that is not there, as the file system says it. */
const absentFile = (path: string) => Object.assign(new Error(`there is no ${path}`), { code: "ENOENT" });

const absentBucket = (path: string) => {
  const { scheme, bucket } = parseObjectUrl(path);
  return new UserError(`there is no bucket ${scheme}://${bucket}`, ["create it, or correct its name in the settings"]);
};
