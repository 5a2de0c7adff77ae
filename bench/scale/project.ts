import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { demo } from "../../pipelines/demo/demo";
import { editYaml } from "../../model/config/edit";
import { cacheDir } from "../../tools/python/environment";

export const benchFolder = (...parts: readonly string[]) => join(cacheDir(), "bench", "scale", ...parts);

/** The demo with its model, made once: the settings and the model of all runs. */
export async function demoProject(): Promise<string> {
  const folder = benchFolder("demo");
  if (!existsSync(join(folder, "summary.html"))) {
    mkdirSync(benchFolder(), { recursive: true });
    process.stdout.write("making a model: the demo on 200,000 events\n");
    await demo({ outDir: folder, events: 200_000, days: 4 });
  }
  return folder;
}

/**
 * A new project that reads `logs` with the demo's settings and model.
 * @returns its settings file
 */
export function projectOn(name: string, logs: string, demoFolder: string, spillMegabytes: number | null): string {
  const folder = benchFolder(name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const models = join(demoFolder, "output", "models");
  const model = readdirSync(models, { withFileTypes: true }).find((entry) => entry.isDirectory());
  const text = editYaml(readFileSync(join(demoFolder, "sessionary.yaml"), "utf8"), [
    { path: ["input", "paths"], value: logs, comment: "bench" },
    { path: ["input", "identityMap"], value: join(demoFolder, "identity.csv"), comment: "bench" },
    { path: ["catalog"], value: join(demoFolder, "catalog.yaml"), comment: "bench" },
    { path: ["scoring", "model"], value: join(models, model?.name ?? ""), comment: "bench" },
    { path: ["scoring", "maxUnknownEventShare"], value: 1, comment: "bench" },
    ...(spillMegabytes === null ? [] : [{ path: ["runner", "spillMegabytes"], value: spillMegabytes, comment: "bench" }]),
  ]);
  const config = join(folder, "sessionary.yaml");
  writeFileSync(config, text);
  return config;
}
