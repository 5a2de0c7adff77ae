import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import type { EngineProbe } from "../beam/types";
import { globPrefix } from "../io/inputs/glob";
import { placeOf } from "../io/places/place";
import { workRoot } from "../io/runs/runFolder";
import type { Config } from "../model/config";
import { UserError } from "../model/errors";
import { probePipeline } from "../transforms/probe/checkPaths";

/**
 * Asks a worker of the engine whether it reads the logs and writes the output, and then looks whether what it wrote is here too: a folder
 * of the same name on another machine would take the whole job's output and show it to nobody.
 */
export function engineProbe({ input, output }: Pick<Config, "input" | "output">): EngineProbe {
  const writes = `${workRoot(output.path)}/probe-${randomUUID()}`;
  return {
    build: probePipeline({ reads: input.paths.map(folderOf), writes }),
    async verify() {
      const place = placeOf(writes);
      if ((await place.stat(writes)) === null) {
        throw new UserError(`what the engine's workers write to ${output.path} does not arrive here on ${hostname()}`, [
          "output.path must be the same folder on all machines: a shared folder, s3:// or gs://",
        ]);
      }
      await place.remove(writes);
    },
  };
}

/** A path without pattern; else the folder in which the pattern begins. */
function folderOf(path: string): string {
  const prefix = globPrefix(path);
  return prefix === path ? path : prefix.slice(0, prefix.lastIndexOf("/") + 1);
}
