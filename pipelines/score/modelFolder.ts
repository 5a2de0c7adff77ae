import { MANIFEST_FILE } from "../../model/bundleFiles";
import type { Config } from "../../model/config";
import { UserError } from "../../model/errors";
import { placeOf } from "../../io/places/place";
import { readJson } from "../../io/runs/runFolder";

/** File beside the models that names the newest one: `{"id": …}`. */
export const latestModelPath = (output: string) => `${output}/models/latest.json`;

/**
 * Folder of the model that scoring uses: the one the config names, else the newest, else the only one under the output folder.
 * @throws UserError when there is none, or several and none is named
 */
export async function modelFolder(config: Config): Promise<string> {
  if (config.scoring.model !== null) return config.scoring.model;
  const root = `${config.output.path}/models`;
  const latest = await readJson<{ readonly id: string }>(latestModelPath(config.output.path));
  if (latest !== null) return `${root}/${latest.id}`;
  const files = await placeOf(root).list(`${root}/`);
  const ids = files.filter(({ path }) => path.endsWith(`/${MANIFEST_FILE}`)).map(({ path }) => path.split("/").at(-2));
  if (ids.length === 1) return `${root}/${ids[0]}`;
  throw ids.length === 0
    ? new UserError(`there is no model in ${root}`, ["`sessionary discover`, then `sessionary train` make one"])
    : new UserError(`there are several models in ${root}: ${ids.join(", ")}`, ["name one as scoring.model in the config"]);
}
