/* eslint-disable no-console -- the console is what this file is about */
const SDK_CHATTER = new Set([
  "Processing ",
  "Preparing job.",
  "Staging artifacts",
  "Running job.",
  "Shutting down external workers.",
]);

let quiet = false;

/** The SDK prints every bundle and every step of a submission with `console.debug`: those lines are dropped, all others pass. */
export function quietConsole(): void {
  if (quiet) {
    return;
  }
  quiet = true;
  const debug = console.debug.bind(console);
  console.debug = (...args: unknown[]) => {
    if (!SDK_CHATTER.has(args[0] as string)) {
      debug(...args);
    }
  };
}
