import { join, resolve } from "node:path";

/** Folder of the compiled program (`dist`), wherever it lies on this machine. */
const COMPILED_ROOT = join(__dirname, "..", "..");

/**
 * Loads the modules whose classes a job uses; they register themselves by name.
 * @param names paths relative to the compiled program without ending (`transforms/sessions/cutSessionsFn`), so that a worker on another
 * machine finds its own copy; or absolute paths
 * @throws Error naming the module that could not be loaded
 */
export function loadModules(names: readonly string[]): void {
  for (const name of names) {
    try {
      require(resolve(COMPILED_ROOT, name));
    } catch (error) {
      throw new Error(`the worker cannot load ${name}: ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
}
