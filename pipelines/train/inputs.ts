import { placeOf } from "../../io/places/place";
import type { DiscoveryReport } from "../../model/discoveryReport";
import { UserError } from "../../model/errors";
import { decodeJson } from "../../model/json";
import { parseSampleFileName } from "../../model/labelledSample";
import type { SampleFile } from "../../transforms/training/readSample";

/** Sample files of the given apps. @throws UserError when an app has none */
export async function sampleFiles(folder: string, apps: readonly { readonly app: string }[]): Promise<SampleFile[]> {
  const listed = await placeOf(folder).list(`${folder}/`);
  const files = listed.flatMap(({ path }) => {
    const name = parseSampleFileName(path.slice(path.lastIndexOf("/") + 1));
    return name !== null && apps.some(({ app }) => app === name.app) ? [{ ...name, path }] : [];
  });
  for (const { app } of apps) {
    const parts = files.filter((file) => file.app === app).map(({ part }) => part);
    if (parts.length === 0 || parts.sort((a, b) => a - b).some((part, i) => part !== i)) {
      throw new UserError(`the discovery in ${folder} lacks the labelled sample of ${app}, or a part of it`, [
        "run discover again",
      ]);
    }
  }
  return files;
}

/** @throws UserError when the folder holds no discovery, one of another format, or one without clusters */
export async function readDiscovery(folder: string): Promise<DiscoveryReport> {
  const path = `${folder}/discovery.json`;
  const place = placeOf(path);
  if ((await place.stat(path)) === null) throw new UserError(`there is no discovery in ${folder}`, ["run discover first"]);
  const report = decodeJson(await place.read(path)) as Partial<DiscoveryReport>;
  if (report.kind !== "sessionary-discovery" || report.format !== 1) {
    throw new UserError(`${path} is not a discovery this program reads`, ["run discover again"]);
  }
  const discovery = report as DiscoveryReport;
  if (discovery.apps.every(({ k }) => k === null)) {
    throw new UserError(
      `discovery ${discovery.id} found no clusters, so there is nothing to train on`,
      discovery.apps.map(({ app, tooLittle }) => `${app}: ${tooLittle}`),
    );
  }
  return discovery;
}

/** Folder of the only discovery below the output. @throws UserError when there is none or several */
export async function onlyDiscovery(output: string): Promise<string> {
  const root = `${output}/discovery`;
  const found = (await placeOf(root).list(`${root}/`)).filter(({ path }) => path.endsWith("/discovery.json"));
  if (found.length === 1) return (found[0]?.path as string).slice(0, -"/discovery.json".length);
  throw found.length === 0
    ? new UserError(`there is no discovery in ${root}`, ["run discover first"])
    : new UserError(`there are several discoveries in ${root}`, [
        `name one with --discovery: ${found.map(({ path }) => path.split("/").at(-2)).join(", ")}`,
      ]);
}

/** @param what for the message, a plural */
export async function readText(path: string, what: string): Promise<string> {
  const place = placeOf(path);
  if ((await place.stat(path)) === null) throw new UserError(`${what} were not found at ${path}`);
  return Buffer.from(await place.read(path)).toString("utf8");
}
