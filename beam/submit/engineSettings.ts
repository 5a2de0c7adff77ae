import { UserError } from "../../model/errors";
import type { RunKind, RunSettings } from "../types";

export type EnvironmentKind = "external" | "process" | "loopback" | "container";

/** Options of ours among `engineOptions`; all others go to the engine by name. */
interface OwnOptions {
  /** How workers come to be: our pool (`external`), the engine starts them (`process`), in the driver itself (`loopback`), or from an image (`container`, Dataflow's only way). */
  readonly environment: EnvironmentKind;
  /** Worker processes a task manager or executor; default: the parallelism. */
  readonly workers: number;
  /** Address of Flink's REST service, `http://host:8081`; needed to cancel truly on a cluster. */
  readonly flinkRest: string | null;
  /** Heap limit of a worker process. */
  readonly workerHeapMegabytes: number;
  /** Whether a small job asks the workers first; by default where they are not this process's own. */
  readonly probe: boolean;
}

/** The image of `container` workers; the engine gets it by name too. */
interface SharedOptions {
  readonly containerImage: string | null;
}

export interface EngineSettings extends OwnOptions, SharedOptions {
  readonly jobEndpoint: string;
  /** Pool that already runs; null starts one of our own for this job. */
  readonly workerPool: string | null;
  readonly parallelism: number;
  readonly deadlineSeconds: number | null;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

const ENVIRONMENTS: readonly string[] = ["external", "process", "loopback", "container"];
const OWN: readonly string[] = [
  "environment",
  "workers",
  "flinkRest",
  "workerHeapMegabytes",
  "probe",
] satisfies (keyof OwnOptions)[];

/** Nobody writes to an element once it was emitted: Flink need not copy our blocks from operator to operator. */
const USUAL: Partial<Record<RunKind, Readonly<Record<string, boolean>>>> = { flink: { objectReuse: true, fasterCopy: true } };

/** @throws UserError when a needed setting is missing or has a value nobody knows */
export function engineSettings(settings: RunSettings): EngineSettings {
  const given = settings.engineOptions ?? {};
  const parallelism = settings.parallelism ?? 1;
  const environment = given["environment"] ?? (settings.kind === "dataflow" ? "container" : "external");
  if (typeof environment !== "string" || !ENVIRONMENTS.includes(environment)) {
    throw new UserError(`runner option environment is ${JSON.stringify(environment)}: use one of ${ENVIRONMENTS.join(", ")}`);
  }
  const containerImage = given["sdkContainerImage"];
  if (environment === "container" && (typeof containerImage !== "string" || containerImage === "")) {
    throw new UserError("workers from a container need runner option sdkContainerImage", [
      "build one from deploy/dataflow/Dockerfile",
    ]);
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
    containerImage: typeof containerImage === "string" ? containerImage : null,
    workerHeapMegabytes: positive("workerHeapMegabytes", given["workerHeapMegabytes"] ?? 1024),
    probe: given["probe"] === undefined ? isForeign(environment, settings) : given["probe"] === true,
    jobEndpoint: settings.jobEndpoint,
    workerPool: settings.workerPool ?? null,
    parallelism: positive("parallelism", parallelism),
    deadlineSeconds: settings.deadlineSeconds ?? null,
    options: { ...USUAL[settings.kind], ...Object.fromEntries(Object.entries(given).filter(([name]) => !OWN.includes(name))) },
  };
}

/** Whether workers may run on other machines than this one. */
function isForeign(environment: string, { workerPool }: RunSettings): boolean {
  return environment === "external" ? Boolean(workerPool) : environment !== "loopback";
}

function positive(name: string, value: string | number | boolean): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) {
    throw new UserError(`runner option ${name} is ${JSON.stringify(value)}: a whole number of at least 1 is needed`);
  }
  return number;
}
