import { UserError } from "../../model/errors";
import { isBrokenConnection, isUnreachable } from "./connectionErrors";
import type { Verdict } from "./retry";

interface GcsError extends Error {
  readonly code?: number | string;
  readonly status?: number;
}

const CREDENTIALS_HINTS = [
  "set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run `gcloud auth application-default login`, or run where a service account gives them (docs/places.md)",
];

/** What an error of the client of Google Cloud Storage means. */
export function gcsVerdict(error: unknown, where: string): Verdict {
  const { message, code, status: ownStatus } = error as GcsError;
  const status = Number(code ?? ownStatus);
  const final = (text: string, hints: readonly string[] = []): Verdict => ({ kind: "final", error: new UserError(text, hints) });
  if (
    /could not load the default credentials|getApplicationDefault|invalid_grant|invalid_client|unable to detect a project/i.test(
      message,
    )
  ) {
    return final(`there are no usable credentials for ${where}: ${firstLine(message)}`, CREDENTIALS_HINTS);
  }
  if (code !== undefined && Number.isNaN(status) && String(code).startsWith("CONTENT_DOWNLOAD_MISMATCH"))
    return { kind: "again" };
  if (Number.isNaN(status)) {
    if (isUnreachable(error)) return { kind: "unreachable" };
    return isBrokenConnection(error) ? { kind: "again" } : { kind: "final", error: error as Error };
  }
  if (status === 401) return final(`the credentials for ${where} are wrong or have expired`, CREDENTIALS_HINTS);
  if (status === 403) {
    if (/rate ?limit|quota/i.test(message)) return { kind: "again" };
    return final(`access to ${where} is denied`, [
      "needed are storage.objects.list and storage.objects.get, and for output storage.objects.create and storage.objects.delete",
    ]);
  }
  if (status === 404) return { kind: "absent" };
  if (status === 304 || status === 412) return { kind: "condition" };
  if (status === 416) return { kind: "beyondEnd" };
  if (status === 408 || status === 409 || status === 429 || status >= 500) return { kind: "again" };
  return final(`${where}: the store answers ${status}: ${firstLine(message)}`);
}

const firstLine = (text: string) => text.split("\n")[0] ?? "";
