/**
 * The SDK prints every request and every bundle; an engine's worker has nobody to read that. Errors still go to standard error, where
 * the pool picks them up.
 */
export function silentConsole(): void {
  const silent = (): void => undefined;
  Object.assign(console, { log: silent, debug: silent, info: silent, warn: silent });
}
