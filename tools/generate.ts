import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { packageRoot } from "../model/packageRoot";
import { generatedFiles } from "./generatedFiles";

/** Writes every file that is made from code: `npm run generate`. */
for (const [path, text] of generatedFiles()) {
  const file = join(packageRoot(), path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(path);
}
