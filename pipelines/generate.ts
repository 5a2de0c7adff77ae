import { existsSync, readdirSync } from "node:fs";
import { assertLocal } from "../model/config/paths";
import { UserError } from "../model/errors";
import { simulate, type SimulationProgress } from "../simulate/generate";
import type { Planted } from "../simulate/planted";
import { readScenario, scenarioWith, type Scenario, type ScenarioOverrides } from "../simulate/scenario";

export interface GenerateOptions {
  /** Folder that gets `logs/`, `truth/`, `identity.csv` and `catalog.yaml`. Must be empty or absent. */
  readonly outDir: string;
  /** About how many good events; or give `users`. Default 1,000,000. */
  readonly events?: number;
  /** How many people use the product; overrides `events`. */
  readonly users?: number;
  /** Default 14. */
  readonly days?: number;
  /** First UTC day, `2026-03-02` unless given. */
  readonly firstDate?: string;
  /** Default 1. The same options and seed give the same bytes. */
  readonly seed?: number;
  /** Default jsonl. Parquet files hold no malformed lines. */
  readonly format?: "jsonl" | "csv" | "parquet";
  readonly gzip?: boolean;
  /** Default time. */
  readonly order?: "time" | "shuffled";
  /** A YAML file laid over the demo scenario. */
  readonly scenarioFile?: string;
  /** Laid over that. */
  readonly scenario?: ScenarioOverrides;
}

export interface GenerateReport {
  readonly outDir: string;
  readonly logDir: string;
  readonly truthDir: string;
  /** Humans; staff and robots come on top. */
  readonly users: number;
  readonly planted: Planted;
  readonly seconds: number;
  readonly eventsPerSecond: number;
}

/**
 * Writes the logs of a fictitious product with known truth.
 * @throws UserError for options that make no sense, an unreadable scenario, or a folder in use
 */
export async function generate(
  options: GenerateOptions,
  onProgress: (progress: SimulationProgress) => void = () => {},
): Promise<GenerateReport> {
  const { outDir, days = 14, seed = 1, format = "jsonl", gzip = false, order = "time", firstDate = "2026-03-02" } = options;
  const scenario = options.scenarioFile ? readScenario(options.scenarioFile, options.scenario) : scenarioWith(options.scenario);
  checkOptions(options, days, seed, firstDate);
  const users = options.users ?? usersFor(options.events ?? 1_000_000, days, scenario);
  const started = performance.now();
  const result = await simulate({ outDir, humans: users, days, firstDate, seed, format, gzip, order, scenario }, onProgress);
  const seconds = (performance.now() - started) / 1000;
  const { userEvents, backgroundEvents } = result.counts;
  return { outDir, ...result, users, seconds, eventsPerSecond: Math.round((userEvents + backgroundEvents) / seconds) };
}

function checkOptions({ outDir, events, users }: GenerateOptions, days: number, seed: number, firstDate: string): void {
  const whole = (name: string, value: number | undefined, min: number, max: number) => {
    if (value !== undefined && !(Number.isInteger(value) && value >= min && value <= max)) {
      throw new UserError(`${name} must be a whole number from ${min} to ${max}, not ${value}`);
    }
  };
  whole("events", events, 1, 1e11);
  whole("users", users, 1, 2e9);
  whole("days", days, 1, 3650);
  whole("seed", seed, 0, 4294967295);
  if (!/^\d{4}-\d\d-\d\d$/.test(firstDate) || Number.isNaN(Date.parse(`${firstDate}T00:00:00Z`))) {
    throw new UserError(`the first date must look like 2026-03-02, not ${firstDate}`);
  }
  assertLocal(outDir, "the folder for the logs");
  if (existsSync(outDir) && readdirSync(outDir).some((name) => name === "logs" || name === "truth")) {
    throw new UserError(`${outDir} already holds generated logs: remove them or choose another folder`);
  }
}

/** People needed for about this many events, robots and staff taken off: mean visits times mean length. */
export function usersFor(events: number, days: number, scenario: Scenario): number {
  const { population, behaviours, backgroundEvents, robots } = scenario;
  const all = Object.values(behaviours);
  const shares = all.reduce((sum, b) => sum + b.share, 0);
  // Log-normal with sigma 0.75: mean = median · exp(sigma² / 2).
  const length = all.reduce((sum, b) => sum + (b.share / shares) * b.length, 0) * Math.exp(0.75 ** 2 / 2);
  const background = Object.values(backgroundEvents).reduce<number>((sum, chance) => sum + (chance === "push" ? 0 : chance), 0);
  const weekday = population.weekdays.reduce((sum, w) => sum + w, 0) / 7;
  const perUser =
    days *
    population.dailyActiveShare *
    weekday *
    (1 - population.newUserShare / 2) *
    (1 + population.extraSessionsPerDay) *
    length *
    (1 + background);
  const robotEvents = days * (robots.crawlers * 450 + robots.fast * 1400 + robots.sleepless * 1380 + robots.flooding * 600);
  return Math.max(20, Math.round(Math.max(events * 0.2, events - robotEvents) / perUser));
}
