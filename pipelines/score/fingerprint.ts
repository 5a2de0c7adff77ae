import { createHash } from "node:crypto";
import { relative } from "node:path";
import { schemeOf, type FileInfo } from "../../io/places/place";
import type { Config } from "../../model/config";
import { TABLE_FORMAT } from "../../model/tables/tables";

/** What a day's tables depend on, beside its date, its inputs and what the identity map says. */
export interface FingerprintParts {
  readonly config: Config;
  /** Hash of the catalogue; null where there is none. */
  readonly catalogue: string | null;
  readonly modelId: string;
  readonly parts: number;
}

/** Hash of all that a day depends on but its date, its inputs and what the identity map says. */
export function settingsHashOf(parts: FingerprintParts): string {
  const { config, catalogue, modelId } = parts;
  const { input, apps, sessions, traffic, scoring, output, zone } = config;
  const content = {
    format: TABLE_FORMAT,
    modelId,
    catalogue,
    // Users are remembered only where there is a map.
    identityMap: config.input.identityMapPath === null ? null : "any",
    parts: parts.parts,
    zone,
    input: {
      format: input.format,
      csv: input.csv,
      user: input.user,
      time: input.time,
      event: input.event,
      app: input.app,
      sessionId: input.sessionId,
      eventId: input.eventId,
      userAgent: input.userAgent,
      receivedTime: input.receivedTime,
      attributes: input.attributes,
      clockToleranceSeconds: input.clockToleranceSeconds,
      maxLineBytes: input.maxLineBytes,
      deadLetterRawBytes: input.deadLetterRawBytes,
    },
    apps,
    sessions: {
      gapSeconds: sessions.gapSeconds,
      maxHours: sessions.maxHours,
      minEvents: sessions.minEvents,
      method: sessions.method,
    },
    traffic,
    scoring: { minConfidence: scoring.minConfidence, minBatchSessions: scoring.minBatchSessions },
    output: { pseudonymize: output.pseudonymize, salt: output.pseudonymize ? output.salt : "" },
  };
  return sha256(JSON.stringify(sortKeys(content)));
}

/**
 * SHA-256 over inputs (names, sizes, content tags), settings (with model and format) and the identity map's hash: same fingerprint, same
 * bytes. Names are relative to the config, so that a project may be moved.
 */
export function fingerprintOf(day: {
  readonly date: string;
  readonly settingsHash: string;
  /** Null without a map. */
  readonly identityMap: string | null;
  readonly files: readonly FileInfo[];
  readonly baseDir: string;
}): string {
  const { date, settingsHash, identityMap } = day;
  const inputs = day.files.map(({ path, bytes, tag }) => [inputName(path, day.baseDir), bytes, tag]);
  return sha256(JSON.stringify([date, settingsHash, inputs, ...(identityMap === null ? [] : [identityMap])]));
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

/** Id of the run that makes a day: the same for the same content, so that it may stand in the rows. */
export const runIdOf = (date: string, fingerprint: string) => `${date}-${fingerprint.slice(0, 12)}`;

/** Id of a job over several days. */
export function jobIdOf(runIds: readonly string[]): string {
  const hash = sha256(runIds.join("\n"));
  return runIds.length === 1
    ? (runIds[0] as string)
    : `${runIds[0]?.slice(0, 10)}..${runIds.at(-1)?.slice(0, 10)}-${hash.slice(0, 12)}`;
}

/** How manifests and fingerprints call a file. */
export function inputName(path: string, baseDir: string): string {
  return schemeOf(path) === null ? relative(baseDir, path) : path;
}

/** Settings say the same in any order of their keys. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sortKeys(inner)]));
}
