import { mapBounded } from "../io/places/bounded";
import { placeOf } from "../io/places/place";

/**
 * Empties the folder of a result before it is made anew. `marker` is the file that makes the folder count; it goes first, so that a
 * killed run leaves no folder that looks whole.
 */
export async function emptyFolder(folder: string, marker: string): Promise<void> {
  const place = placeOf(folder);
  await place.remove(`${folder}/${marker}`);
  await mapBounded(await place.list(`${folder}/`), ({ path }) => place.remove(path));
}

/** A file that a pipeline writes only where there was something to write. */
export async function readOptional<T>(path: string, decode: (bytes: Uint8Array) => T, otherwise: T): Promise<T> {
  const place = placeOf(path);
  return (await place.stat(path)) === null ? otherwise : decode(await place.read(path));
}
