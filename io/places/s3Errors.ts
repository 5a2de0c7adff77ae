import { UserError } from "../../model/errors";
import { isBrokenConnection, isUnreachable } from "./connectionErrors";
import type { Verdict } from "./retry";

interface S3Error extends Error {
  readonly Code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
}

/** Codes that say: come back later. */
const BUSY = new Set([
  "SlowDown",
  "Throttling",
  "ThrottlingException",
  "RequestThrottled",
  "TooManyRequestsException",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "InternalError",
  "ServiceUnavailable",
  "OperationAborted",
  "ConditionalRequestConflict",
  "IncompleteBody",
  "BadDigest",
]);

const CREDENTIALS_HINTS = [
  "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or run where a role gives them (docs/places.md)",
];

/** What an error of S3's client means. */
export function s3Verdict(error: unknown, where: string): Verdict {
  const { name, message, Code: code = name, $metadata, $response } = error as S3Error;
  const status = $metadata?.httpStatusCode;
  const final = (text: string, hints: readonly string[] = []): Verdict => ({ kind: "final", error: new UserError(text, hints) });
  if (BUSY.has(code) || BUSY.has(name)) return { kind: "again" };
  switch (code) {
    case "CredentialsProviderError":
      return final(`there are no credentials for ${where}: ${firstLine(message)}`, CREDENTIALS_HINTS);
    case "ExpiredToken":
    case "ExpiredTokenException":
    case "TokenRefreshRequired":
      return final(`the credentials for ${where} have expired`, CREDENTIALS_HINTS);
    case "InvalidAccessKeyId":
    case "SignatureDoesNotMatch":
    case "InvalidToken":
      return final(`the credentials for ${where} are wrong: ${firstLine(message)}`, CREDENTIALS_HINTS);
    case "PermanentRedirect":
    case "AuthorizationHeaderMalformed":
    case "IllegalLocationConstraintException":
      return wrongRegion($response?.headers?.["x-amz-bucket-region"]);
    case "InvalidRange":
      return { kind: "beyondEnd" };
    case "InvalidBucketName":
      return final(`${where} names no bucket that can be: ${firstLine(message)}`);
    case "NotImplemented":
      return final(`the store of ${where} does not do what is needed: ${firstLine(message)}`, [
        "tables need writes that take place only where nothing is (If-None-Match); docs/places.md names stores that do",
      ]);
  }
  if (message.includes("Region is missing")) return final(`the region of ${where} is not known`, ["set AWS_REGION"]);
  if (status === undefined) {
    if (isUnreachable(error)) return { kind: "unreachable" };
    return isBrokenConnection(error) ? { kind: "again" } : { kind: "final", error: error as Error };
  }
  if (status === 301) return wrongRegion($response?.headers?.["x-amz-bucket-region"]);
  if (status === 403) {
    return final(`access to ${where} is denied`, [
      "needed are s3:ListBucket on the bucket, s3:GetObject, and for output s3:PutObject and s3:DeleteObject on its objects",
    ]);
  }
  if (status === 404) return { kind: "absent" };
  if (status === 412 || status === 304) return { kind: "condition" };
  if (status === 416) return { kind: "beyondEnd" };
  if (status === 409 || status === 429 || status >= 500) return { kind: "again" };
  // A body that ended in the middle comes with the status of its beginning.
  if (status < 300) return { kind: "again" };
  return final(`${where}: the store answers ${status} ${code}: ${firstLine(message)}`);

  function wrongRegion(region: string | undefined): Verdict {
    return final(`${where} is in another region than AWS_REGION says`, [
      region === undefined ? "set AWS_REGION to the bucket's region" : `set AWS_REGION=${region}`,
    ]);
  }
}

const firstLine = (text: string) => text.split("\n")[0] ?? "";
