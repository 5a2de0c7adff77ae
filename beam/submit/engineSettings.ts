import { UserError } from "../../model/errors";
import type { RunSettings } from "../types";

export type EnvironmentKind = "external" | "process" | "loopback";

/** Options of ours among `engineOptions`; all others go to the engine by name. */
interface OwnOptions {
  /** How workers come to be: our pool (`external`), the engine starts them (`process`), or in the driver itself (`loopback`). */
  readonly environment: EnvironmentKind;
  /** Worker processes a task manager or executor; default: the parallelism. */
  readonly workers: number;
  /** Address of Flink's REST service, `http://host:8081`; needed to cancel truly on a cluster. */
  readonly flinkRest: string | null;
  /** Heap limit of a worker process. */
  readonly workerHeapMegabytes: number;
}

export interface EngineSettings extends OwnOptions {
  readonly jobEndpoint: string;
  /** Pool that already runs; null starts one of our own for this job. */
  readonly workerPool: string | null;
  readonly parallelism: number;
  readonly deadlineSeconds: number | null;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

const ENVIRONMENTS: readonly string[] = ["external", "process", "loopback"];
const OWN: readonly string[] = ["environment", "workers", "flinkRest", "workerHeapMegabytes"] satisfies (keyof OwnOptions)[];

/** @throws UserError when a needed setting is missing or has a value nobody knows */
export function engineSettings(settings: RunSettings): EngineSettings {
  const given = settings.engineOptions ?? {};
  const parallelism = settings.parallelism ?? 1;
  const environment = given["environment"] ?? "external";
  if (typeof environment !== "string" || !ENVIRONMENTS.includes(environment)) {
    throw new UserError(`runner option environment is ${JSON.stringify(environment)}: use one of ${ENVIRONMENTS.join(", ")}`);
  }
  if (!settings.jobEndpoint) {
    throw new UserError(`runner ${settings.kind} needs the address of the engine's job service`, [
      "set runner.jobEndpoint or --job-endpoint, e.g. localhost:8099",
      `an engine to try it: npm run engine -- ${settings.kind === "portable" ? "prism" : settings.kind} up`,
    ]);
  }
  return {
    environment: environment as EnvironmentKind,
    workers: positive("workers", given["workers"] ?? parallelism),
    flinkRest: given["flinkRest"] === undefined ? null : String(given["flinkRest"]),
    workerHeapMegabytes: positive("workerHeapMegabytes", given["workerHeapMegabytes"] ?? 1024),
    jobEndpoint: settings.jobEndpoint,
    workerPool: settings.workerPool ?? null,
    parallelism: positive("parallelism", parallelism),
    deadlineSeconds: settings.deadlineSeconds ?? null,
    options: Object.fromEntries(Object.entries(given).filter(([name]) => !OWN.includes(name))),
  };
}

function positive(name: string, value: string | number | boolean): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new UserError(`runner option ${name} is ${JSON.stringify(value)}: a whole number of at least 1 is needed`);
  }
  return number;
}
