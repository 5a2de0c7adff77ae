import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Config, RunnerConfig } from "../config";
import { UserError } from "../errors";
import { checkYaml, problemsError } from "./checked";
import { normalise } from "./normalise";
import { assertLocal } from "./paths";
import { brokenRules } from "./rules";
import { configSchema } from "./schema";
import type { Problem } from "./settingsDocument";

/** Settings given on the command line: they win over the file. */
export interface ConfigOverrides {
  readonly runner?: Partial<RunnerConfig>;
}

/**
 * Reads `sessionary.yaml`.
 * @throws UserError when the file cannot be read, or with every problem in it, line and column.
 */
export async function loadConfig(path: string, overrides: ConfigOverrides = {}): Promise<Config> {
  assertLocal(path, "the settings file");
  const file = resolve(path);
  return parseConfig(await readSettings(file), { file: basename(path), baseDir: dirname(file) }, overrides);
}

/** Reads the text of a settings file; `source.file` is how messages call it, relative paths start at `source.baseDir`. */
export function parseConfig(
  text: string,
  source: { readonly file: string; readonly baseDir: string },
  overrides: ConfigOverrides = {},
): Config {
  const { document, value, problems } = checkYaml(text, configSchema);
  const effective = value && { ...value, runner: { ...value.runner, ...overrides.runner } };
  const across: Problem[] = (effective ? brokenRules(effective) : [])
    .filter(({ path }) => !problems.some((problem) => overlap(problem.path, path)))
    .map(({ path, text: words }) => ({ position: document.positionOf(path), path, text: words }));
  if (problems.length + across.length > 0 || effective === null) {
    throw problemsError(source.file, [...problems, ...across]);
  }
  return normalise(effective, source.baseDir);
}

/** Whether one path lies inside the other: a rule about a part that is wrong in itself says nothing new. */
function overlap(a: readonly PropertyKey[], b: readonly PropertyKey[]): boolean {
  return a.slice(0, b.length).every((key, i) => key === b[i]);
}

async function readSettings(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new UserError(`there is no ${file}`, [
        "`sessionary init LOGS…` looks at your logs and writes one; `--config FILE` names another file",
      ]);
    }
    throw new UserError(`${file} cannot be read (${code ?? String(error)})`);
  }
}
