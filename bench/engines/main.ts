import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { startWorkerPool } from "../../beam/pool/pool";
import type { RunnerConfig } from "../../model/config";
import { editYaml } from "../../model/config/edit";
import { loadConfig } from "../../model/config/load";
import { generate } from "../../pipelines/generate";
import { scoreDates } from "../../pipelines/score/score";
import { runningEngine, startEngine, stopEngine } from "../../tools/engine/engineProcess";
import { ENGINE_KINDS, planOf, type EngineName } from "../../tools/engine/engines";
import { FIRST_DATE } from "../scale/logs";
import { measured } from "../scale/measured";
import { benchFolder, demoProject, projectOn } from "../scale/project";
import { treeOf, usageOf } from "./usage";

/**
 * `score` of one generated day on engines, against the same run embedded; the tables must have the same bytes, else the bench fails:
 *
 *     npm run bench -- engines [--engine flink,spark,prism] [--events 1000000] [--parallelism 2] [--order time|shuffled]
 *                              [--split-megabytes 64] [--shards auto] [--runs 1]
 *
 * Every option but `--order` takes a list; all combinations are run. Workers are processes of a pool of this process, so that their CPU
 * and peak memory are known; an engine's own CPU and memory are those of its processes. The engine is started before and stopped after
 * (its start-up is not in the figures of a run, and said on a line of its own). With more than one run the later ones find the JVM warm.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string, usual: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1]! : usual);
  const list = (name: string, usual: string) => option(name, usual).split(",").filter(Boolean);
  const demoFolder = await demoProject();
  print({ machine: cpus()[0]?.model, cores: cpus().length, node: process.version, load: loadavg()[0] });
  const rows: Row[] = [];
  for (const events of list("events", "1000000").map(Number)) {
    const logs = await dayLogs(events, option("order", "time"));
    for (const splitMegabytes of list("split-megabytes", "64").map(Number)) {
      for (const shards of list("shards", "auto")) {
        const project = await prepared(logs, demoFolder, splitMegabytes, shards);
        const settings = { events, splitMegabytes, shards };
        const embedded = runEmbedded(project, settings);
        rows.push(embedded);
        for (const engine of list("engine", "flink,spark,prism") as EngineName[]) {
          for (const parallelism of list("parallelism", "2").map(Number)) {
            rows.push(...(await runsOn(engine, project, { ...settings, parallelism }, Number(option("runs", "1")))));
          }
        }
        printTable(rows.splice(0), embedded);
      }
    }
  }
}

interface Settings {
  readonly events: number;
  readonly splitMegabytes: number;
  readonly shards: string;
  readonly parallelism?: number;
}

interface Row extends Settings {
  readonly engine: string;
  readonly wallSeconds: number;
  readonly driverCpu: number;
  readonly workerCpu: number;
  readonly engineCpu: number;
  readonly workers: number;
  /** Of the largest worker; embedded of the process. */
  readonly peakMegabytes: number;
  readonly engineMegabytes: number;
  readonly load: number;
}

interface BenchProject {
  readonly config: string;
  readonly output: string;
  /** Digest of what the embedded run wrote. */
  expected: string;
}

async function dayLogs(events: number, order: string): Promise<string> {
  const outDir = benchFolder(order === "shuffled" ? `day-${events}-shuffled` : `day-${events}`);
  if (!existsSync(join(outDir, "catalog.yaml"))) {
    rmSync(outDir, { recursive: true, force: true });
    await generate({ outDir, events, days: 1, firstDate: FIRST_DATE, order: order === "shuffled" ? "shuffled" : "time" });
  }
  return join(outDir, "logs");
}

async function prepared(logs: string, demoFolder: string, splitMegabytes: number, shards: string): Promise<BenchProject> {
  const config = projectOn("engines", logs, demoFolder, null);
  const edits = [
    { path: ["input", "splitBytes"], value: splitMegabytes << 20, comment: "bench" },
    { path: ["sessions", "shards"], value: shards === "auto" ? "auto" : Number(shards), comment: "bench" },
  ];
  writeFileSync(config, editYaml(readFileSync(config, "utf8"), edits));
  return { config, output: (await loadConfig(config)).output.path, expected: "" };
}

function runEmbedded(project: BenchProject, settings: Settings): Row {
  rmSync(project.output, { recursive: true, force: true });
  const { wallSeconds, cpuSeconds, peakMegabytes } = measured(project.config, ["score", "--date", FIRST_DATE]);
  project.expected = digestOf(project.output);
  const nothing = { workerCpu: 0, engineCpu: 0, workers: 0, engineMegabytes: 0, load: loadavg()[0] ?? 0 };
  const row = { engine: "embedded", ...settings, wallSeconds, driverCpu: cpuSeconds, peakMegabytes, ...nothing };
  print(row);
  return row;
}

async function runsOn(engine: EngineName, project: BenchProject, settings: Settings, runs: number): Promise<Row[]> {
  const before = Date.now();
  const { jobPort, processes } = runningEngine(engine) ?? (await startEngine(engine, planOf(engine)));
  print({ engine, startSeconds: (Date.now() - before) / 1000 });
  const rows: Row[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      rows.push(await runOn(engine, `localhost:${jobPort}`, processes, project, settings));
      print(rows.at(-1));
    }
  } finally {
    await stopEngine(engine);
  }
  return rows;
}

async function runOn(
  engine: EngineName,
  jobEndpoint: string,
  processes: readonly { readonly pid: number }[],
  { config: configPath, output, expected }: BenchProject,
  settings: Settings,
): Promise<Row> {
  rmSync(output, { recursive: true, force: true });
  const pool = await startWorkerPool({ connectTimeoutMs: 120_000 });
  const engineUsage = () => processes.flatMap(({ pid }) => treeOf(pid).map(usageOf));
  const cpuOf = (usage: ReturnType<typeof engineUsage>) => sum(usage.map(({ cpuSeconds }) => cpuSeconds));
  const [engineBefore, driverBefore, before] = [cpuOf(engineUsage()), process.cpuUsage(), Date.now()];
  try {
    const runner: Partial<RunnerConfig> = {
      kind: ENGINE_KINDS[engine],
      jobEndpoint,
      workerPool: pool.address,
      parallelism: settings.parallelism ?? 2,
      engineOptions: { probe: false },
    };
    await scoreDates(await loadConfig(configPath, { runner }), [FIRST_DATE]);
    const wallSeconds = (Date.now() - before) / 1000;
    const usage = engineUsage();
    const driver = process.cpuUsage(driverBefore);
    if (digestOf(output) !== expected) throw new Error(`${engine}: the tables differ from those of the embedded run`);
    return {
      engine,
      ...settings,
      wallSeconds,
      driverCpu: (driver.user + driver.system) / 1e6,
      workerCpu: sum(pool.records.map(({ cpuSeconds }) => cpuSeconds)),
      engineCpu: cpuOf(usage) - engineBefore,
      // One more is started before the job, to see whether the pool works.
      workers: pool.records.length,
      peakMegabytes: Math.max(...pool.records.map(({ peakBytes }) => peakBytes / 1e6)),
      engineMegabytes: sum(usage.map(({ peakMegabytes }) => peakMegabytes)),
      load: loadavg()[0] ?? 0,
    };
  } finally {
    await pool.stop();
  }
}

/** Of all files of the tables by path; commit logs and manifests tell the time of the run. */
function digestOf(dir: string): string {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path.endsWith(".parquet") && !path.slice(dir.length).startsWith("/runs/"))
    .sort();
  const hash = createHash("sha256");
  for (const path of files) hash.update(path.slice(dir.length)).update(readFileSync(path));
  return `${files.length} files ${hash.digest("hex")}`;
}

function printTable(rows: readonly Row[], embedded: Row): void {
  const heads = [
    "events",
    "split MB",
    "shards",
    "engine",
    "parallelism",
    "wall s",
    "worker CPU s",
    "engine CPU s",
    "driver CPU s",
  ];
  const more = ["all CPU ÷ embedded", "wall ÷ embedded", "workers", "largest worker MB", "engine MB", "load"];
  process.stdout.write(`\n| ${[...heads, ...more].join(" | ")} |\n|${"---|".repeat(heads.length + more.length)}\n`);
  for (const row of rows) {
    const cpu = row.driverCpu + row.workerCpu + row.engineCpu;
    const cells = [row.events, row.splitMegabytes, row.shards, row.engine, row.parallelism ?? "", row.wallSeconds.toFixed(1)];
    const cpus = [row.workerCpu, row.engineCpu, row.driverCpu].map((value) => value.toFixed(1));
    const ratios = [cpu / embedded.driverCpu, row.wallSeconds / embedded.wallSeconds].map((value) => value.toFixed(2));
    const memory = [row.workers, row.peakMegabytes.toFixed(0), row.engineMegabytes.toFixed(0), row.load.toFixed(1)];
    process.stdout.write(`| ${[...cells, ...cpus, ...ratios, ...memory].join(" | ")} |\n`);
  }
  process.stdout.write("\n");
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
    process.exit(1);
  },
);
