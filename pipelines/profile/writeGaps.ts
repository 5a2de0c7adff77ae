import { readFile, rename, writeFile } from "node:fs/promises";
import { editYaml } from "../../model/config/edit";
import type { ProfileReport } from "../../model/profileReport";

/** Gap per app as a profile proposes it; apps without a clear gap are left to `default`. */
export function proposedGaps({ apps }: ProfileReport, defaultSeconds: number): Record<string, number> {
  const clear = apps.filter(({ gap }) => gap?.verdict === "clear").map(({ app, gap }) => [app, gap?.gapSeconds] as const);
  return { default: defaultSeconds, ...Object.fromEntries(clear) };
}

/** Writes gaps into the settings file; comments and other keys stay. */
export async function writeGaps(configPath: string, gapSeconds: Readonly<Record<string, number>>): Promise<void> {
  const names = Object.keys(gapSeconds);
  const value = names.length === 1 ? gapSeconds["default"] : gapSeconds;
  const text = editYaml(await readFile(configPath, "utf8"), [
    { path: ["sessions", "gapSeconds"], value, comment: "measured: by `sessionary profile`" },
  ]);
  await writeFile(`${configPath}.new`, text);
  await rename(`${configPath}.new`, configPath);
}
