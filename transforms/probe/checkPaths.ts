import { access, constants, readdir, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { BlockFn } from "../../beam/blockFn";
import { registered } from "../../beam/registered";
import { source, spread, stage } from "../../beam/stages";
import type { BuildPipeline, KeyedBytes } from "../../beam/types";
import { placeOf, schemeOf } from "../../io/places/place";
import { UserError } from "../../model/errors";

/** What workers must be able to do, asked of a worker. */
export interface ProbedPaths {
  /** Files, or folders that must not be empty. */
  readonly reads: readonly string[];
  /** A file that the worker writes; the driver looks for it afterwards. */
  readonly writes: string;
}

/** A job of one element: a worker of the engine reads and writes where the real job will. */
export function probePipeline(paths: ProbedPaths): BuildPipeline {
  return (root) =>
    void root
      .apply(source("ListProbes", new ListProbesFn()))
      .apply(spread("SpreadProbes"))
      .apply(stage("CheckPaths", new CheckPathsFn(paths)));
}

export class ListProbesFn extends BlockFn<Uint8Array> {
  process(): KeyedBytes[] {
    return [{ key: "probe", value: new Uint8Array() }];
  }
}

export class CheckPathsFn extends BlockFn {
  constructor(private readonly paths: ProbedPaths) {
    super();
  }

  /** @throws UserError naming the machine, the path and what to do */
  async process(): Promise<KeyedBytes[]> {
    const { reads, writes } = this.paths;
    for (const path of reads) {
      const problem = await readProblem(path);
      if (problem !== null) throw unusable("read", path, problem);
    }
    try {
      await placeOf(writes).write(writes, Buffer.from(hostname()));
    } catch (error) {
      throw unusable("write", writes, (error as Error).message);
    }
    return [];
  }
}

/** Why a path cannot be read here, or null. */
async function readProblem(path: string): Promise<string | null> {
  try {
    if (schemeOf(path) !== null) {
      const place = placeOf(path);
      return (await place.stat(path)) === null && (await place.list(path)).length === 0 ? "nothing is there" : null;
    }
    await access(path, constants.R_OK);
    return (await stat(path)).isDirectory() && (await readdir(path)).length === 0 ? "the folder is empty" : null;
  } catch (error) {
    return (error as Error).message;
  }
}

function unusable(what: "read" | "write", path: string, problem: string): UserError {
  return new UserError(`the engine's worker on ${hostname()} cannot ${what} ${path}: ${problem}`, [
    "logs, models and output must have the same path for the driver and on every worker's machine: a shared folder, s3:// or gs://",
  ]);
}

registered("transforms/probe/checkPaths", { ListProbesFn, CheckPathsFn });
