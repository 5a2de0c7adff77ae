import { readFile, writeFile } from "node:fs/promises";
import { editYaml, type Edit } from "../../model/config/edit";
import type { AppProfile } from "../../model/profileReport";
import type { Planted } from "../../simulate/planted";

/** What the makers of the fictitious product know about their logs, and a person would write into the settings after `init`. */
export function knownSettings({ users }: Planted): Edit[] {
  return [
    { path: ["input", "receivedTime"], value: "received", comment: "demo: finds clocks that run ahead" },
    { path: ["input", "identityMap"], value: "identity.csv", comment: "demo: anonymous ids that became known" },
    { path: ["traffic", "staffUsers"], value: users.staff, comment: "demo: our own people" },
    {
      path: ["traffic", "behaviour"],
      value: { maxEventsPerHour: 1000, maxHoursAwakePerDay: 20, minPauseVariation: 0.1, maxOneEventShare: 0.98 },
      comment: "demo: the rules that `profile` tried",
    },
    { path: ["sessions", "minEvents"], value: 2, comment: "demo: one event is no visit" },
    // A small k range and few repetitions: the demo must end within a minute or so.
    {
      path: ["discovery"],
      value: {
        sampleSessions: 4000,
        clusterSampleSessions: 2000,
        claraRuns: 2,
        kMin: 8,
        kMax: 16,
        stabilitySubsets: 8,
        nullRuns: 2,
      },
      comment: "demo: small, to be quick",
    },
    { path: ["classifier"], value: { trees: 100 }, comment: "demo: enough for so few sessions" },
    {
      path: ["scoring"],
      value: { minBatchSessions: 200 },
      comment: "demo: its days are small; the noise feature still needs its mean of the day",
    },
    { path: ["output"], value: { path: "output" }, comment: "demo: all tables, models and pages" },
  ];
}

/** The gaps that `profile` proposes, taken over as they are. */
export function measuredGaps(apps: readonly AppProfile[]): Edit[] {
  const gaps = apps.flatMap(({ app, gap }) => (gap ? [[app, gap.gapSeconds] as const] : []));
  return [
    {
      path: ["sessions", "gapSeconds"],
      value: { default: 1800, ...Object.fromEntries(gaps) },
      comment: "demo: as measured by profile",
    },
  ];
}

export async function writeEdits(path: string, edits: readonly Edit[]): Promise<void> {
  await writeFile(path, editYaml(await readFile(path, "utf8"), edits));
}
