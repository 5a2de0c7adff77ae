import { UserError } from "../../model/errors";

/** An object of a store, or the beginning of names of objects. */
export interface ObjectUrl {
  readonly scheme: string;
  readonly bucket: string;
  /** As the store has it: nothing in a URL of ours is escaped. */
  readonly key: string;
}

/**
 * Parts of `scheme://bucket/key`.
 * @throws UserError when there is no bucket in it
 */
export function parseObjectUrl(url: string): ObjectUrl {
  const found = /^([a-z][a-z0-9+.-]+):\/\/([^/]+)(?:\/(.*))?$/is.exec(url);
  if (found === null) throw new UserError(`${url} names no bucket; URLs of objects are like s3://bucket/folder/file`);
  const [, scheme, bucket, key] = found;
  return { scheme: (scheme as string).toLowerCase(), bucket: bucket as string, key: key ?? "" };
}

export const objectUrl = ({ scheme, bucket }: Pick<ObjectUrl, "scheme" | "bucket">, key: string) =>
  `${scheme}://${bucket}/${key}`;
