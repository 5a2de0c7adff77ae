import { closeSync, cpSync, openSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { formatCategories } from "../../../model/categories";
import type { Config, RunnerConfig } from "../../../model/config";
import { loadConfig } from "../../../model/config/load";
import { knownSettings, writeEdits } from "../../../pipelines/demo/settings";
import { nameClusters } from "../../../pipelines/demo/nameClusters";
import { discover } from "../../../pipelines/discover/discover";
import { generate } from "../../../pipelines/generate";
import { init } from "../../../pipelines/init/init";
import { scoreDates } from "../../../pipelines/score/score";
import { train } from "../../../pipelines/train/train";
import { scenarioWith } from "../../../simulate/scenario";
import { contentOf } from "./underTest";

export const JOBS = ["discover", "train", "score"] as const;
export type Job = (typeof JOBS)[number];

const DATES = { from: "2026-03-02", to: "2026-03-04" };
const SCORED = "2026-03-03";
const HOT_DATE = "2026-03-04";
const EMBEDDED: Partial<RunnerConfig> = { kind: "direct", threads: 1 };

/** Small, so that a job is over in seconds; every stage still has work. */
const SMALL_DISCOVERY = {
  sampleSessions: 1000,
  clusterSampleSessions: 400,
  claraRuns: 1,
  kMin: 4,
  kMax: 5,
  stabilitySubsets: 2,
  nullRuns: 1,
};

/**
 * A project on generated logs. Its jobs always run in the same folder, since settings and names of files are part of what they write;
 * afterwards the output is moved aside.
 */
export class Project {
  private readonly configPath: string;
  private discovered: Awaited<ReturnType<typeof discover>> | null = null;

  constructor(private readonly dir: string) {
    this.configPath = join(dir, "sessionary.yaml");
  }

  /** Writes logs and settings, and runs all jobs embedded. */
  async prepare(events: number): Promise<void> {
    const made = await generate({ outDir: this.dir, events, days: 3, seed: 1 });
    await init({ logs: [made.logDir], configPath: this.configPath, project: made.planted.product, force: true });
    await writeEdits(this.configPath, [
      ...knownSettings(made.planted),
      { path: ["discovery"], value: SMALL_DISCOVERY },
      { path: ["classifier"], value: { trees: 20 } },
    ]);
    for (const job of JOBS) {
      await this.run(job, EMBEDDED);
      cpSync(this.output(), this.after(job), { recursive: true });
    }
  }

  /** What the embedded run had written after a job, without what tells the time of the run. */
  expected(job: Job): Map<string, string> {
    return withoutTimes(contentOf(this.after(job)));
  }

  /** Runs one job on what the embedded jobs before it wrote; gives back all that is there afterwards. */
  async runOn(job: Job, runner: Partial<RunnerConfig>): Promise<Map<string, string>> {
    this.startFrom(JOBS[JOBS.indexOf(job) - 1]);
    await this.run(job, runner);
    return withoutTimes(contentOf(this.output()));
  }

  /** Adds a log of one user with that many events on a day of its own; do so after all other jobs. Embedded, the day gives what comes back. */
  async prepareHotUser(events: number): Promise<Map<string, string>> {
    writeHotUser(join(this.dir, "logs", `date=${HOT_DATE}`, "hot.jsonl"), events);
    return this.scoreHotUser(EMBEDDED);
  }

  async scoreHotUser(runner: Partial<RunnerConfig>): Promise<Map<string, string>> {
    this.startFrom("train");
    await scoreDates(await this.config(runner), [HOT_DATE]);
    return withoutTimes(contentOf(this.output()));
  }

  private config(runner: Partial<RunnerConfig>): Promise<Config> {
    return loadConfig(this.configPath, { runner });
  }

  /** The output as the embedded run of that job left it; empty for none. */
  private startFrom(job: Job | undefined): void {
    rmSync(this.output(), { recursive: true, force: true });
    if (job !== undefined) {
      cpSync(this.after(job), this.output(), { recursive: true });
    }
  }

  private async run(job: Job, runner: Partial<RunnerConfig>): Promise<void> {
    const config = await this.config(runner);
    switch (job) {
      case "discover":
        this.discovered = await discover(config, { dates: DATES });
        return;
      case "train":
        await this.train(config);
        return;
      case "score":
        await scoreDates(config, [SCORED]);
    }
  }

  private async train(config: Config): Promise<void> {
    const { report, folder } = this.discovered!;
    const categoriesPath = join(this.dir, "categories.yaml");
    writeFileSync(categoriesPath, formatCategories(nameClusters(report.id, report.apps, scenarioWith())));
    await train(config, { discoveryFolder: folder, categoriesPath });
  }

  private output(): string {
    return join(this.dir, "output");
  }

  private after(job: Job): string {
    return join(this.dir, `after-${job}`);
  }
}

/** Visits of 100,000 events, 20 ms apart, with an hour between visits: hours of them fit into a day, and no block holds them all. */
function writeHotUser(path: string, events: number): void {
  const file = openSync(path, "w");
  let [time, lines] = [Date.parse(`${HOT_DATE}T00:30:00Z`), ""];
  for (let index = 0; index < events; index++) {
    time += index % 100_000 === 99_999 ? 3_600_000 : 20;
    const event = ["idea_peek", "idea_hover", "image_loaded"][(index % 7) % 3];
    lines += `{"ts":"${new Date(time).toISOString()}","user":"hot","app":"web","event":"${event}"}\n`;
    if (lines.length > 1 << 20) {
      writeSync(file, lines);
      lines = "";
    }
  }
  writeSync(file, lines);
  closeSync(file);
}

/** Commit logs and manifests say when they were written; the files they name are compared themselves. */
function withoutTimes(content: Map<string, string>): Map<string, string> {
  return new Map([...content].filter(([path]) => !path.includes("_delta_log") && !path.includes("_manifests")));
}
