import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { median } from "../../ml/statistics";
import { bundleFiles } from "../../model/bundleFiles";
import { packageRoot } from "../../model/packageRoot";
import { cacheDir, pythonEnvironment } from "../../tools/python/environment";
import { benchBundle } from "./model";

/**
 * The daily scoring job, events in files to labelled sessions in a sorted CSV, ours against what people would use instead, in one run:
 *
 *     npm run bench -- score [--events 10000000] [--runs 3] [--format jsonl|parquet] [--ordered] [--peers polars,duckdb,pandas,spark]
 *
 * Each program is a process of its own; wall and CPU seconds and peak memory are those of its whole process tree, start-up included. Ours
 * also writes the Delta tables. Sessions must be identical to the truth, else the bench fails. Peers and data are made on first use in the
 * user's cache folder (Python 3.11, Java 17 for Spark). It does not show quality: labels are two different forests of the same rows.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string, usual: string) => (argv.includes(`--${name}`) ? argv[argv.indexOf(`--${name}`) + 1]! : usual);
  const events = Number(option("events", "10000000"));
  const runs = Number(option("runs", "3"));
  const format = option("format", "jsonl");
  const ordered = argv.includes("--ordered");
  const peers = option("peers", "polars,duckdb,pandas").split(",").filter(Boolean);
  const bench = await prepare(events, ordered);
  const source = `${bench.events}.${format}`;
  process.stdout.write(
    `${JSON.stringify({ machine: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version, source })}\n`,
  );
  const figures = new Map<string, Figures[]>();
  for (let run = 0; run < runs; run++) {
    for (const name of ["sessionary", ...peers]) {
      const out = join(bench.work, `out.${name}.csv`);
      const command =
        name === "sessionary" ? ours(bench, source, out) : [bench.python, join(PEERS, `peer_${name}.py`), source, out];
      const measured = await measure(bench, command);
      const compared = await compare(bench, out);
      if (!compared.identical) throw new Error(`${name}: sessions differ from the truth: ${JSON.stringify(compared)}`);
      figures.set(name, [...(figures.get(name) ?? []), measured]);
      process.stdout.write(`${JSON.stringify({ run, name, ...measured, labelsLikeTruth: compared.labelAgreement })}\n`);
    }
  }
  printTable(figures);
}

const PEERS = join(packageRoot(), "bench", "peers");
const run = promisify(execFile);

interface Bench {
  readonly work: string;
  readonly python: string;
  /** Path of the events without ending. */
  readonly events: string;
}

interface Figures {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Data, peers' model and our model, made once. */
async function prepare(events: number, ordered: boolean): Promise<Bench> {
  const python = await pythonEnvironment("peers-requirements.txt");
  const work = join(cacheDir(), "bench", "score");
  mkdirSync(work, { recursive: true });
  const env = { ...process.env, PEERS_WORK: work, ...(ordered ? { TIME_ORDERED: "1" } : {}) };
  const script = (name: string, ...args: string[]) => run(python, [join(PEERS, name), ...args], { env, maxBuffer: 1 << 26 });
  if (!existsSync(join(work, "train.parquet"))) await script("gen.py", "4000000", "22", join(work, "train"));
  if (!existsSync(join(work, "rf.joblib"))) await script("prep.py");
  const path = join(work, `e${events}${ordered ? "-ordered" : ""}`);
  if (!existsSync(`${path}.truth.csv`)) await script("gen.py", String(events), "11", path, "jsonl");
  const model = join(work, "model");
  if (!existsSync(join(model, "manifest.json"))) {
    mkdirSync(model, { recursive: true });
    for (const [name, bytes] of bundleFiles(benchBundle(work), { "test-vectors.json": Buffer.from("[]") }))
      writeFileSync(join(model, name), bytes);
  }
  return { work, python, events: path };
}

/** Our command line: score all days of the data, then the peers' CSV by `export`. */
function ours({ work }: Bench, source: string, out: string): string[] {
  const project = join(work, "project");
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project, { recursive: true });
  const settings = [
    "project: bench",
    `input: { paths: ${JSON.stringify(source)}, user: user, time: { column: ts, format: epoch_ms }, event: event, app: app }`,
    "sessions: { gapSeconds: { default: 1800, lite: 600 }, minEvents: 1 }",
    `scoring: { model: ${JSON.stringify(join(work, "model"))} }`,
  ];
  writeFileSync(join(project, "sessionary.yaml"), `${settings.join("\n")}\n`);
  return [process.execPath, join(__dirname, "ours.js"), join(project, "sessionary.yaml"), out];
}

async function measure({ python, work }: Bench, command: readonly string[]): Promise<Figures> {
  const env = { ...process.env, PEERS_WORK: work, PYSPARK_PYTHON: python };
  const { stdout } = await run(python, [join(PEERS, "measure.py"), ...command], { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Figures;
}

async function compare({ python, work, events }: Bench, out: string) {
  const env = { ...process.env, PEERS_WORK: work };
  const { stdout } = await run(python, [join(PEERS, "compare.py"), `${events}.truth.csv`, out], { env });
  return JSON.parse(stdout) as { readonly identical: boolean; readonly labelAgreement: number | null };
}

function printTable(figures: ReadonlyMap<string, readonly Figures[]>): void {
  const middle = (name: string, of: (one: Figures) => number) => median((figures.get(name) ?? []).map(of));
  const own = { wall: middle("sessionary", (f) => f.wallSeconds), cpu: middle("sessionary", (f) => f.cpuSeconds) };
  process.stdout.write("\n| program | wall s | CPU s | peak MB | wall ÷ ours | CPU ÷ ours |\n|---|---|---|---|---|---|\n");
  for (const name of figures.keys()) {
    const wall = middle(name, (f) => f.wallSeconds);
    const cpu = middle(name, (f) => f.cpuSeconds);
    const peak = middle(name, (f) => f.peakMegabytes);
    const cells = [
      name,
      wall.toFixed(1),
      cpu.toFixed(1),
      peak.toFixed(0),
      (wall / own.wall).toFixed(2),
      (cpu / own.cpu).toFixed(2),
    ];
    process.stdout.write(`| ${cells.join(" | ")} |\n`);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
});
