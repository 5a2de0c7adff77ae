import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

let found: string | undefined;

/** Folder of this package (where `resources/` and `package.json` lie), wherever the compiled files are. */
export function packageRoot(): string {
  for (let dir = __dirname; found === undefined; dir = dirname(dir)) {
    const manifest = join(dir, "package.json");
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, "utf8")) as { name?: string }).name === "sessionary") {
      found = dir;
    } else if (dirname(dir) === dir) {
      throw new Error(`the package folder of sessionary was not found above ${__dirname}`);
    }
  }
  return found;
}

/** Version of this package, e.g. `0.1.0`. */
export function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}
