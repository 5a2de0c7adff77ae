import { stat } from "node:fs/promises";
import { placeOf } from "../../io/places/place";

/** Id of the discovery that was finished last, or null where there is none. */
export async function newestDiscovery(output: string, except: string | null = null): Promise<string | null> {
  const found = (await placeOf(output).list(`${output}/discovery/`)).filter(({ path }) => path.endsWith("/discovery.json"));
  const finished = await Promise.all(
    found.map(async ({ path }) => ({ id: path.split("/").at(-2) as string, at: await timeOf(path) })),
  );
  const others = finished.filter(({ id }) => id !== except).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return others.at(-1)?.id ?? null;
}

/** When a file was written; object stores do not say, there the ids (which begin with dates) decide. */
async function timeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch {
    return 0;
  }
}
