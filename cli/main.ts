#!/usr/bin/env node
import { commanderExitCode, presentError } from "./errors";
import { EXIT } from "./exitCodes";
import { makeProgram } from "./program";

/** Runs the command line; every error ends here. */
async function main(args: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, args.includes("--json"));
  }
}

/** Says what went wrong: on standard error, and as the one JSON object where that was asked for. Returns the exit code. */
function report(error: unknown, asJson: boolean): number {
  const told = commanderExitCode(error);
  if (told !== null) return told;
  const presented = presentError(error);
  const { kind, message, hints, exitCode } = presented;
  process.stderr.write(
    [`${kind === "bug" ? "" : "error: "}${message}`, ...hints.map((hint) => `  ${hint.trim()}`), ""].join("\n"),
  );
  if (asJson) process.stdout.write(`${JSON.stringify({ error: presented }, null, 2)}\n`);
  return exitCode;
}

// A reader that went away (`sessionary … | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

/** Flink's client for portable pipelines passes `--job_endpoint` to the program it starts. */
const args = process.argv.slice(2).map((arg) => arg.replace(/^--job_endpoint(?==|$)/, "--job-endpoint"));

void main(args);
