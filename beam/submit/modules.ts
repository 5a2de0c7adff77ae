import { existsSync } from "node:fs";
import { join } from "node:path";
import { getRegisteredModules } from "apache-beam/serialization";

const COMPILED_ROOT = join(__dirname, "..", "..");
const PREFIX = "sessionary/";

/**
 * Modules whose classes this process has registered, as `worker/modules.ts` loads them. The name given to `registered()` is the module's
 * path, so whatever the driver used to build a pipeline the workers can load.
 * @throws Error when a class was registered under a name that is no path: workers could not find it
 */
export function registeredModules(): string[] {
  const names = getRegisteredModules()
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length));
  const lost = names.find((name) => !existsSync(join(COMPILED_ROOT, `${name}.js`)));
  if (lost !== undefined) {
    throw new Error(
      `classes are registered under "${lost}", which is no module of this program: registered() takes the module's path`,
    );
  }
  return names;
}
