import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../model/config/load";
import { discover } from "../../pipelines/discover/discover";
import { simulate } from "../../simulate/generate";
import { scenarioWith } from "../../simulate/scenario";
import { cacheDir } from "../../tools/python/environment";

/**
 * A whole discovery of one app, logs to page, in a process of its own: wall and CPU seconds, peak memory.
 *
 *     npm run bench -- discovery [--sessions 500000] [--from 2] [--to 20] [--sample 5000] [--threads 2] [--runs 1]
 *
 * Every session is in the sample; stability with 50 half-subsets of each k, 20 twins. The simulator's logs, difficulty 0.5, are made on
 * first use in the user's cache folder.
 */
async function main(argv: readonly string[]): Promise<void> {
  const option = (name: string, usual: number) => {
    const at = argv.indexOf(`--${name}`);
    return at < 0 ? usual : Number(argv[at + 1]);
  };
  const sessions = option("sessions", 500_000);
  const dir = join(cacheDir(), "bench", "discovery", String(sessions));
  if (!existsSync(join(dir, "truth", "planted.json"))) await makeLogs(dir, sessions);
  const file = join(dir, "sessionary.yaml");
  const settings = [
    "project: bench",
    "input: { paths: logs, format: jsonl, user: user, time: { column: ts, format: iso }, event: event, app: app, userAgent: agent }",
    "catalog: catalog.yaml",
    `discovery: { sampleSessions: ${sessions}, kMin: ${option("from", 2)}, kMax: ${option("to", 20)}, ` +
      `clusterSampleSessions: ${option("sample", 5000)}, stabilitySubsets: 50, nullRuns: 10 }`,
    `runner: { kind: direct, threads: ${option("threads", 2)} }`,
  ];
  writeFileSync(file, settings.join("\n"));
  say({ machine: cpus()[0]?.model, cores: cpus().length, load: loadavg()[0], node: process.version, sessions });
  for (let run = 0; run < option("runs", 1); run++) {
    await rm(join(dir, "output"), { recursive: true, force: true });
    process.exitCode = spawnSync(process.execPath, [__filename, "--job", file], { stdio: "inherit" }).status ?? 1;
  }
}

/** One app of about so many sessions; a person has 0.41 a day. */
async function makeLogs(dir: string, sessions: number): Promise<void> {
  mkdirSync(dir, { recursive: true });
  const scenario = scenarioWith({
    clients: { iphone: null, android: null },
    experiments: [],
    loggingChanges: [],
    difficulty: 0.5,
  });
  const days = 14;
  const settings = {
    outDir: dir,
    humans: Math.ceil(sessions / days / 0.41),
    days,
    firstDate: "2026-03-02",
    seed: 1,
    gzip: false,
  };
  await simulate({ ...settings, scenario, format: "jsonl", order: "time" });
}

async function job(file: string): Promise<void> {
  const started = performance.now();
  const stages: Record<string, number> = {};
  const config = await loadConfig(file);
  const { report } = await discover(config, { dates: null, previous: null }, ({ stage }) => {
    if (stage !== null) stages[stage] = seconds(performance.now() - started);
  });
  const { user, system } = process.cpuUsage();
  const [app] = report.apps;
  say({
    wallSeconds: seconds(performance.now() - started),
    cpuSeconds: seconds((user + system) / 1000),
    peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1024),
    load: loadavg()[0],
    clustered: app?.clusteredSessions,
    k: app?.k,
    nearTies: app?.proposal?.nearTies,
    verdict: app?.verdict?.structure,
    lastSeenSeconds: stages,
  });
}

const seconds = (ms: number) => Math.round(ms / 100) / 10;
const say = (line: object) => console.log(JSON.stringify(line));

const argv = process.argv.slice(2);
(argv[0] === "--job" ? job(argv[1]!) : main(argv)).catch((error: unknown) => {
  process.stderr.write(`${(error as Error).stack ?? String(error)}\n`);
  process.exitCode = 1;
});
