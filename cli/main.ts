#!/usr/bin/env node
import { commanderExitCode, presentError, printError } from "./errors";
import { EXIT } from "./exitCodes";
import { makeProgram } from "./program";
import { printJson } from "./screen";

/** Runs the command line; every error ends here. */
async function main(args: readonly string[]): Promise<void> {
  try {
    await makeProgram().parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, args.includes("--json"));
  }
}

/** What went wrong before a command ran: commander has said its own words. Returns the exit code. */
function report(error: unknown, asJson: boolean): number {
  const told = commanderExitCode(error);
  if (told !== null) return told;
  const presented = presentError(error);
  printError(presented);
  if (asJson) printJson({ error: presented }, "");
  return presented.exitCode;
}

// A reader that went away (`sessionary … | head`) is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

/** Flink's client for portable pipelines passes `--job_endpoint` to the program it starts. */
const args = process.argv.slice(2).map((arg) => arg.replace(/^--job_endpoint(?==|$)/, "--job-endpoint"));

void main(args);
