import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type * as Gcs from "@google-cloud/storage";
import { clientPackage } from "./clientPackage";
import { gcsVerdict } from "./gcsErrors";
import type { ObjectStore, OpenedObject, PartSource, StoredObject, TryAgain, WriteCondition } from "./objectStore";
import type { Verdict } from "./retry";

/** Metadata that tells a writer its own object. */
const WRITER = "sessionary-writer";
const PART_BYTES = 1 << 24;

interface Clients {
  /** Tries once: we count the tries. */
  readonly storage: Gcs.Storage;
  /** Goes on with a broken upload in parts, which it alone can. */
  readonly uploads: Gcs.Storage;
}

interface StreamAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  request?: unknown;
}

/**
 * Google Cloud Storage through `@google-cloud/storage`. Credentials are found as that client finds them: `GOOGLE_APPLICATION_CREDENTIALS`,
 * `gcloud auth application-default login`, the machine's service account. `STORAGE_EMULATOR_HOST` is the address of an emulator, asked
 * without credentials. A file's tag is its generation, which every upload of it makes anew.
 */
export class GcsStore implements ObjectStore {
  readonly name = "Google Cloud Storage";
  private clients: Clients | null = null;

  async list(bucket: string, prefix: string, page: string | null) {
    const { storage } = this.opened(bucket);
    const [files, , answer] = (await storage
      .bucket(bucket)
      .getFiles({ prefix, autoPaginate: false, ...(page === null ? {} : { pageToken: page }) })) as [
      Gcs.File[],
      unknown,
      { nextPageToken?: string } | undefined,
    ];
    return { objects: files.map(({ name, metadata }) => storedObject(name, metadata)), next: answer?.nextPageToken ?? null };
  }

  async head(bucket: string, key: string): Promise<StoredObject> {
    const { storage } = this.opened(bucket);
    const [metadata] = await storage.bucket(bucket).file(key).getMetadata();
    return storedObject(key, metadata);
  }

  async open(bucket: string, key: string, start: number, end: number | null, tag: string | null): Promise<OpenedObject> {
    const { storage } = this.opened(bucket);
    const file = storage.bucket(bucket).file(key, tag === null ? {} : { generation: tag });
    // Bytes as they are stored: whether to decompress is ours to say.
    const range = start === 0 && end === null ? {} : { start, ...(end === null ? {} : { end: end - 1 }) };
    const body = file.createReadStream({ ...range, validation: start === 0 && end === null, decompress: false });
    const headers = await new Promise<Record<string, string>>((resolve, reject) => {
      body.once("error", reject);
      body.once("response", (answer: StreamAnswer) => {
        // When a body breaks, the client closes the connections of all others too, and those then wait for bytes that never come.
        if (answer.request !== undefined) answer.request = {};
        // A refusal comes as an error once its text is there.
        if (answer.statusCode < 300) resolve(answer.headers);
      });
      // The request starts with the first read.
      body.read(0);
    });
    return { tag: headers["x-goog-generation"] ?? tag ?? "", bytes: Number(headers["content-length"] ?? 0), body };
  }

  async put(bucket: string, key: string, bytes: Uint8Array, condition: WriteCondition, writer: string): Promise<void> {
    const { storage } = this.opened(bucket);
    const generation = condition.kind === "absent" ? 0 : condition.kind === "same" ? generationOf(condition.tag) : undefined;
    await storage
      .bucket(bucket)
      .file(key)
      .save(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
        resumable: false,
        metadata: { contentType: "application/octet-stream", metadata: { [WRITER]: writer } },
        ...(generation === undefined ? {} : { preconditionOpts: { ifGenerationMatch: generation } }),
      });
  }

  async writerOf(bucket: string, key: string): Promise<string | null> {
    const { storage } = this.opened(bucket);
    const [{ metadata }] = await storage.bucket(bucket).file(key).getMetadata();
    return (metadata?.[WRITER] as string | undefined) ?? null;
  }

  async putLarge(bucket: string, key: string, source: PartSource, again: TryAgain): Promise<void> {
    const file = this.opened(bucket).uploads.bucket(bucket).file(key);
    const options = { resumable: true, chunkSize: PART_BYTES, metadata: { contentType: "application/octet-stream" } };
    const upload = async () => {
      try {
        await pipeline(Readable.from(partsOf(source)), file.createWriteStream(options));
      } catch (error) {
        // The store may forget an upload that broke; then it begins anew.
        if ((error as { code?: unknown }).code !== 404) throw error;
        throw Object.assign(new Error("no such upload, or no such bucket", { cause: error }), { code: 503 });
      }
    };
    await again(upload, source.bytes);
  }

  async remove(bucket: string, key: string): Promise<void> {
    const { storage } = this.opened(bucket);
    await storage.bucket(bucket).file(key).delete();
  }

  /** Uploads in parts that are given up take no room, and end by themselves after a week. */
  removeUnfinished(): Promise<number> {
    return Promise.resolve(0);
  }

  verdictOf(error: unknown, where: string): Verdict {
    return gcsVerdict(error, where);
  }

  private opened(bucket: string): Clients {
    return (this.clients ??= openClients(`gs://${bucket}`));
  }
}

function openClients(where: string): Clients {
  const { Storage, IdempotencyStrategy } = clientPackage<typeof Gcs>("@google-cloud/storage", where);
  const once = { retryOptions: { autoRetry: false } };
  // An upload writes the same bytes however often it is sent.
  const often = { retryOptions: { idempotencyStrategy: IdempotencyStrategy.RetryAlways } };
  const emulator = process.env["STORAGE_EMULATOR_HOST"];
  if (emulator === undefined || emulator === "") {
    return { storage: new Storage(once), uploads: new Storage(often) };
  }
  // This client takes the variable for the address of one of its two interfaces; every other takes it for that of the server, and so do we.
  const address = { projectId: "emulator", apiEndpoint: /^https?:\/\//.test(emulator) ? emulator : `http://${emulator}` };
  delete process.env["STORAGE_EMULATOR_HOST"];
  try {
    return { storage: new Storage({ ...address, ...once }), uploads: new Storage({ ...address, ...often }) };
  } finally {
    process.env["STORAGE_EMULATOR_HOST"] = emulator;
  }
}

async function* partsOf(source: PartSource): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < source.bytes; start += PART_BYTES) {
    yield await source.part(start, Math.min(source.bytes, start + PART_BYTES));
  }
}

/** The tag as the store wants it. One that no object can have fails as the store would let it. */
function generationOf(tag: string): number {
  if (/^\d+$/.test(tag)) return Number(tag);
  throw Object.assign(new Error(`${tag} is no generation`), { code: 412 });
}

const storedObject = (key: string, { size, generation, updated }: Gcs.FileMetadata): StoredObject => ({
  key,
  bytes: Number(size ?? 0),
  tag: String(generation ?? ""),
  modifiedMs: Date.parse(updated ?? "") || 0,
});
