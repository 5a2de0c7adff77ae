import { bundleFromFiles, MANIFEST_FILE, readBundleManifest } from "../model/bundleFiles";
import type { ModelBundle } from "../model/bundle";
import { UserError } from "../model/errors";
import { placeOf } from "./places/place";

/**
 * Reads the model bundle in a folder and checks every file against its hash.
 * @throws UserError when the folder holds no bundle, or one that is incomplete, changed, or of another format
 */
export async function readBundleFolder(folder: string): Promise<ModelBundle> {
  const place = placeOf(folder);
  const files = new Map<string, Uint8Array>();
  const load = async (name: string) => {
    const path = `${folder}/${name}`;
    if ((await place.stat(path)) !== null) files.set(name, await place.read(path));
  };
  await load(MANIFEST_FILE);
  const manifest = files.get(MANIFEST_FILE);
  if (manifest === undefined) {
    throw new UserError(`${folder} holds no model: there is no ${MANIFEST_FILE}`, ["`sessionary train` makes one"]);
  }
  await Promise.all(readBundleManifest(manifest, folder).map(load));
  return bundleFromFiles(files, folder);
}
