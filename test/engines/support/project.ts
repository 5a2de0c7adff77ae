import { cpSync, rmSync, writeFileSync } from "node:fs";
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
    rmSync(this.output(), { recursive: true, force: true });
    const before = JOBS[JOBS.indexOf(job) - 1];
    if (before !== undefined) {
      cpSync(this.after(before), this.output(), { recursive: true });
    }
    await this.run(job, runner);
    return withoutTimes(contentOf(this.output()));
  }

  private async run(job: Job, runner: Partial<RunnerConfig>): Promise<void> {
    const config = await loadConfig(this.configPath, { runner });
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

/** Commit logs and manifests say when they were written; the files they name are compared themselves. */
function withoutTimes(content: Map<string, string>): Map<string, string> {
  return new Map([...content].filter(([path]) => !path.includes("_delta_log") && !path.includes("_manifests")));
}
