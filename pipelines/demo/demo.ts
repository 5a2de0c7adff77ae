import { writeFile } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { ProgressSnapshot } from "../../beam/progress";
import { formatCategories, type CategoriesFile } from "../../model/categories";
import { loadConfig } from "../../model/config/load";
import type { RunnerConfig } from "../../model/config";
import type { DiscoveryReport } from "../../model/discoveryReport";
import type { ProfileReport } from "../../model/profileReport";
import type { TrainReport } from "../../model/trainReport";
import { summaryPage } from "../../report/pages/summaryPage";
import { scenarioWith } from "../../simulate/scenario";
import { discover } from "../discover/discover";
import { generate, type GenerateReport } from "../generate";
import { init, type InitReport } from "../init/init";
import { profile } from "../profile/profile";
import type { ScoreReport } from "../score/report";
import { scoreDates } from "../score/score";
import { train } from "../train/train";
import { readyFolder } from "./folder";
import { measure, type Measured } from "./measure";
import { nameClusters } from "./nameClusters";
import { knownSettings, measuredGaps, writeEdits } from "./settings";
import { summaryOf, type DemoSummary } from "./summary";

export const DEMO_STEPS = ["generate", "init", "profile", "discover", "train", "score", "measure"] as const;
export type DemoStep = (typeof DEMO_STEPS)[number];

export interface DemoOptions {
  /** Gets logs, truth, settings and all output. New, empty, or of an earlier demo, which is replaced. */
  readonly outDir: string;
  readonly events?: number;
  readonly days?: number;
  readonly seed?: number;
  readonly runner?: Partial<RunnerConfig>;
}

/** Days that profile and discovery see. Fewer than a week, so that days before the logging change are left that nobody learned from. */
export const LEARNED_DAYS = 4;

/** Told as the demo goes on, each after its step. */
export interface DemoListener {
  onStart?(step: DemoStep): void;
  onProgress?(
    step: DemoStep,
    progress: ProgressSnapshot | { readonly done: number; readonly total: number; readonly rows: number },
  ): void;
  onGenerated?(report: GenerateReport): void;
  onInit?(report: InitReport): void;
  onProfile?(report: ProfileReport): void;
  onDiscover?(report: DiscoveryReport, categories: CategoriesFile): void;
  onTrain?(report: TrainReport): void;
  onDay?(date: string, report: ScoreReport): void;
}

export interface DemoReport {
  readonly outDir: string;
  /** An earlier demo was in the folder. */
  readonly replaced: boolean;
  readonly configPath: string;
  readonly pagePath: string;
  readonly seconds: Readonly<Record<DemoStep, number>>;
  readonly summary: DemoSummary;
  readonly measured: Measured;
}

/**
 * The whole system on a fictitious product with known truth: logs → settings → profile → discovery on week one → names → model → labels
 * day by day, then all of it measured against the truth. Nothing but the names of categories comes from the simulator into the work.
 * @throws UserError when something else is in the folder
 */
export async function demo(options: DemoOptions, listener: DemoListener = {}): Promise<DemoReport> {
  const { outDir, events = 500_000, days = 14, seed = 1, runner = {} } = options;
  const replaced = readyFolder(outDir, { events, days, seed });
  const seconds = {} as Record<DemoStep, number>;
  const step = async <T>(name: DemoStep, work: () => Promise<T>): Promise<T> => {
    listener.onStart?.(name);
    const started = performance.now();
    const result = await work();
    seconds[name] = (performance.now() - started) / 1000;
    return result;
  };
  const progressOf = (name: DemoStep) => (progress: ProgressSnapshot) => listener.onProgress?.(name, progress);

  const made = await step("generate", () =>
    generate({ outDir, events, days, seed }, ({ day, lines }) =>
      listener.onProgress?.("generate", { done: day, total: days, rows: lines }),
    ),
  );
  listener.onGenerated?.(made);
  const { planted } = made;
  const dates = Array.from({ length: days }, (_, day) => isoDay(planted.firstDate, day));
  const learned = { from: dates[0] as string, to: dates[Math.min(days, LEARNED_DAYS) - 1] as string };
  const configPath = join(outDir, "sessionary.yaml");
  const load = () => loadConfig(configPath, { runner });

  const first = await step("init", async () => {
    // The catalogue that is there (what the app logs on its own) is extended by the names seen.
    const report = await init({ logs: [made.logDir], configPath, project: planted.product, force: true });
    await writeEdits(configPath, knownSettings(planted));
    return report;
  });
  listener.onInit?.(first);

  const profiled = await step("profile", async () => {
    const result = await profile(await load(), { dates: learned }, progressOf("profile"));
    await writeEdits(configPath, measuredGaps(result.report.apps));
    return result;
  });
  listener.onProfile?.(profiled.report);

  const discovered = await step("discover", async () => discover(await load(), { dates: learned }, progressOf("discover")));
  const categoriesPath = join(outDir, "categories.yaml");
  const named = nameClusters(discovered.report.id, discovered.report.apps, scenarioWith());
  await writeFile(categoriesPath, formatCategories(named));
  listener.onDiscover?.(discovered.report, named);

  const trained = await step("train", async () =>
    train(await load(), { discoveryFolder: discovered.folder, categoriesPath }, progressOf("train")),
  );
  listener.onTrain?.(trained.report);

  const config = await load();
  await step("score", async () => {
    for (const date of dates) {
      const report = await scoreDates(config, [date], { onProgress: progressOf("score") });
      listener.onDay?.(date, report);
    }
  });

  const measured = await step("measure", () => measure(config.output.path, made.truthDir));
  const summary = summaryOf({
    planted,
    dates,
    learnedTo: learned.to,
    pages: [
      { what: "Profile", path: relative(resolve(outDir), profiled.pagePath) },
      { what: "Discovery: the kinds of sessions, with cards", path: relative(resolve(outDir), discovered.pagePath) },
    ],
    categories: named.categories,
    profile: profiled.report,
    training: trained.report,
    measured,
  });
  const pagePath = join(outDir, "summary.html");
  await writeFile(pagePath, summaryPage(summary.page));
  return { outDir, replaced, configPath, pagePath, seconds, summary, measured };
}

const isoDay = (first: string, day: number) =>
  new Date(Date.parse(`${first}T00:00:00Z`) + day * 86_400_000).toISOString().slice(0, 10);
