import type * as S3 from "@aws-sdk/client-s3";
import { mapBounded } from "./bounded";
import { clientPackage } from "./clientPackage";
import type { ObjectStore, OpenedObject, PartSource, StoredObject, TryAgain, WriteCondition } from "./objectStore";
import { s3Verdict } from "./s3Errors";
import type { Verdict } from "./retry";

/** Metadata that tells a writer its own object. */
const WRITER = "sessionary-writer";

/** An upload has at most 10,000 parts. */
const MOST_PARTS = 10_000;
const PART_BYTES = 1 << 24;
const PARTS_AT_ONCE = 3;

interface Client {
  readonly sdk: typeof S3;
  readonly s3: S3.S3Client;
}

/**
 * Amazon S3, or what speaks its protocol, through `@aws-sdk/client-s3`. Credentials, region and address are found as that client finds
 * them: `AWS_…` variables, profiles, roles of the machine. A store at `AWS_ENDPOINT_URL` is asked with the bucket in the path.
 */
export class S3Store implements ObjectStore {
  readonly name = "S3";
  private client: Client | null = null;

  async list(bucket: string, prefix: string, page: string | null) {
    const { sdk, s3 } = this.opened(bucket);
    const answer = await s3.send(
      new sdk.ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        // Keys may hold characters that XML does not.
        EncodingType: "url",
        ...(page === null ? {} : { ContinuationToken: page }),
      }),
    );
    const objects = (answer.Contents ?? []).map(({ Key, Size, ETag, LastModified }) =>
      storedObject(answer.EncodingType === "url" ? decodeKey(Key ?? "") : (Key ?? ""), Size, ETag, LastModified),
    );
    return { objects, next: answer.IsTruncated === true ? (answer.NextContinuationToken ?? null) : null };
  }

  async head(bucket: string, key: string): Promise<StoredObject> {
    const { sdk, s3 } = this.opened(bucket);
    const { ContentLength, ETag, LastModified } = await s3.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }));
    return storedObject(key, ContentLength, ETag, LastModified);
  }

  async open(bucket: string, key: string, start: number, end: number | null, tag: string | null): Promise<OpenedObject> {
    const { sdk, s3 } = this.opened(bucket);
    const range = start === 0 && end === null ? {} : { Range: `bytes=${start}-${end === null ? "" : end - 1}` };
    const condition = tag === null ? {} : { IfMatch: tag };
    const { Body, ContentLength, ETag } = await s3.send(
      new sdk.GetObjectCommand({ Bucket: bucket, Key: key, ...range, ...condition }),
    );
    return { tag: ETag ?? "", bytes: ContentLength ?? 0, body: Body as unknown as OpenedObject["body"] };
  }

  async put(bucket: string, key: string, bytes: Uint8Array, condition: WriteCondition, writer: string): Promise<void> {
    const { sdk, s3 } = this.opened(bucket);
    const only = condition.kind === "absent" ? { IfNoneMatch: "*" } : condition.kind === "same" ? { IfMatch: condition.tag } : {};
    await s3.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes, Metadata: { [WRITER]: writer }, ...only }));
  }

  async writerOf(bucket: string, key: string): Promise<string | null> {
    const { sdk, s3 } = this.opened(bucket);
    return (await s3.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key }))).Metadata?.[WRITER] ?? null;
  }

  async putLarge(bucket: string, key: string, source: PartSource, again: TryAgain): Promise<void> {
    const { sdk, s3 } = this.opened(bucket);
    const object = { Bucket: bucket, Key: key };
    const { UploadId } = await again(() => s3.send(new sdk.CreateMultipartUploadCommand(object)));
    const upload = { ...object, UploadId };
    try {
      const partBytes = Math.max(PART_BYTES, Math.ceil(source.bytes / MOST_PARTS));
      const numbers = Array.from({ length: Math.ceil(source.bytes / partBytes) }, (_, i) => i + 1);
      const parts = await mapBounded(
        numbers,
        async (PartNumber) => {
          const start = (PartNumber - 1) * partBytes;
          const bytes = await source.part(start, Math.min(source.bytes, start + partBytes));
          const put = () => s3.send(new sdk.UploadPartCommand({ ...upload, PartNumber, Body: bytes }));
          return { PartNumber, ETag: (await again(put, bytes.length)).ETag };
        },
        PARTS_AT_ONCE,
      );
      await again(() => s3.send(new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } })));
    } catch (error) {
      // Parts of an upload that is never completed are paid for.
      await again(() => s3.send(new sdk.AbortMultipartUploadCommand(upload))).catch(() => undefined);
      throw error;
    }
  }

  async remove(bucket: string, key: string): Promise<void> {
    const { sdk, s3 } = this.opened(bucket);
    await s3.send(new sdk.DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  async removeUnfinished(bucket: string, prefix: string, beforeMs: number): Promise<number> {
    const { sdk, s3 } = this.opened(bucket);
    const { Uploads } = await s3.send(new sdk.ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }));
    const old = (Uploads ?? []).filter(({ Initiated }) => Initiated !== undefined && Initiated.getTime() < beforeMs);
    await mapBounded(old, ({ Key, UploadId }) => s3.send(new sdk.AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })));
    return old.length;
  }

  verdictOf(error: unknown, where: string): Verdict {
    return s3Verdict(error, where);
  }

  private opened(bucket: string): Client {
    return (this.client ??= openClient(`s3://${bucket}`));
  }
}

function openClient(where: string): Client {
  // Its remark on old Node versions would stand between the lines of every command, once a thread.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const sdk = clientPackage<typeof S3>("@aws-sdk/client-s3", where);
  const hasOwnAddress = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
  const s3 = new sdk.S3Client({
    // Tries are counted in one place, which also knows how to go on in the middle of a body.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 10_000 },
    ...(hasOwnAddress ? { forcePathStyle: true } : {}),
  });
  return { sdk, s3 };
}

const storedObject = (key: string, bytes = 0, tag = "", modified?: Date): StoredObject => ({
  key,
  bytes,
  tag,
  modifiedMs: modified?.getTime() ?? 0,
});

/** Keys come as in a form: a plus sign is a space. */
const decodeKey = (key: string) => decodeURIComponent(key.replaceAll("+", " "));
