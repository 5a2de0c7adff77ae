import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { readSnapshot } from "../../../io/delta/deltaLog";
import { placeOf } from "../../../io/places/place";
import { tableFiles } from "../../../io/tables/tableFiles";
import type { Config } from "../../../model/config";
import { parseConfig } from "../../../model/config/load";
import { allTables } from "../../../model/tables/tables";
import { hours, minutes, START_MS } from "../../support/builders";
import { madeUpProject, writeLog, type LogLine } from "../../pipelines/score/project";
import type { ScoreOutcome, ScoreTask } from "../scoreProcess";
import type { TestStore } from "./stores";

export const DATES = ["2016-07-01", "2016-07-02", "2016-07-03", "2016-07-04"] as const;

/** A project whose logs and model are on this machine and in a bucket alike. */
export interface StoreProject {
  readonly dir: string;
  readonly bucket: string;
  /** Settings that read and write at these places. */
  readonly settings: (places: { input: "here" | "store"; output: string; threads?: number }) => string;
  readonly config: (settings: string) => Config;
}

export async function storeProject(store: TestStore, dir: string): Promise<StoreProject> {
  DATES.forEach((_, day) => writeLog(dir, `day-${day}.jsonl`, visitsOf(day)));
  madeUpProject(dir);
  const bucket = await store.makeBucket(`project-${randomUUID()}`);
  await uploadFolder(join(dir, "logs"), `${bucket}/logs`);
  await uploadFolder(join(dir, "output", "models"), `${bucket}/models`);
  const [model] = readdirSync(join(dir, "output", "models"));
  const settings: StoreProject["settings"] = ({ input, output, threads = 0 }) => `
project: test
zone: Europe/Berlin
input:
  paths: "${input === "here" ? "logs" : `${bucket}/logs`}/**/*.jsonl"
  user: user
  time: ms
  event: name
  app: { column: app }
  attributes: [{ name: revenue, type: number }]
sessions: { gapSeconds: { default: 1800, iphone: 600 }, maxHours: 4, minEvents: 2 }
scoring: { minBatchSessions: 3, maxUnknownEventShare: 1, model: "${bucket}/models/${model}" }
output: { path: "${output}" }
runner: { threads: ${Math.max(1, threads)} }
`;
  const config = (text: string) => parseConfig(text, { file: "sessionary.yaml", baseDir: dir });
  return { dir, bucket, settings, config };
}

/** Thirty users who come twice a day. */
function visitsOf(day: number): LogLine[] {
  return Array.from({ length: 30 }, (_, u) => u).flatMap((u) =>
    [9, 15].flatMap((hour) =>
      ["SEARCH", "CLICK", "SEARCH", "NEVER_SEEN"].map((name, i): LogLine => ({
        user: `user-${u}`,
        app: u % 3 === 0 ? "iphone" : "web",
        ms: START_MS + hours(24 * day + hour) + minutes(u + i * (u % 4)),
        name: u % 5 === 0 && i > 1 ? "CLICK" : name,
        revenue: i,
      })),
    ),
  );
}

export async function uploadFolder(folder: string, url: string): Promise<void> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) await placeOf(url).upload(`${url}${path.slice(folder.length)}`, path);
  }
}

/** Current files of all tables with their bytes, by path below the output. */
export async function allTableBytes(output: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name } of allTables([])) {
    const root = `${output}/${name}`;
    for (const path of tableFiles(await readSnapshot(root), root)) {
      found[path.slice(output.length)] = Buffer.from(await placeOf(path).read(path)).toString("base64");
    }
  }
  return found;
}

/** Scores in a process of its own. @returns null when the process was killed */
export function scoreElsewhere(task: ScoreTask): Promise<ScoreOutcome | null> {
  return new Promise((resolve, reject) => {
    const script = join(__dirname, "../scoreProcess.js");
    execFile(process.execPath, ["--enable-source-maps", script, JSON.stringify(task)], (error, stdout, stderr) => {
      if (error?.signal === "SIGKILL") resolve(null);
      else if (stdout === "") reject(new Error(stderr || error?.message));
      else resolve(JSON.parse(stdout) as ScoreOutcome);
    });
  });
}
