import { CommanderError } from "commander";
import { DataError, EngineError, InterruptedError, UserError } from "../model/errors";
import { packageVersion } from "../model/packageRoot";
import { EXIT, type ExitCode } from "./exitCodes";

/** An error as the user meets it. */
export interface PresentedError {
  readonly kind: "user" | "data" | "system" | "bug";
  readonly message: string;
  /** Further lines: facts, things to do, or a stack. */
  readonly hints: readonly string[];
  readonly exitCode: ExitCode;
}

/**
 * The one place where errors meet the user. What the user can change is one line and hints, without a stack; so is a check of the
 * data that failed, and a disk or network that gave up. The rest is a bug of ours: stack, versions, and a plea to report it.
 */
export function presentError(error: unknown): PresentedError {
  if (error instanceof UserError) {
    return { kind: "user", message: error.message, hints: error.hints, exitCode: EXIT.user };
  }
  if (error instanceof DataError) {
    return { kind: "data", message: error.message, hints: error.hints, exitCode: EXIT.failed };
  }
  if (error instanceof EngineError) {
    return { kind: "system", message: error.message, hints: [...error.hints, "nothing was published"], exitCode: EXIT.failed };
  }
  if (error instanceof InterruptedError) {
    return {
      kind: "user",
      message: error.message,
      hints: ["nothing was published but whole days that were done before"],
      exitCode: EXIT.interrupted,
    };
  }
  const cause = rootCause(error);
  if (cause instanceof UserError || cause instanceof DataError) {
    return presentError(cause);
  }
  if (isSystemError(cause)) {
    const where = stageOf(error);
    return {
      kind: "system",
      message: systemMessage(cause),
      hints: [...(where ? [`in stage ${where}`] : []), "nothing was published"],
      exitCode: EXIT.failed,
    };
  }
  return {
    kind: "bug",
    message: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    hints: [
      ...(error instanceof Error ? (error.stack ?? "").split("\n").slice(1) : []),
      `sessionary ${packageVersion()}, Node ${process.version}, ${process.platform} ${process.arch}`,
      "This is a bug in sessionary, or a failure nobody foresaw: please report it with the lines above.",
    ],
    exitCode: EXIT.failed,
  };
}

/** For people, on standard error. */
export function printError({ kind, message, hints }: PresentedError): void {
  const lines = [`${kind === "bug" ? "" : "error: "}${message}`, ...hints.map((hint) => `  ${hint.trim()}`), ""];
  process.stderr.write(lines.join("\n"));
}

/** Exit code of what commander throws after it has printed its own words; null for other errors. */
export function commanderExitCode(error: unknown): ExitCode | null {
  if (!(error instanceof CommanderError)) return null;
  return error.exitCode === 0 ? EXIT.ok : EXIT.user;
}

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
}

const SYSTEM_WORDS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "not permitted",
  ENOENT: "there is no such file or folder",
  ENOSPC: "no space left on the disk",
  EDQUOT: "the disk quota is used up",
  EFBIG: "a file would be larger than the system allows",
  EMFILE: "too many open files",
  EROFS: "the disk is read-only",
  EISDIR: "this is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ECONNREFUSED: "nobody answers there",
  ECONNRESET: "the connection broke",
  ETIMEDOUT: "no answer in time",
  ENOTFOUND: "there is no such host",
  EADDRINUSE: "the port is in use",
};

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code in SYSTEM_WORDS;

function systemMessage({ code, path, address, port }: SystemError): string {
  const what = path ?? (address === undefined ? undefined : `${address}${port === undefined ? "" : `:${port}`}`);
  return `${what === undefined ? "" : `${what}: `}${SYSTEM_WORDS[code]} (${code})`;
}

function rootCause(error: unknown): unknown {
  let cause = error;
  for (let depth = 0; depth < 10 && cause instanceof Error && cause.cause !== undefined; depth++) cause = cause.cause;
  return cause;
}

/** Stage of a pipeline error, told by its field: the class lives in `beam/`, which is loaded only by commands that run pipelines. */
function stageOf(error: unknown): string | null {
  return error instanceof Error && "transform" in error && typeof error.transform === "string" ? error.transform : null;
}
